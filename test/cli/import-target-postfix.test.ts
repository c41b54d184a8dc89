/** An import from the tables of a real Postfix: whoever mail was taken for before is still taken for after the first apply. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { group, person } from '../support/builders.ts';
import { verdicts } from '../support/postfix/ask-rcpt.ts';
import { run, startGateway, tablesFolder } from '../support/postfix/gateway.ts';
import { customerFile, READ, workspace } from '../support/workspace.ts';

const LOCALS = Array.from({ length: 30 }, (_, index) => `r${index + 1}`);
const ADDRESSES = LOCALS.map((local) => `${local}@acme.example`);
const STRANGER = 'nobody@acme.example';
/** r25 is an alias, r26 a group, and the last four have left. */
const DIRECTORY = [
  ...LOCALS.slice(0, 24).map((local) =>
    person(local, `${local}@acme.example`, local === 'r1' ? { aliases: ['r25@acme.example'] } : {}),
  ),
  group('g1', 'r26@acme.example', ['r1', 'r2']),
];

/** What Postfix is to say of everybody, the last `gone` of whom it does not know. */
function expected(gone: number): Readonly<Record<string, string>> {
  const taken = ADDRESSES.map((address, index) => [address, index < ADDRESSES.length - gone ? 'taken' : 'unknown']);
  return Object.fromEntries([...taken, [STRANGER, 'unknown']]);
}

test('30 recipients without a mark are taken for before, after the import, after the apply; those who left go when due', async () => {
  await using folder = await tablesFolder('lmdb');
  await using gateway = await startGateway(folder.dir, 'lmdb');
  const tables = { domains: 'acme.example OK\n', recipients: ADDRESSES.map((one) => `${one} OK\n`).join('') };
  for (const [name, text] of Object.entries({ ...tables, transport: '', aliases: '' })) {
    await writeFile(join(folder.dir, name), text);
    await run(gateway.postmap[0], [...gateway.postmap.slice(1), `lmdb:${join(folder.dir, name)}`]);
  }
  const { postmap, check, reload } = gateway;
  const edge = { name: 'edge', type: 'postfix', dir: folder.dir, maps: 'lmdb', postmap, check, reload };
  using ws = await workspace({
    workspace: `targets: ${JSON.stringify([edge])}\n`,
    customers: { acme: customerFile('acme') },
    directories: { acme: DIRECTORY },
  });
  const answers = () => verdicts(gateway.postfix.port, [...ADDRESSES, STRANGER]);
  await expect.poll(answers, { timeout: 45_000 }).toEqual(expected(0));

  const imported = await ws.run('import', 'target', 'edge', '--auto-approve');
  expect(imported.code, imported.stderr).toBe(0);
  expect(imported.stdout).toContain('acme: 30 to create');
  expect(await answers()).toEqual(expected(0));

  const applied = await ws.run('apply', '--auto-approve', ...READ);
  expect(applied.code, applied.stderr).toBe(0);
  expect(applied.stdout).toContain('acme: 2 to delete, 4 to flag, 2 to create, 24 to update');
  expect(await answers()).toEqual(expected(0));

  const due = await ws.run('apply', '--auto-approve', '--snapshot', 'recordings', '--at', '2026-12-01T09:00:00Z');
  expect(due.code, due.stderr).toBe(0);
  expect(due.stdout).toContain('acme: 4 to delete');
  // An old process of Postfix may take one more conversation after a reload.
  await expect.poll(answers, { timeout: 45_000 }).toEqual(expected(4));
});
