/** Which runs can be undone, for whom, and what an undo knows of later runs and other customers. */
import { beforeEach, describe, expect, test } from 'vitest';
import { makeRevert, type RevertRequest } from '../../src/app/revert.ts';
import type { CustomerPlan } from '../../src/domain/plan.ts';
import type { CustomerId } from '../../src/domain/roster.ts';
import type { Step } from '../../src/planner/advance.ts';
import type { RunId, RunStart } from '../../src/ports/run.ts';
import type { StateStore } from '../../src/ports/state.ts';
import { ACME, at, configOf, customer, domain, NOW, roster, storedGroup, user, verified } from '../support/builders.ts';
import { emptyMemory, memoryStore } from '../support/memory-store.ts';
import { changed, created, createdDomain, deleted, deletedDomain, step } from '../support/roster-builders.ts';

const GLOBEX = 'globex' as CustomerId;
const ANN = user('ann@acme.example');
const BOB = user('bob@acme.example');
const FLAGGED = { ...ANN, status: 'flagged', flaggedAt: NOW } as const;

const CONFIG = configOf(customer(), customer({ name: GLOBEX, domains: [domain('globex.example')] }));

let store: StateStore;
beforeEach(() => {
  store = memoryStore(emptyMemory('one'), { who: 'ann', host: 'host', pid: 1, now: () => NOW });
});

/** A run that takes these steps, and ends unless it was killed. */
async function run(
  steps: Readonly<Record<string, Step>>,
  { killed = false, command = 'apply' }: { killed?: boolean; command?: RunStart['command'] } = {},
): Promise<RunId> {
  const id = await store.begin({ command, at: at('2026-11-19T08:00:00Z'), who: 'ann@host', planDigest: null });
  for (const [name, one] of Object.entries(steps)) {
    const { rosters } = await store.read([name as CustomerId], []);
    const expectedSerial = rosters.get(name as CustomerId)?.serial ?? 0;
    await store.commit({ ...one, customer: name as CustomerId, run: id, expectedSerial });
  }
  if (!killed) await store.finish(id, NOW);
  return id;
}

async function undo(
  id: RunId,
  parts: Partial<RevertRequest> = {},
): Promise<Exclude<CustomerPlan, { status: 'failed' }>> {
  const record = await makeRevert({
    config: CONFIG,
    customers: [],
    run: id,
    reader: store,
    now: NOW,
    allowRemovals: null,
    ...parts,
  });
  expect(record.plan).toMatchObject({ at: NOW, lineage: 'one' });
  const [made, ...others] = record.plan.customers;
  if (made === undefined || others.length > 0 || made.status === 'failed')
    throw new Error('not one customer is planned');
  return made;
}

const messages = ({ diagnostics }: CustomerPlan) => diagnostics.map(({ message }) => message);

describe('the customer', () => {
  test('is the only one that the run changed, or the one that is named', async () => {
    const both = await run({ acme: step([created(ANN)]), globex: step([created(user('x@globex.example'))]) });
    const one = await run({ acme: step([]), globex: step([created(user('y@globex.example'))]) });
    expect((await undo(one)).customer).toBe(GLOBEX);
    expect((await undo(both, { customers: ['acme'] })).customer).toBe(ACME);
    expect((await undo(one, { customers: ['*'] })).customer).toBe(GLOBEX);
    await expect(undo(both)).rejects.toMatchObject({ code: 'REVERT_SEVERAL_CUSTOMERS' });
    await expect(undo(one, { customers: ['acme'] })).rejects.toMatchObject({
      code: 'REVERT_NOTHING',
      message: 'Run 2 found nothing to change at acme, so there is nothing to put back.',
      hint: 'See what it did with: rollcall history 2. It changed globex.',
    });
  });
});

describe('a run that was killed', () => {
  test('is undone for the customers that it came to, and for no other', async () => {
    const id = await run({ acme: step([created(ANN)]) }, { killed: true });
    expect((await undo(id)).summary.delete).toBe(1);
    await expect(undo(id, { customers: ['globex'] })).rejects.toMatchObject({
      code: 'REVERT_NOTHING',
      message:
        'Run 1 has not come as far as globex: it was stopped before, or is still at work, so there is nothing to put back.',
    });
  });

  test('before it came to any is not', async () => {
    const id = await run({}, { killed: true });
    await expect(undo(id)).rejects.toMatchObject({
      code: 'REVERT_NOTHING',
      message: 'Run 1 changed no customer before it was stopped, or has not yet, so there is nothing to put back.',
    });
  });
});

describe('later runs', () => {
  test('are named if they changed the same customer', async () => {
    await run({ acme: step([created(ANN), created(storedGroup('team@acme.example', []))]) });
    const mistake = await run({ acme: step([changed(ANN, FLAGGED, 'flag')]) });
    await run({ globex: step([created(user('x@globex.example'))]) });
    await run({ acme: step([created(BOB)]) });
    await run({ acme: step([]) });
    await run({ acme: step([deleted(BOB)]) }, { command: 'sync' });
    const made = await undo(mistake);
    expect(made.changes).toMatchObject([{ action: 'restore', after: ANN }]);
    expect(messages(made)[0]).toBe('This also takes back runs 4 and 6.');
    expect(messages(await undo(6, { customers: ['acme'] }))[0]).toMatch(/^The next plan/);
  });
});

describe('other customers', () => {
  test('that came to a domain and an address in the meantime keep them (ADR-4, DOM-3)', async () => {
    const zoe = user('zoe@old.example');
    const old = verified('old.example');
    await run({ acme: step([created(ANN), created(zoe), createdDomain(old)]) });
    const given = await run({ acme: step([deleted(zoe), deletedDomain(old)]) });
    expect((await undo(given)).summary.create).toBe(2);
    await run({ globex: step([createdDomain(old)]) });
    expect(await undo(given)).toMatchObject({ changes: [], diagnostics: [{ rule: 'DOM-3' }, { rule: 'DOM-3' }] });
    await run({ globex: step([created(zoe)]) });
    expect((await undo(given)).diagnostics.map(({ rule }) => rule)).toEqual(['DOM-3', 'ADR-4']);
  });
});

describe('what was before', () => {
  test('a push is had again from the journal', async () => {
    await run({ acme: step([created(ANN)]) });
    const id = await store.begin({ command: 'state push', at: NOW, who: 'ann', planDigest: null });
    await store.replace(id, NOW, {
      lineage: 'one',
      rosters: new Map([[ACME, roster([BOB], { serial: 7 })]]),
    });
    await store.finish(id, NOW);
    const made = await undo(id);
    expect(made.changes.map(({ action }) => action)).toEqual(['delete', 'create']);
    expect(made.stateSerial).toBe(7);
  });

  test('the first run is had again: nobody', async () => {
    const id = await run({ acme: step([created(ANN), created(BOB)]) });
    expect((await undo(id)).summary).toMatchObject({ delete: 2, billable: { before: 2, after: 0 } });
  });

  test('and is not in the journal is refused', async () => {
    const id = await run({ acme: step([created(ANN)]) });
    await expect(undo(id, { reader: { ...store, rosterAt: async () => null } })).rejects.toMatchObject({
      code: 'REVERT_NO_ROSTER',
      message: expect.stringContaining('as it was before run 1 (serial 0) cannot be rebuilt'),
    });
  });

  test('another directory is refused where object ids would come back (DEL-11)', async () => {
    await run({ acme: step([created(ANN)]) });
    const rebound = changed(ANN, { ...ANN, objectId: null }, 'update');
    const id = await run({ acme: step([rebound], { type: 'ldap', id: 'away' }) });
    await expect(undo(id)).rejects.toMatchObject({ code: 'REVERT_OTHER_DIRECTORY' });
    const same = await run({ acme: step([created(BOB)], { type: 'ldap', id: 'away' }) });
    expect((await undo(same)).directory).toBeNull();
  });
});
