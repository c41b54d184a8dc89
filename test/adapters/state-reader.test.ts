/** The readers of states that plans may rest on: a database, a document that "state pull" printed, and the one in memory of other tests. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stateFiles } from '../../src/adapters/files/state-file.ts';
import { readerOfState } from '../../src/adapters/files/state-reader.ts';
import { describeStateReader } from '../contract/state-reader.ts';
import { APPLY } from '../contract/state-store-fixture.ts';
import { ACME, NOW, roster, stateOf } from '../support/builders.ts';
import { emptyMemory, memoryReader } from '../support/memory-store.ts';
import { stateFolder } from '../support/state-folder.ts';
import { temporaryFolder } from '../support/workspace.ts';

describeStateReader('a document', async (state) => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'state.json');
  writeFileSync(path, [...stateFiles.text(state)].join(''));
  return readerOfState(await stateFiles.load(path));
});

describeStateReader('SQLite', async (state) => {
  const folder = await stateFolder();
  await using store = await folder.open();
  await store.replace(await store.begin(APPLY), NOW, state);
  const reader = await folder.openToRead();
  const end = async () => {
    await reader[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  };
  return { ...reader, [Symbol.asyncDispose]: end };
});

describeStateReader('in memory', async ({ lineage, rosters }) =>
  memoryReader({ ...emptyMemory(lineage), rosters: new Map(rosters) }),
);

test('a document says that it is redacted, and knows nothing of what was done', async () => {
  await using reader = readerOfState({ ...stateOf(roster([], { serial: 2 })), redacted: true });
  expect((await reader.read([ACME], [])).redacted).toBe(true);
  expect(await reader.runs(10)).toEqual([]);
  expect(await reader.run(1)).toBeNull();
  expect(await reader.journal(1)).toBeNull();
  expect(await reader.rosterAt(ACME, 1)).toBeNull();
  expect((await reader.rosterAt(ACME, 0))?.serial).toBe(0);
  expect(await reader.copy(ACME)).toBeNull();
  expect(await reader.targetStandings()).toEqual([]);
  expect(await reader.appliedConfig(ACME)).toBeNull();
  expect((await reader.appliedBy('sha256:1')).size).toBe(0);
});
