/** What the parts of the state store's contract share: a new state for each test, and a step applied and checked. */
import { afterEach, beforeEach, expect } from 'vitest';
import { type CustomerId, emptyRoster, type Roster } from '../../src/domain/roster.ts';
import { advance, type Step } from '../../src/planner/advance.ts';
import type { RunId, RunStart } from '../../src/ports/run.ts';
import { StaleSerialError, type StateReader, type StateStore } from '../../src/ports/state.ts';
import { ACME, at, NOW } from '../support/builders.ts';
import { inOrder } from '../support/roster-builders.ts';

/** One state, and ways to open it. Disposing of it removes it. */
export interface StateUnderTest extends AsyncDisposable {
  open(who?: string): Promise<StateStore>;
  openToRead(): Promise<StateReader>;
}

/** Makes a state that nothing was ever written to. */
export type FreshState = () => Promise<StateUnderTest>;

export interface Fixture {
  state(): StateUnderTest;
  store(): StateStore;
  /** The run that `apply` belongs to. */
  run(): RunId;
  /** The roster with its lists in one order. */
  rosterOf(customer?: CustomerId, from?: StateReader): Promise<Roster>;
  /** Commits a step, and holds what is stored then against `advance`. A second time the plan is stale and nothing happens. */
  apply(step: Step, customer?: CustomerId): Promise<Roster>;
}

export const GLOBEX = 'globex' as CustomerId;
export const INITECH = 'initech' as CustomerId;
export const LATER = at('2026-11-21T12:00:00Z');
export const APPLY: RunStart = { command: 'apply', at: NOW, planDigest: 'sha256:1', who: 'ann' };

/** A new state before each test of the surrounding `describe`, with a run begun. */
export function useFreshState(fresh: FreshState): Fixture {
  let state: StateUnderTest;
  let store: StateStore;
  let run: RunId;
  beforeEach(async () => {
    state = await fresh();
    store = await state.open();
    run = await store.begin(APPLY);
  });
  afterEach(async () => {
    await store[Symbol.asyncDispose]();
    await state[Symbol.asyncDispose]();
  });
  return {
    state: () => state,
    store: () => store,
    run: () => run,
    rosterOf: (customer = ACME, from = store) => rosterIn(from, customer),
    apply: (step, customer = ACME) => applyTwice(store, run, customer, step),
  };
}

/** One roster, its lists in one order. */
export async function rosterIn(reader: StateReader, customer: CustomerId): Promise<Roster> {
  const { rosters } = await reader.read([customer], []);
  return inOrder(rosters.get(customer) ?? emptyRoster(customer));
}

async function applyTwice(store: StateStore, run: RunId, customer: CustomerId, step: Step): Promise<Roster> {
  const before = await rosterIn(store, customer);
  const commit = { ...step, customer, run, expectedSerial: before.serial };
  const expected = inOrder(advance(before, step));
  expect(await store.commit(commit)).toBe(expected.serial);
  expect(await rosterIn(store, customer)).toEqual(expected);
  if (expected.serial !== before.serial) {
    await expect(store.commit(commit)).rejects.toThrow(StaleSerialError);
    expect(await rosterIn(store, customer)).toEqual(expected);
  }
  return expected;
}
