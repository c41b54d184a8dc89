/** Which process this is, and whether the one that is named in a lock still runs. */
import { readFileSync, readlinkSync } from 'node:fs';

/** A process on one machine. */
export interface ProcessName {
  readonly pid: number;
  readonly host: string;
  /** When it was started, as the kernel counts, or null where that cannot be had: tells it from a later one with the same pid. */
  readonly started: string | null;
}

export type Liveness = 'alive' | 'dead' | 'unknown';

/** Whether the process runs, as far as `self` can see: one of another machine or container may or may not. */
export function livenessOf(other: ProcessName, self: ProcessName): Liveness {
  if (other.host !== self.host) return 'unknown';
  const then = partsOf(other.started);
  const here = partsOf(self.started);
  if (then !== null && here !== null) {
    if (then.boot !== here.boot) return 'dead';
    if (then.namespace !== here.namespace) return 'unknown';
  }
  if (!exists(other.pid)) return 'dead';
  const now = startOf(other.pid);
  return other.started !== null && now !== null && now !== other.started ? 'dead' : 'alive';
}

/** The start of a process as `<boot>/<pid namespace>/<clock ticks since boot>`, or null where there is no /proc. */
export function startOf(pid: number): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const namespace = readlinkSync('/proc/self/ns/pid');
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // proc_pid_stat(5): field 22. The second, in parentheses, may hold spaces and parentheses itself.
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return ticks === undefined ? null : `${boot}/${namespace}/${ticks}`;
  } catch {
    return null;
  }
}

function partsOf(started: string | null): { readonly boot: string; readonly namespace: string } | null {
  const [boot, namespace] = started?.split('/') ?? [];
  return boot === undefined || namespace === undefined ? null : { boot, namespace };
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
