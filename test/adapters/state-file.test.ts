/** Whole states as files: what is pulled can be pushed, and what would break the state cannot. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stateFiles } from '../../src/adapters/files/state-file.ts';
import { keyOf } from '../../src/domain/address.ts';
import { type Entry, isUser, type Roster, type State } from '../../src/domain/roster.ts';
import { arbitraryRoster } from '../support/arbitrary-roster.ts';
import { NOW, roster, stateOf, storedGroup, user } from '../support/builders.ts';
import { temporaryFolder } from '../support/workspace.ts';

async function loaded(text: string): Promise<State> {
  using folder = temporaryFolder();
  const path = join(folder.path, 'state.json');
  writeFileSync(path, text);
  return await stateFiles.load(path);
}

function textOf(...rosters: readonly Roster[]): string {
  return [...stateFiles.text(stateOf(...rosters))].join('');
}

/** Of a made-up roster the entries that can stand in one state: each address and object once, flagged since a moment. */
function soundOf(made: Roster): Roster {
  const held = new Set<string>();
  const entries = made.entries.flatMap((entry): Entry[] => {
    const claims = [
      ...[entry.address, ...entry.aliases].map(keyOf),
      ...(entry.objectId === null ? [] : [entry.objectId]),
    ];
    if (new Set(claims).size < claims.length || claims.some((claim) => held.has(claim))) return [];
    for (const claim of claims) held.add(claim);
    if (!isUser(entry)) return [entry];
    const flaggedAt = entry.status === 'flagged' ? (entry.flaggedAt ?? NOW) : null;
    return [{ ...entry, flaggedAt }];
  });
  return { ...made, entries };
}

test('what is written is read back as what it was', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryRoster.map(soundOf), async (one) => {
      const text = textOf(one);
      const state = await loaded(text);
      expect(state).toEqual(stateOf(one));
      expect([...stateFiles.text(state)].join('')).toBe(text);
    }),
    { numRuns: 50 },
  );
});

test('a redacted state says so, and is read as one', async () => {
  const state = { ...stateOf(roster([user('ann@acme.example')])), redacted: true } as const;
  const text = [...stateFiles.text(state)].join('');
  expect(JSON.parse(text)).toMatchObject({ format: 'rollcall.state/1', redacted: true });
  expect(await loaded(text)).toEqual(state);
});

describe('a state is refused, with what is wrong', () => {
  test.each<[what: string, entries: readonly Entry[], said: string]>([
    ['an address that is none', [user('nobody')], '"nobody" of acme is not a mail address'],
    ['an alias that is none', [user('ann@acme.example', { aliases: ['a b@acme.example'] })], 'is not a mail address'],
    [
      'two primaries',
      [user('ann@acme.example'), user('ANN@acme.example', { objectId: null })],
      'ANN@acme.example of acme is held twice',
    ],
    [
      'a primary and an alias',
      [user('ann@acme.example'), user('bob@acme.example', { aliases: ['ann@acme.example'] })],
      'is held twice',
    ],
    [
      'a user and a group',
      [user('ann@acme.example'), storedGroup('ann@acme.example', [], { objectId: null })],
      'is held twice',
    ],
    [
      'an object twice',
      [user('ann@acme.example'), user('bob@acme.example', { objectId: user('ann@acme.example').objectId })],
      'bob@acme.example of acme has the object id of another entry, ann',
    ],
    [
      'flagged since never',
      [user('ann@acme.example', { status: 'flagged' })],
      'ann@acme.example of acme is flagged and has no "flaggedAt"',
    ],
  ])('%s', async (_, entries, said) => {
    await expect(loaded(textOf(roster(entries)))).rejects.toMatchObject({
      code: 'STATE_FILE',
      message: expect.stringContaining(said),
      hint: expect.stringContaining('rollcall state pull'),
    });
  });

  test('a customer twice', async () => {
    const text = textOf(roster([user('ann@acme.example')]));
    const state = JSON.parse(text);
    state.rosters.push(state.rosters[0]);
    await expect(loaded(JSON.stringify(state))).rejects.toThrow('the roster of acme is in it twice');
  });

  test.each(['', 'no json', 'null', '[]', '{}', '{"format":"rollcall.state/2","lineage":"x","rosters":[]}'])(
    '%j',
    async (text) => {
      await expect(loaded(text)).rejects.toMatchObject({ code: 'STATE_FILE' });
    },
  );

  test('what is pulled before anything was applied', async () => {
    await expect(loaded([...stateFiles.text({ lineage: '', rosters: new Map() })].join(''))).rejects.toThrow('lineage');
  });
});
