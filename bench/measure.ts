/** Runs a program and tells what it cost. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Of one whole process. */
export interface Cost {
  /** Seconds on the clock. */
  readonly wall: number;
  /** Seconds of processor time, the program's and the system's. */
  readonly cpu: number;
  /** The largest resident size, in MB of 1,024 × 1,024 bytes. */
  readonly peak: number;
}

const run = promisify(execFile);

/** Throws, with what to do, where GNU time is missing. */
export function requireTime(): void {
  try {
    execFileSync('/usr/bin/time', ['-f', '', 'true']);
  } catch {
    throw new Error('The benchmark measures with GNU time. Install it with: apt-get install -y time');
  }
}

/** Runs the program to its end; its output is thrown away. Rejects, with its stderr, if it does not end with 0. */
export async function measure(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Cost> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'));
  const report = join(folder, 'time');
  try {
    await run(
      '/usr/bin/time',
      ['-o', report, '-f', '%e %U %S %M', 'sh', '-c', 'exec "$0" "$@" >/dev/null', program, ...args],
      {
        env: { ...process.env, ...env },
      },
    );
    const [wall = 0, user = 0, system = 0, kilobytes = 0] = readFileSync(report, 'utf8').trim().split(' ').map(Number);
    return { wall, cpu: user + system, peak: kilobytes / 1024 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The run whose wall time is in the middle. */
export function median(costs: readonly Cost[]): Cost {
  const sorted = costs.toSorted((a, b) => a.wall - b.wall);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error('nothing was measured');
  return middle;
}
