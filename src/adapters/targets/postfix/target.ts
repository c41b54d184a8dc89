/** A Postfix gateway as a target: its lookup tables, in files or a database. */

import type { TargetFailure } from '../../../domain/target.ts';
import type { PostfixTargetConfig } from '../../../domain/target-config.ts';
import { type Target, TargetProblem } from '../../../ports/target.ts';
import type { TargetOpening } from '../opening.ts';
import { recipientsIn } from './import.ts';
import { pgsqlStore } from './pgsql-store.ts';
import { type Programs, programs } from './programs.ts';
import { projectRoster } from './projection.ts';
import { withoutRefused } from './refusals.ts';
import { sqliteStore } from './sqlite-store.ts';
import { putInPlace, removeStaged, requireFolder } from './table-files.ts';
import { NOT_THERE, type Prepared, type TableStore } from './table-store.ts';
import { LOOKUP_TABLES, writesByTable } from './tables.ts';
import { textStore } from './text-store.ts';
import { isUnfinished, noteFinished, noteUnfinished, UNFINISHED } from './unfinished.ts';

const STILL = 'The tables before are still in place.';

interface Gateway {
  readonly config: PostfixTargetConfig;
  readonly programs: Programs;
  readonly stores: readonly TableStore[];
}

/** Opens the tables of a Postfix gateway; nothing is read or run before they are. */
export function postfixTarget(config: PostfixTargetConfig, opening: TargetOpening): Target {
  const run = programs(opening.log);
  const gateway: Gateway = { config, programs: run, stores: storesOf(config, run, opening) };
  return {
    name: config.name,
    // Tables hold addresses, domains and networks.
    personal: { field: () => null, calledInKeys: false },
    project: (roster) => projectRoster(roster, config),
    people: recipientsIn,
    async read(customers) {
      await requireFolder(config.dir);
      const chosen = new Set(customers);
      const readings = await Promise.all(gateway.stores.map((store) => store.read(chosen)));
      const begun = readings.some((reading) => reading.begun);
      const missing = begun ? readings.flatMap((reading) => reading.missing) : [];
      return {
        entries: readings.flatMap(({ entries }) => entries),
        faults: [
          ...readings.flatMap(({ faults }) => faults),
          ...missing.map((key) => ({ key, expected: 'a table', found: NOT_THERE })),
          ...((await isUnfinished(config.dir)) ? [UNFINISHED] : []),
        ],
      };
    },
    async write(task, signal) {
      const { changes, failures } = withoutRefused(task.changes, config.maps);
      await requireFolder(config.dir);
      await removeStaged(config.dir);
      try {
        const mend = await isUnfinished(config.dir);
        const writes = writesByTable(changes);
        const prepared: Prepared[] = [];
        for (const store of gateway.stores) prepared.push(await store.prepare({ writes, mend, signal }));
        // Whether a domain is relayed, smtpd(8) remembers for as long as it lives, whatever the table says by then.
        const reload = mend || writes.has('domains') || prepared.some((one) => one.reload);
        return [...failures, ...(await putIn(gateway, prepared, { mend, reload, signal }))];
      } finally {
        await removeStaged(config.dir).catch(() => {});
      }
    },
  };
}

function storesOf(config: PostfixTargetConfig, run: Programs, opening: TargetOpening): readonly TableStore[] {
  const { dir, postmap, maps } = config;
  const common = { dir, postmap, programs: run, log: opening.log };
  const relays = textStore({ ...common, index: null, tables: ['relays'] });
  if (maps === 'sqlite') return [relays, sqliteStore(dir)];
  if (maps === 'pgsql') return [relays, pgsqlStore(config, opening)];
  return [relays, textStore({ ...common, index: maps === 'texthash' ? null : maps, tables: LOOKUP_TABLES })];
}

interface Putting {
  readonly mend: boolean;
  readonly reload: boolean;
  readonly signal: AbortSignal;
}

/** Puts in place what was made ready, and has Postfix take it in. Up to the check, nothing has changed. */
async function putIn(
  { config, programs: run }: Gateway,
  prepared: readonly Prepared[],
  { mend, reload, signal }: Putting,
): Promise<readonly TargetFailure[]> {
  const { dir } = config;
  const staged = prepared.flatMap((one) => one.staged);
  await checkGateway(config, run, signal);
  signal.throwIfAborted();
  const noted = reload || staged.length > 0;
  if (noted) await noteUnfinished(dir);
  try {
    for (const { commit } of prepared) await commit?.();
  } catch (error) {
    if (noted && !mend) await noteFinished(dir).catch(() => {});
    throw error;
  }
  await putInPlace(dir, staged);
  const failures = reload ? await reloadGateway(config, run, signal) : [];
  if (noted && failures.length === 0) await noteFinished(dir);
  return failures;
}

async function checkGateway({ check }: PostfixTargetConfig, run: Programs, signal: AbortSignal): Promise<void> {
  if (check === null) return;
  const hint = 'Mend the configuration of Postfix until this command passes, and apply again.';
  await run.run({ command: check, code: 'POSTFIX_CHECK', consequence: STILL, hint }, signal);
}

/** The tables are in place by now: that Postfix was not told is a failure of all who were written, and the next apply tells it. */
async function reloadGateway(
  { reload }: PostfixTargetConfig,
  run: Programs,
  signal: AbortSignal,
): Promise<readonly TargetFailure[]> {
  if (reload === null) return [];
  const consequence = 'The new tables are in place, and Postfix may not have taken them in.';
  const hint = 'See that Postfix runs, and apply again: that repeats it.';
  try {
    await run.run({ command: reload, code: 'POSTFIX_RELOAD', consequence, hint }, signal);
    return [];
  } catch (problem) {
    if (!(problem instanceof TargetProblem)) throw problem;
    return [{ customer: null, key: null, problem }];
  }
}
