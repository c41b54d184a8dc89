/** The stored state in memory, built on `advance` alone: says what the port asks of a store, and stands in for one where a test needs no file. */
import { setTimeout as sleep } from 'node:timers/promises';
import { canonicalize } from 'json-canonicalize';
import { domainOf, keyOf } from '../../src/domain/address.ts';
import type { DirectoryCopy, DirectoryCopyUpdate } from '../../src/domain/directory-copy.ts';
import { type CustomerId, emptyRoster, type Roster, type State } from '../../src/domain/roster.ts';
import { advance, movesSerial } from '../../src/planner/advance.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { LockHeldError, type LockHolder, type LockName, type LockOptions } from '../../src/ports/lock.ts';
import type {
  AppliedConfig,
  JournalEntry,
  Run,
  RunId,
  RunOutcome,
  TargetOutcome,
  TargetStanding,
} from '../../src/ports/run.ts';
import { PushRefusedError, StaleSerialError, type StateReader, type StateStore } from '../../src/ports/state.ts';
import { inOrder } from './roster-builders.ts';

/** What several stores share, as connections share a file. */
export interface Memory {
  lineage: string;
  readonly rosters: Map<CustomerId, Roster>;
  readonly runs: Run[];
  readonly journal: JournalEntry[];
  /** The rosters that a serial was given to, by customer and serial. */
  readonly past: Map<string, Roster>;
  readonly locks: Map<LockName, LockHolder>;
  readonly copies: Map<CustomerId, DirectoryCopy>;
  readonly standings: Map<string, TargetStanding>;
  readonly configs: Map<CustomerId, AppliedConfig>;
}

export function emptyMemory(lineage: string): Memory {
  const maps = {
    rosters: new Map(),
    past: new Map(),
    locks: new Map(),
    copies: new Map(),
    standings: new Map(),
    configs: new Map(),
  };
  return { lineage, runs: [], journal: [], ...maps };
}

export function memoryReader(memory: Memory): StateReader {
  return {
    read: async (customers, domains) => {
      const names = new Set([...customers, ...holdersOf(memory, new Set(domains))]);
      const rosters = new Map([...names].map((name) => [name, memory.rosters.get(name) ?? emptyRoster(name)]));
      return { lineage: memory.lineage, rosters };
    },
    customers: async () => [...memory.rosters.keys()].toSorted(),
    syncedAt: async () =>
      new Map(
        [...memory.rosters].flatMap(([name, { syncedAt }]) => (syncedAt === null ? [] : [[name, syncedAt] as const])),
      ),
    runs: async (limit) => memory.runs.toReversed().slice(0, limit),
    run: async (id) => memory.runs.find((run) => run.id === id) ?? null,
    appliedBy: async (planDigest) =>
      new Set(
        memory.runs
          .filter((run) => run.planDigest === planDigest)
          .flatMap(({ outcomes }) => outcomes.filter(({ outcome }) => outcome === 'applied' || outcome === 'unchanged'))
          .map(({ customer }) => customer),
      ),
    journal: async (run) =>
      memory.runs.some(({ id }) => id === run)
        ? memory.journal.filter((entry) => entry.run === run).toSorted(byCustomer)
        : null,
    rosterAt: async (customer, serial) =>
      serial === 0 ? emptyRoster(customer) : (memory.past.get(`${customer} ${serial}`) ?? null),
    copy: async (customer) => memory.copies.get(customer) ?? null,
    targetStandings: async () => [...memory.standings.values()].toSorted(byTarget),
    appliedConfig: async (customer) => memory.configs.get(customer) ?? null,
    [Symbol.asyncDispose]: async () => undefined,
  };
}

export function memoryStore(
  memory: Memory,
  self: { readonly who: string; readonly host: string; readonly pid: number; readonly now: Clock },
): StateStore {
  const held = new Set<AsyncDisposable>();
  return {
    ...memoryReader(memory),
    lock: async (name, options) => {
      const taken = await lock(memory, name, { ...self, since: self.now() }, options);
      held.add(taken);
      return taken;
    },
    [Symbol.asyncDispose]: async () => {
      for (const taken of held) await taken[Symbol.asyncDispose]();
    },
    begin: async (start) => {
      const id = memory.runs.length + 1;
      memory.runs.push({ ...start, id, finishedAt: null, outcomes: [], targets: [] });
      return id;
    },
    finish: async (run, at) => updateRun(memory, run, { finishedAt: at }),
    note: async (run, outcome) => note(memory, run, outcome),
    commit: async ({ customer, run, expectedSerial, ...step }) => {
      const before = memory.rosters.get(customer) ?? emptyRoster(customer);
      if (before.serial !== expectedSerial) throw new StaleSerialError(`${customer} is at serial ${before.serial}`);
      const after = advance(before, step);
      memory.rosters.set(customer, after);
      const moved = movesSerial(before, step);
      const { at, changes, directory } = step;
      if (moved) {
        memory.past.set(`${customer} ${after.serial}`, after);
        memory.journal.push({ run, customer, at, serialAfter: after.serial, directory, changes, baseline: null });
      }
      const counts = { serialBefore: before.serial, serialAfter: after.serial, changes: changes.length };
      note(memory, run, { customer, outcome: moved ? 'applied' : 'unchanged', ...counts, message: null });
      return after.serial;
    },
    replace: async (run, at, state) => {
      checkPush(memory, state);
      memory.lineage = state.lineage;
      for (const roster of state.rosters.values()) replaceOne(memory, run, at, roster);
    },
    keepCopy: async (customer, update) => keepCopy(memory, customer, update),
    noteTargets: async (run, outcomes) => noteTargets(memory, run, outcomes),
    noteConfig: async (customer, config) => void memory.configs.set(customer, config),
  };
}

async function lock(
  memory: Memory,
  name: LockName,
  holder: LockHolder,
  { timeoutMs, signal, onWait }: LockOptions,
): Promise<AsyncDisposable> {
  const giveUpAt = performance.now() + timeoutMs;
  for (let attempt = 0; ; attempt += 1) {
    signal.throwIfAborted();
    const other = memory.locks.get(name);
    if (other === undefined) break;
    if (performance.now() >= giveUpAt) throw new LockHeldError(name, other);
    if (attempt === 0) onWait?.(other);
    await sleep(5, undefined, { signal });
  }
  memory.locks.set(name, holder);
  return {
    [Symbol.asyncDispose]: async () => {
      if (memory.locks.get(name) === holder) memory.locks.delete(name);
    },
  };
}

function keepCopy(memory: Memory, customer: CustomerId, update: DirectoryCopyUpdate): void {
  const { from, changed, removed, ...head } = update;
  const stored = memory.copies.get(customer);
  if (from !== null && stored?.position !== from) return;
  const objects = new Map(from === null ? [] : stored?.objects);
  for (const key of removed) objects.delete(key);
  for (const [key, text] of changed) objects.set(key, text);
  const inOrder = [...objects].toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  memory.copies.set(customer, { ...head, objects: new Map(inOrder) });
}

function holdersOf(memory: Memory, domains: ReadonlySet<string>): readonly CustomerId[] {
  const holds = ({ entries, domains: own }: Roster) =>
    own.some(({ name }) => domains.has(name)) ||
    entries.some(({ address, aliases }) => [address, ...aliases].some((one) => domains.has(domainOf(keyOf(one)))));
  return [...memory.rosters.values()].filter(holds).map(({ customer }) => customer);
}

function updateRun(memory: Memory, run: RunId, parts: Partial<Run>): void {
  memory.runs.forEach((known, index) => {
    if (known.id === run) memory.runs[index] = { ...known, ...parts };
  });
}

function note(memory: Memory, run: RunId, outcome: RunOutcome): void {
  const known = memory.runs.find(({ id }) => id === run)?.outcomes ?? [];
  const others = known.filter(({ customer }) => customer !== outcome.customer);
  updateRun(memory, run, { outcomes: [...others, outcome].toSorted(byCustomer) });
}

function noteTargets(memory: Memory, run: RunId, outcomes: readonly TargetOutcome[]): void {
  const known = new Map(memory.runs.find(({ id }) => id === run)?.targets.map((one) => [pairOf(one), one]));
  for (const one of outcomes) {
    const { target, customer, outcome, message, serial, added, changed, removed } = one;
    known.set(pairOf(one), one);
    const isWritten = outcome === 'converged' || outcome === 'unchanged' || added + changed + removed > 0;
    const writtenAt = isWritten ? serial : (memory.standings.get(pairOf(one))?.writtenAt ?? null);
    memory.standings.set(pairOf(one), { target, customer, outcome, message, writtenAt });
  }
  updateRun(memory, run, { targets: [...known.values()].toSorted(byTarget) });
}

type Pair = Pick<TargetOutcome, 'target' | 'customer'>;

function pairOf({ target, customer }: Pair): string {
  return `${target} ${customer}`;
}

function byTarget(a: Pair, b: Pair): number {
  return a.target < b.target ? -1 : a.target > b.target ? 1 : byCustomer(a, b);
}

function byCustomer(a: { readonly customer: CustomerId }, b: { readonly customer: CustomerId }): number {
  return a.customer < b.customer ? -1 : a.customer > b.customer ? 1 : 0;
}

function checkPush(memory: Memory, state: State): void {
  if (state.lineage !== memory.lineage && memory.rosters.size > 0) throw new PushRefusedError('another lineage');
  for (const pushed of state.rosters.values()) {
    const stored = memory.rosters.get(pushed.customer) ?? emptyRoster(pushed.customer);
    if (pushed.serial < stored.serial) throw new PushRefusedError('an older serial');
    if (pushed.serial === stored.serial && contentOf(pushed) !== contentOf(stored)) {
      throw new PushRefusedError('the same serial with another content');
    }
  }
}

function replaceOne(memory: Memory, run: RunId, at: JournalEntry['at'], pushed: Roster): void {
  const { customer, serial, directory } = pushed;
  const stored = memory.rosters.get(customer) ?? emptyRoster(customer);
  const counts = { serialBefore: stored.serial, serialAfter: serial };
  if (serial === stored.serial) {
    note(memory, run, { customer, outcome: 'unchanged', ...counts, changes: 0, message: null });
    return;
  }
  memory.rosters.set(customer, pushed);
  memory.past.set(`${customer} ${serial}`, pushed);
  memory.journal.push({ run, customer, at, serialAfter: serial, directory, changes: [], baseline: pushed });
  note(memory, run, { customer, outcome: 'applied', ...counts, changes: differences(stored, pushed), message: null });
}

/** How many entries, domains, tombstones and directories are not the same in both. */
function differences(a: Roster, b: Roster): number {
  const [before, after] = [partsOf(a), partsOf(b)];
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].filter((key) => before.get(key) !== after.get(key)).length;
}

function contentOf(roster: Roster): string {
  return JSON.stringify([...partsOf(inOrder(roster))]);
}

function partsOf({ entries, domains, sites, relays, tombstones, directory }: Roster): ReadonlyMap<string, string> {
  return new Map([
    ...entries.map((entry) => [`entry ${keyOf(entry.address)}`, canonicalize(entry)] as const),
    ...domains.map((domain) => [`domain ${domain.name}`, canonicalize(domain)] as const),
    ...sites.map((site) => [`site ${site.name}`, canonicalize(site)] as const),
    ...relays.map((relay) => [`relay ${relay.name}`, canonicalize(relay)] as const),
    ...tombstones.map((tombstone) => [`tombstone ${keyOf(tombstone.addresses[0])}`, canonicalize(tombstone)] as const),
    ['directory', canonicalize(directory)] as const,
  ]);
}
