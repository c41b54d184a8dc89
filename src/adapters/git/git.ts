/** Asks git: with a list of arguments, never by a shell, and so that it neither writes nor fetches nor runs anything of the repository's. */
import { execFile } from 'node:child_process';
import { FileProblem } from '../../ports/documents.ts';

const TIMEOUT_MS = 60_000;
const MAX_QUOTED = 400;

/** Whoever runs us inside of a hook has these set, for another folder than the one that is asked about. */
const PLACES = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_PREFIX', 'GIT_COMMON_DIR', 'GIT_IMPLICIT_WORK_TREE'];

/** A partial clone lacks objects until they are asked for: they stay lacking. */
const QUIET = { GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', GIT_NO_LAZY_FETCH: '1', LC_ALL: 'C' };

export interface Git {
  /** What it printed. Rejects with GitFailed, with FileProblem where it could not be run, or with an AbortError. */
  run(args: readonly string[], options?: { readonly input?: string; readonly maxBytes?: number }): Promise<Buffer>;
}

/** git came to its end with an error. The message is what it said, on one line. */
export class GitFailed extends Error {
  override readonly name = 'GitFailed';
}

/** git in a folder. */
export function gitIn(folder: string, signal: AbortSignal): Git {
  const env = Object.fromEntries(
    Object.entries({ ...process.env, ...QUIET }).filter(([name]) => !PLACES.includes(name)),
  );
  return {
    run: (args, { input = '', maxBytes = 1 << 26 } = {}) => {
      const words = ['-c', 'protocol.allow=never', '-c', 'core.fsmonitor=false', ...args];
      const options = {
        cwd: folder,
        env,
        signal,
        encoding: 'buffer',
        maxBuffer: maxBytes,
        timeout: TIMEOUT_MS,
      } as const;
      return new Promise((resolve, reject) => {
        const child = execFile('git', words, options, (error, stdout, stderr) => {
          if (error === null) resolve(stdout);
          else if (signal.aborted) reject(error);
          else reject(failureOf(error, args, stderr.toString()));
        });
        child.stdin?.on('error', () => {});
        child.stdin?.end(input);
      });
    },
  };
}

function failureOf(error: Error, args: readonly string[], said: string): Error {
  const { code, killed } = error as { readonly code?: unknown; readonly killed?: boolean };
  if (code === 'ENOENT') {
    return new FileProblem({
      code: 'GIT_MISSING',
      message: 'The history of the workspace cannot be read: there is no program git.',
      hint: 'Install git, and see to it that it is on the PATH.',
    });
  }
  const how = killed === true ? `did not end within ${TIMEOUT_MS / 1000} s` : `failed with code ${String(code)}`;
  return new GitFailed(quoted(said) || `git ${args[0]} ${how}`);
}

function quoted(output: string): string {
  const line = output.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return line.length > MAX_QUOTED ? `${line.slice(0, MAX_QUOTED)} …` : line;
}
