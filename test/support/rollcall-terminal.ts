/** The program in a terminal of its own, made by `script` (util-linux), to see what people see and to type. */
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { programPath, type RunOptions } from './rollcall.ts';

export interface TerminalOutcome {
  readonly code: number | null;
  /** Stdout and stderr as the terminal showed them. */
  readonly said: string;
}

export interface TerminalOptions extends Pick<RunOptions, 'cwd' | 'env'> {
  /** Of the terminal; 0 is one that does not tell. */
  readonly columns?: number;
  /** Waits until the first of a pair was shown, then types the second. */
  readonly typing?: readonly (readonly [after: string, keys: string])[];
}

/** Runs one command line in a terminal. */
export async function inTerminal(args: readonly string[], options: TerminalOptions = {}): Promise<TerminalOutcome> {
  const words = [process.execPath, await programPath(), ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
  const { NO_COLOR: _, CI: __, ...inherited } = process.env;
  const child = spawn(
    'script',
    ['-qec', `stty rows 40 cols ${options.columns ?? 120}; ${words.join(' ')}`, '/dev/null'],
    {
      cwd: options.cwd ?? tmpdir(),
      env: { ...inherited, TERM: 'xterm', ...options.env },
      timeout: 60_000,
      killSignal: 'SIGKILL',
    },
  );
  const typing = [...(options.typing ?? [])];
  let said = '';
  let from = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    const [next] = typing;
    const at = next === undefined ? -1 : said.indexOf(next[0], from);
    if (next === undefined || at < 0) return;
    from = at + next[0].length;
    typing.shift();
    child.stdin.write(next[1]);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  return { code, said };
}
