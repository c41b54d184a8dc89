/** What a roster is after a step. Every store is held against this, so it is told here in examples. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyOf } from '../../src/domain/address.ts';
import { emptyRoster, type Roster, type Tombstone, type User } from '../../src/domain/roster.ts';
import { advance, advanceFrom, tombstoneOf } from '../../src/planner/advance.ts';
import { arbitraryRoster, arbitraryWishes, stepFor } from '../support/arbitrary-roster.ts';
import { ACME, at, HOME, NOW, objectId, roster, storedGroup, user } from '../support/builders.ts';
import {
  changed,
  changedDomain,
  created,
  createdDomain,
  deleted,
  deletedDomain,
  step,
  verifiedDomain,
} from '../support/roster-builders.ts';

const ANN = user('ann@acme.example');
const BOB = user('bob@acme.example');
const LATER = at('2026-12-01T00:00:00Z');

function grave(of: User, parts: Partial<Tombstone> = {}): Tombstone {
  return { ...tombstoneOf(of, NOW), ...parts };
}

function addresses({ entries }: Roster): readonly string[] {
  return entries.map(({ address }) => address);
}

describe('entries and domains', () => {
  test('come out sorted by canonical address and by name', () => {
    const after = advance(
      emptyRoster(ACME),
      step([
        created(user('Cleo@acme.example')),
        created(BOB),
        created(ANN),
        createdDomain(verifiedDomain('b.example')),
        createdDomain(verifiedDomain('a.example')),
      ]),
    );
    expect(addresses(after)).toEqual([ANN.address, BOB.address, 'Cleo@acme.example']);
    expect(after.domains.map(({ name }) => name)).toEqual(['a.example', 'b.example']);
  });

  test('all of the old goes before any of the new comes', () => {
    const after = advance(
      roster([ANN, BOB]),
      step([changed(ANN, { ...ANN, address: BOB.address }), changed(BOB, { ...BOB, address: ANN.address })]),
    );
    expect(after.entries.map(({ address, objectId: id }) => [address, id])).toEqual([
      [ANN.address, BOB.objectId],
      [BOB.address, ANN.objectId],
    ]);
  });

  test('are found by canonical address, however they are spelled', () => {
    const after = advance(roster([user('Ann@Acme.Example')]), step([deleted(ANN)]));
    expect(after.entries).toEqual([]);
  });

  test('domains change and go by name', () => {
    const pending = verifiedDomain('a.example', { status: 'pending', verifiedAt: null });
    const verified = verifiedDomain('a.example');
    const before = { ...roster([]), domains: [pending, verifiedDomain('b.example')] };
    const after = advance(before, step([changedDomain(pending, verified), deletedDomain(verifiedDomain('b.example'))]));
    expect(after.domains).toEqual([verified]);
  });
});

describe('serial, directory and moment', () => {
  test('a change makes a new version', () => {
    expect(advance(roster([]), step([created(ANN)], null, LATER))).toMatchObject({
      serial: 2,
      directory: HOME,
      syncedAt: LATER,
    });
  });

  test('no change keeps the version but notes the moment', () => {
    expect(advance(roster([ANN]), step([], HOME, LATER))).toEqual({ ...roster([ANN]), syncedAt: LATER });
  });

  test('another directory makes a new version (DEL-11)', () => {
    const entra = { type: 'entra', id: HOME.id } as const;
    expect(advance(roster([]), step([], entra))).toMatchObject({ serial: 2, directory: entra });
  });
});

describe('tombstones', () => {
  test('a deleted user leaves one with all its addresses and its archive (DEL-5)', () => {
    const gone = user('Ann@acme.example', { aliases: ['a@acme.example'], archive: 'archive-7' });
    expect(advance(roster([gone]), step([deleted(gone)], HOME, LATER)).tombstones).toEqual([
      { addresses: ['Ann@acme.example', 'a@acme.example'], archive: 'archive-7', deletedAt: LATER, objectId: 'Ann' },
    ]);
  });

  test('the archive goes by the object id, else by the address that it was first known by', () => {
    expect(grave(user('Ann@acme.example')).archive).toBe('Ann');
    expect(grave(user('Ann@acme.example', { objectId: null })).archive).toBe('ann@acme.example');
  });

  test('a public folder leaves one too, a group none', () => {
    const folder = user('folder@acme.example', { type: 'publicFolder' });
    const group = storedGroup('all@acme.example', []);
    const after = advance(roster([folder, group]), step([deleted(folder), deleted(group)]));
    expect(after.tombstones.map(({ addresses: [primary] }) => primary)).toEqual(['folder@acme.example']);
  });

  test('a new user takes over that of its object id before that of its address (DEL-6)', () => {
    const same = grave(ANN, { addresses: ['old@acme.example'] });
    const other = grave(BOB, { addresses: [ANN.address] });
    const left = (tombstones: readonly Tombstone[]) =>
      advance({ ...roster([]), tombstones }, step([created(ANN)])).tombstones;
    expect(left([other, same])).toEqual([other]);
    expect(left([other])).toEqual([]);
    expect(left([grave(BOB)])).toEqual([grave(BOB)]);
  });

  test.each([0, 1])('nobody takes over by address what is of another by object id (order %i)', (first) => {
    const ofBob = grave(BOB, { addresses: [ANN.address] });
    const atBob = grave(user('cleo@acme.example'), { addresses: [BOB.address] });
    const both = [created(ANN), created(BOB)];
    const changes = first === 0 ? both : both.toReversed();
    expect(advance({ ...roster([]), tombstones: [ofBob, atBob] }, step(changes)).tombstones).toEqual([atBob]);
  });

  test('users without an object id match by address alone', () => {
    const before = { ...roster([]), tombstones: [grave(ANN, { objectId: null }), grave(BOB, { objectId: null })] };
    const after = advance(before, step([created(user('BOB@acme.example', { objectId: null }))]));
    expect(after.tombstones.map(({ addresses: [primary] }) => primary)).toEqual([ANN.address]);
  });

  test('a new group takes nothing over', () => {
    const before = { ...roster([]), tombstones: [grave(ANN)] };
    expect(advance(before, step([created(storedGroup(ANN.address, []))])).tombstones).toEqual(before.tombstones);
  });

  test('a person has one: a later deletion replaces the one of the same object id or address', () => {
    const byId = grave(user('ann.old@acme.example', { objectId: objectId('ann') }));
    const byAddress = grave(user(ANN.address, { objectId: objectId('somebody else') }));
    const after = advance(
      { ...roster([ANN]), tombstones: [byId, byAddress, grave(BOB)] },
      step([deleted(ANN)], HOME, LATER),
    );
    expect(after.tombstones).toEqual([grave(ANN, { deletedAt: LATER }), grave(BOB)]);
  });

  test('what a step deletes, the same step does not take over', () => {
    const after = advance(
      roster([ANN]),
      step([deleted(ANN), created(user('new@acme.example', { objectId: ANN.objectId }))]),
    );
    expect(after.tombstones).toHaveLength(1);
  });
});

describe('many steps', () => {
  test('one after the other give what they give in one go, and leave the first roster as it was', () => {
    fc.assert(
      fc.property(arbitraryRoster, fc.array(arbitraryWishes, { maxLength: 4 }), (first, all) => {
        const before = structuredClone(first);
        const inOneGo = advanceFrom(first);
        let oneByOne = first;
        for (const wishes of all) {
          const made = stepFor(oneByOne, wishes);
          inOneGo.apply(made);
          oneByOne = advance(oneByOne, made);
        }
        expect(inOneGo.roster()).toEqual(oneByOne);
        expect(first).toEqual(before);
      }),
    );
  });

  test('a step without changes changes no entry', () => {
    fc.assert(
      fc.property(arbitraryRoster, (before) => {
        const after = advance(before, step([], null));
        expect(after.entries).toEqual(before.entries);
        expect(after.tombstones).toEqual(before.tombstones);
      }),
    );
  });

  test('nobody has two tombstones, and no two entries one address', () => {
    fc.assert(
      fc.property(arbitraryRoster, ({ entries, tombstones }) => {
        const unique = (list: readonly unknown[]) => expect(new Set(list).size).toBe(list.length);
        unique(entries.map(({ address }) => keyOf(address)));
        unique(tombstones.map(({ addresses: [primary] }) => keyOf(primary)));
        unique(tombstones.flatMap(({ objectId: id }) => id ?? []));
      }),
    );
  });

  test('100,000 users come back to 100,000 tombstones in seconds', () => {
    const users = Array.from({ length: 100_000 }, (_, index) => user(`u${index}@acme.example`));
    const before = { ...roster([]), tombstones: users.map((one) => grave(one)) };
    expect(advance(before, step(users.map((one) => created(one)))).tombstones).toEqual([]);
  }, 20_000);
});
