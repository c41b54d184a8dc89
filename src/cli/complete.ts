/** `rollcall __complete`, which completion scripts call: the names that only the workspace knows. */
import { EXIT, type ExitCode } from './exit-code.ts';
import { adapters } from './wiring.ts';

/** After that, whoever pressed a key gets nothing: a file system may hang. */
const PATIENCE_MS = 10_000;

/**
 * Prints the names of the customers or targets of the workspace that a folder is in, a line each: `['customers', '.']`. Whatever is wrong,
 * it prints less, and says nothing: it is called in the middle of somebody's typing.
 */
export async function complete([kind, folder = '.']: readonly string[]): Promise<ExitCode> {
  if (kind !== 'customers' && kind !== 'targets') return EXIT.done;
  const late = new Promise<readonly string[]>((resolve) => setTimeout(resolve, PATIENCE_MS, []).unref());
  const names = await Promise.race([adapters.workspaceNames(kind, folder), late]).catch(() => []);
  process.stdout.on('error', () => {});
  await new Promise((resolve) => process.stdout.write(names.map((name) => `${name}\n`).join(''), resolve));
  return EXIT.done;
}
