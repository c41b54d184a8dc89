/** What a plan is made from beside the configuration: the stored state, and recordings of directories. */
import { recordingSource } from '../adapters/directory/recording-source.ts';
import { readState as readStateOf } from '../app/plan.ts';
import type { Config } from '../domain/config.ts';
import type { DirectoryReading } from '../domain/directory.ts';
import type { CustomerId, State } from '../domain/roster.ts';
import type { StateReader } from '../ports/state.ts';

/**
 * Reads the stored state without a trace: the rosters of the configuration's customers, and of whoever else holds addresses in their domains.
 * No state yet is an empty one. Rejects with a Problem for a state that cannot be read, or that is of another version.
 */
export async function readState({ workspace, customers }: Pick<Config, 'workspace' | 'customers'>): Promise<State> {
  await using reader = await openReader(workspace.state.path);
  return await readStateOf(reader, customers);
}

/** The database is loaded only for those who read it. Apart from `await using`, beside which tsc 5.9 leaves the path as it is. */
async function openReader(path: string): Promise<StateReader> {
  return (await import('../adapters/state/sqlite.ts')).openStateReader(path);
}

/**
 * Reads the recording of each customer, as `rollcall snapshot -o FOLDER` wrote them. One that is missing, cut or changed is a `failed` reading
 * of that customer (SAF-2), and a customer without a directory has one of status `none`. Rejects for nothing that the folder may hold.
 */
export async function readRecordings(
  folder: string,
  { customers }: Pick<Config, 'customers'>,
): Promise<ReadonlyMap<CustomerId, DirectoryReading>> {
  const source = recordingSource(folder);
  const { signal } = new AbortController();
  const readings = new Map<CustomerId, DirectoryReading>();
  for (const customer of customers) readings.set(customer.name, await source.read(customer, { signal }));
  return readings;
}
