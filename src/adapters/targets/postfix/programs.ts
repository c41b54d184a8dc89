/** Postfix's own programs: run with a list of arguments, never by a shell. */
import { execFile } from 'node:child_process';
import type { Command } from '../../../domain/target-config.ts';
import { TargetProblem } from '../../../ports/target.ts';

const TIMEOUT_MS = 60_000;
const MAX_OUTPUT = 1 << 20;
const MAX_QUOTED = 400;

export interface ProgramRun {
  readonly command: Command;
  readonly code: string;
  /** What becomes of the tables where it fails, as a sentence. */
  readonly consequence: string;
  /** What to do where it fails; where it is missing, that goes without saying. */
  readonly hint: string;
}

export interface Programs {
  /** What it said on stderr. Rejects with TargetProblem, or with the signal's reason. */
  run(run: ProgramRun, signal: AbortSignal): Promise<string>;
}

export function programs(log: (line: string) => void, timeoutMs = TIMEOUT_MS): Programs {
  return {
    run: (run, signal) => {
      log(run.command.join(' '));
      return runProgram(run, signal, timeoutMs);
    },
  };
}

function runProgram(run: ProgramRun, signal: AbortSignal, timeout: number): Promise<string> {
  const [program, ...words] = run.command;
  const env = { ...process.env, LC_ALL: 'C' };
  const options = { env, signal, timeout, killSignal: 'SIGKILL', maxBuffer: MAX_OUTPUT } as const;
  return new Promise((resolve, reject) => {
    const child = execFile(program, words, options, (error, stdout, stderr) => {
      if (error === null) return resolve(stderr);
      if (signal.aborted) return reject(signal.reason);
      const { code, killed } = error as { readonly code?: unknown; readonly killed?: boolean };
      reject(
        typeof code === 'string'
          ? notStarted(run, code)
          : failed(
              run,
              killed === true ? `did not end within ${timeout / 1000} s` : endOf(error),
              `${stderr}${stdout}`,
            ),
      );
    });
    child.stdin?.on('error', () => {});
    child.stdin?.end();
  });
}

function endOf(error: Error): string {
  const { code, signal } = error as { readonly code?: number; readonly signal?: string };
  return code === undefined ? `was ended by ${signal ?? 'a signal'}` : `failed with code ${code}`;
}

/** ENOENT: no such program; EACCES: it may not be run. */
function notStarted({ command: [program], code, consequence }: ProgramRun, reason: string): TargetProblem {
  const why = reason === 'ENOENT' ? 'there is no such program' : `it cannot be run (${reason})`;
  const message = `${program} was not run: ${why}. ${consequence}`;
  const hint = `Install Postfix here, or give the path of the program under targets in rollcall.yaml.`;
  return new TargetProblem({ code, message, hint });
}

function failed({ command, code, consequence, hint }: ProgramRun, how: string, output: string): TargetProblem {
  const said = quoted(output);
  // postfix(1) speaks to a terminal, or else to the log.
  const told = said === '' ? ' and printed nothing: Postfix says why in its mail log' : `: ${said}`;
  const message = `"${quoted(command.join(' '))}" ${how}${told}. ${consequence}`;
  return new TargetProblem({ code, message, hint });
}

/** What a program printed, on one line, with nothing in it that would move a cursor, and not too much of it. */
export function quoted(output: string): string {
  const line = output
    .split('\n')
    .map((text) => text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim())
    .filter((text) => text !== '')
    .join(' / ')
    .replace(/\.+$/, '');
  return line.length > MAX_QUOTED ? `${line.slice(0, MAX_QUOTED)} …` : line;
}
