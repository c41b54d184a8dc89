/** A target at work in a process of its own, to be killed or kept short of room. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Problem } from '../../../src/domain/diagnostic.ts';
import type { TargetFailure } from '../../../src/domain/target.ts';
import type { PostfixTargetConfig } from '../../../src/domain/target-config.ts';

const PROGRAM = fileURLToPath(new URL('./target-worker.ts', import.meta.url));

export interface TargetProcess {
  readonly process: ChildProcess;
  /** The next line that it prints; null when it has ended. */
  line(): Promise<string | null>;
  /** How it ended: its code or its signal. */
  readonly ended: Promise<number | string>;
}

/** Goes through the numbered rosters until it is killed. */
export function startLoop(config: PostfixTargetConfig, size: number): TargetProcess {
  return start([process.execPath, '--import', 'tsx', PROGRAM, JSON.stringify(config), 'loop', String(size)]);
}

/** Brings the target in step once, by a process that can make no file larger than so many kilobytes. */
export async function convergeCramped(
  config: PostfixTargetConfig,
  { number, size, kilobytes }: { readonly number: number; readonly size: number; readonly kilobytes: number },
): Promise<{ readonly problem: Problem | null; readonly failures: readonly TargetFailure[] }> {
  const words = [
    process.execPath,
    '--import',
    'tsx',
    PROGRAM,
    JSON.stringify(config),
    'once',
    String(number),
    String(size),
  ];
  const worker = start(['bash', '-c', `ulimit -f ${kilobytes}; exec "$@"`, 'bash', ...words]);
  const said = await worker.line();
  await worker.ended;
  return JSON.parse(said ?? 'null');
}

function start([program = '', ...words]: readonly string[]): TargetProcess {
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    process: child,
    line: async () => {
      const next = await lines.next();
      return next.done === true ? null : next.value;
    },
    ended: new Promise((tell) => child.once('close', (code, signal) => tell(code ?? signal ?? 'unknown'))),
  };
}
