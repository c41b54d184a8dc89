/** Readings build on what the last ones left: it is given to the source, handed back with the plan, and kept in the state. */
import { describe, expect, test } from 'vitest';
import { openToWrite } from '../../src/adapters/state/sqlite-writing.ts';
import { storeOf } from '../../src/adapters/state/store.ts';
import { type ApplyRequest, applyPlan } from '../../src/app/apply.ts';
import type { GatherRequest } from '../../src/app/gather.ts';
import { keepCopies } from '../../src/app/keep-copies.ts';
import { type MadePlan, makePlan } from '../../src/app/plan.ts';
import { snapshot } from '../../src/app/snapshot.ts';
import { why } from '../../src/app/why.ts';
import { parseAddress } from '../../src/domain/address.ts';
import type { DirectoryReading } from '../../src/domain/directory.ts';
import type { DirectoryCopyUpdate } from '../../src/domain/directory-copy.ts';
import type { CustomerId } from '../../src/domain/roster.ts';
import type { DirectorySource } from '../../src/ports/directory.ts';
import type { ObservationSource } from '../../src/ports/dns.ts';
import type { StateStore } from '../../src/ports/state.ts';
import { ACME, configOf, customer, directory, domain, NOW, person, user } from '../support/builders.ts';
import { type CopyingSource, copyingSource, idsIn } from '../support/copying-source.ts';
import { emptyMemory, memoryStore } from '../support/memory-store.ts';
import { created, step } from '../support/roster-builders.ts';
import { stateFolder } from '../support/state-folder.ts';

const GLOBEX = 'globex' as CustomerId;
const ANN = person('id-ann', 'ann@acme.example');
const BOB = person('id-bob', 'bob@acme.example');
const BOB_RENAMED = person('id-bob', 'robert@acme.example');
const NEVER = new AbortController().signal;

const CONFIG = configOf(customer({ directory: directory({ filter: '(mail=*)' }) }));

/** The domains here are the customer's by the configuration's word, and the workspace names no service. */
const UNASKED: ObservationSource = { observe: () => Promise.reject(new Error('the DNS was asked')) };

function memory(): StateStore {
  return memoryStore(emptyMemory('one'), { who: 'ann', host: 'host', pid: 1, now: () => NOW });
}

function gathering(source: DirectorySource, store: StateStore | null): GatherRequest {
  const copyOf = store === null ? null : (name: CustomerId) => store.copy(name);
  return { source, parallelism: 4, signal: NEVER, progress: null, copyOf };
}

/** `isFull` reads all, as `--full` does. */
function planned(source: DirectorySource, store: StateStore, isFull = false, config = CONFIG): Promise<MadePlan> {
  const { customers } = config;
  const request = gathering(source, isFull ? null : store);
  return makePlan({
    ...request,
    config,
    customers,
    reader: store,
    observations: UNASKED,
    now: NOW,
    allowRemovals: null,
  });
}

function apply(made: MadePlan, store: StateStore, parts: Partial<ApplyRequest> = {}) {
  return applyPlan({
    saved: { ...made.record, digest: `sha256:${JSON.stringify(made.record).length}` },
    config: CONFIG,
    store,
    command: 'sync',
    who: 'cron',
    clock: () => NOW,
    allowRemovals: null,
    lockTimeoutMs: 0,
    signal: NEVER,
    onOutcome: () => {},
    onWait: () => {},
    onTarget: () => {},
    targets: [],
    unfinished: [],
    appliedConfig: () => ({ digest: 'sha256:1', files: {} }),
    ...parts,
  });
}

function changesOf({ record }: MadePlan): readonly string[] {
  return record.plan.customers.flatMap((one) =>
    one.status === 'failed'
      ? ['failed']
      : one.changes.map(({ action, ...change }) => `${action} ${JSON.stringify(change)}`),
  );
}

/** Applies what is planned and keeps what was read, as a sync does. */
async function sync(source: DirectorySource, store: StateStore, isFull = false): Promise<MadePlan> {
  const made = await planned(source, store, isFull);
  expect(await apply(made, store)).toMatchObject({ status: 'done' });
  expect(await keepCopies(made.copyUpdates, store, NEVER)).toBeNull();
  return made;
}

describe.each(['in memory', 'in SQLite'])('a state %s', (kind) => {
  async function withStore(work: (store: StateStore, source: CopyingSource) => Promise<void>): Promise<void> {
    await using folder = await stateFolder();
    await using store = kind === 'in memory' ? memory() : await folder.open();
    await work(store, copyingSource());
  }

  test('gives the next reading what the last one left, and the plan is that of a full reading', () =>
    withStore(async (store, source) => {
      source.now(ANN, BOB);
      await sync(source, store);
      source.now(BOB_RENAMED);
      const whole = await planned(source, store, true);
      const made = await sync(source, store);
      expect(source.readings).toEqual(['acme full', 'acme full', 'acme since 1']);
      expect(changesOf(made)).toEqual(changesOf(whole));
      expect(changesOf(made)).toHaveLength(2);
      expect(idsIn(await store.copy(ACME))).toEqual(['id-bob']);
      const { customers } = made.record.plan;
      expect(customers).toMatchObject([{ directory: { proof: { since: NOW, throttled: 1 } } }]);
    }));

  test('goes on from where a sync without changes got', () =>
    withStore(async (store, source) => {
      source.now(ANN);
      await sync(source, store);
      source.now(ANN);
      await sync(source, store);
      await sync(source, store);
      expect(source.readings).toEqual(['acme full', 'acme since 1', 'acme since 2']);
      expect((await store.read([ACME], [])).rosters.get(ACME)?.serial).toBe(1);
    }));

  test('a full reading in between is kept too', () =>
    withStore(async (store, source) => {
      source.now(ANN, BOB);
      await sync(source, store);
      source.now(BOB);
      await sync(source, store, true);
      await sync(source, store);
      expect(source.readings).toEqual(['acme full', 'acme full', 'acme since 2']);
      expect(idsIn(await store.copy(ACME))).toEqual(['id-bob']);
    }));

  test('of two who read at once, the second neither spoils the copy nor its own plan', () =>
    withStore(async (store, source) => {
      source.now(ANN);
      await sync(source, store);
      source.now(ANN, BOB);
      const slow = await planned(source, store);
      source.now(BOB);
      const quick = await planned(source, store);
      await keepCopies(quick.copyUpdates, store, NEVER);
      await keepCopies(slow.copyUpdates, store, NEVER);
      expect(await store.copy(ACME)).toMatchObject({ position: '3' });
      expect(idsIn(await store.copy(ACME))).toEqual(['id-bob']);
    }));
});

describe('what a plan hands back', () => {
  test('is kept by nobody but those who may write', async () => {
    await using store = memory();
    const source = copyingSource();
    source.now(ANN);
    const { copyUpdates } = await planned(source, store);
    expect([...copyUpdates.keys()]).toEqual([ACME]);
    expect(await store.copy(ACME)).toBeNull();
  });

  test('is of every customer that was read to its end, planned or blocked, and of no other', async () => {
    await using store = memory();
    const copying = copyingSource();
    copying.now(ANN);
    const without: DirectoryReading = {
      status: 'failed',
      problem: { code: 'GRAPH_CONNECT', message: 'nobody there', hint: 'try again' },
    };
    const source: DirectorySource = {
      read: async (one, options) => (one.name === 'hooli' ? without : copying.read(one, options)),
    };
    const customers = [
      customer(),
      customer({ name: GLOBEX, domains: [domain('acme.example')], seats: 0 }),
      customer({ name: 'hooli' as CustomerId }),
      customer({ name: 'initech' as CustomerId, directory: null }),
    ];
    const { record, copyUpdates } = await planned(source, store, false, { ...CONFIG, customers });
    expect(record.plan.customers.map(({ status }) => status)).toEqual(['ready', 'blocked', 'failed', 'ready']);
    expect([...copyUpdates.keys()].toSorted()).toEqual([ACME, GLOBEX]);
  });
});

describe('no copy is given', () => {
  async function kept(): Promise<{ readonly store: StateStore; readonly source: CopyingSource }> {
    const store = memory();
    const source = copyingSource();
    source.now(ANN);
    await sync(source, store);
    return { store, source };
  }

  test('to a recording: it is to be of a whole reading', async () => {
    const { store, source } = await kept();
    const recorded: (string | null)[] = [];
    const record = async (_: CustomerId, { proof }: Extract<DirectoryReading, { status: 'complete' }>) => {
      recorded.push(proof.since);
      return 'acme.ndjson';
    };
    const request = { ...gathering(source, store), config: CONFIG, customers: CONFIG.customers, reader: store };
    await snapshot({ ...request, observations: UNASKED, redact: null, record, recordObservations: async () => {} });
    expect(recorded).toEqual([null]);
    expect(source.readings.at(-1)).toBe('acme full');
  });

  test('to the second reading of why, which leaves the filter away; the first has it', async () => {
    const { store, source } = await kept();
    const address = parseAddress('nobody@acme.example');
    if (!address.ok) throw new Error('no address');
    const { customers } = CONFIG;
    const asked = {
      config: CONFIG,
      customers,
      reader: store,
      observations: UNASKED,
      now: NOW,
      address: address.address,
      mayReadUnfiltered: true,
    };
    await why({ ...gathering(source, store), ...asked });
    expect(source.readings.slice(1)).toEqual(['acme since 1', 'acme full']);
  });
});

describe('a copy that cannot be kept', () => {
  const HEAD = {
    identity: { type: 'entra', id: 'tenant' },
    question: 'everybody',
    position: '1',
    fullAt: NOW,
  } as const;

  function updateOf(objects: number): DirectoryCopyUpdate {
    const changed = Array.from({ length: objects }, (_, n) => [`key${n}`, 'a text of some length'.repeat(9)] as const);
    return { ...HEAD, from: null, changed, removed: [] };
  }

  test('as the disk is full, takes nothing from what is applied, and is told with those behind it', async () => {
    await using folder = await stateFolder();
    const db = await openToWrite(folder.path);
    await using store = storeOf(db, { who: 'ann', host: 'here', pid: process.pid, started: null, now: () => NOW });
    const run = await store.begin({ command: 'sync', at: NOW, who: 'cron', planDigest: null });
    await store.commit({ ...step([created(user('ann@acme.example'))]), customer: ACME, run, expectedSerial: 0 });
    const [pages] = await db.read((sql) => sql.rows('PRAGMA page_count'));
    await db.read((sql) => sql.rows(`PRAGMA max_page_count = ${Number(pages?.[0]) + 3}`));
    const updates = new Map([
      ['first' as CustomerId, updateOf(2)],
      [ACME, updateOf(5000)],
      [GLOBEX, updateOf(1)],
    ]);
    const unkept = await keepCopies(updates, store, NEVER);
    expect(unkept).toMatchObject({ customers: [ACME, GLOBEX], error: { code: 'STATE_DISK_FULL' } });
    expect((await store.copy('first' as CustomerId))?.objects.size).toBe(2);
    expect(await store.copy(ACME)).toBeNull();
    expect((await store.read([ACME], [])).rosters.get(ACME)?.entries).toHaveLength(1);
  });

  test('is left where the command is stopped', async () => {
    await using store = memory();
    const stop = new AbortController();
    const stopping = {
      keepCopy: async (name: CustomerId, update: DirectoryCopyUpdate) => {
        await store.keepCopy(name, update);
        stop.abort();
      },
    };
    const updates = new Map([
      [ACME, updateOf(2)],
      [GLOBEX, updateOf(2)],
    ]);
    expect(await keepCopies(updates, stopping, stop.signal)).toBeNull();
    expect(idsIn(await store.copy(ACME))).toHaveLength(2);
    expect(await store.copy(GLOBEX)).toBeNull();
  });
});
