/** Taking CSV files of users into customers' files: the import is added, and every other byte stays. */
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { csvImports } from '../../src/adapters/files/csv-imports.ts';
import type { CsvPlace } from '../../src/ports/users-files.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/workspace.ts';

const CSV = '\ufeffemail;displayName\r\nann@acme.example;Ann\r\n';

function placeIn({ path }: TemporaryFolder, name = 'acme.csv'): CsvPlace {
  return { path: join(path, 'imports', name), customerFile: join(path, 'acme.yaml') };
}

async function takeIn(temporary: TemporaryFolder, yaml: string, place = placeIn(temporary)): Promise<string> {
  writeFileSync(join(temporary.path, 'people.csv'), CSV);
  writeFileSync(place.customerFile, yaml);
  const csv = await csvImports.read(join(temporary.path, 'people.csv'), 'people.csv');
  await csvImports.takeIn(csv, place);
  return readFileSync(place.customerFile, 'utf8');
}

/** The line that was put in, with what stands before and behind it as it was. */
function addition(before: string, after: string): string {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start += 1;
  const rest = before.length - start;
  expect(after.endsWith(before.slice(start))).toBe(true);
  return after.slice(start, after.length - rest);
}

const HEAD =
  '# A customer.   \napiVersion: rollcall/v1\nkind:   Customer  # odd   spaces\nname: acme\n\ndomains: [ {name: acme.example} ]\n';
const ITEM = '{csv: imports/acme.csv}';

describe('a customer that takes a file in', () => {
  test.each([
    ['without imports', HEAD, `imports:\n  - ${ITEM}\n`],
    ['without a last line end', HEAD.trimEnd(), `\nimports:\n  - ${ITEM}\n`],
    ['with a comment at its end', `${HEAD}# the end\n`, `imports:\n  - ${ITEM}\n`],
    ['with a list', `${HEAD}imports:\n  - {csv: a.csv}   # first\nseats: 3\n`, `  - ${ITEM}\n`],
    ['with a list at the margin', `${HEAD}imports:\n- csv: a.csv\n- csv:   b.csv # b\n# on\nseats: 3\n`, `- ${ITEM}\n`],
    ['with a list at the end of the text', `${HEAD}imports:\n  - csv: a.csv`, `\n  - ${ITEM}\n`],
    ['with a list in brackets', `${HEAD}imports: [ {csv: a.csv} ]  # one\n`, `, ${ITEM}`],
    [
      'with a list in brackets over several lines',
      `${HEAD}imports: [\n  {csv: a.csv}, # a\n  {csv: b.csv}  # b\n]\n`,
      `, ${ITEM}`,
    ],
    ['with an empty list', `${HEAD}imports: [] # none yet\nseats: 3\n`, ITEM],
    ['with nothing behind the key', `${HEAD}imports:   # none yet\nseats: 3\n`, `  - ${ITEM}\n`],
    ['with all of it indented', `  name: acme\n  domains: []\n`, `  imports:\n    - ${ITEM}\n`],
    ['with a text in several lines at its end', `${HEAD}displayName: |\n  Acme\n  Ltd\n`, `imports:\n  - ${ITEM}\n`],
  ])('%s keeps every other byte', async (_, before, expected) => {
    using temporary = temporaryFolder();
    const after = await takeIn(temporary, before);
    // Of equal lines there is no telling which one was put in.
    expect(after.length - before.length).toBe(expected.length);
    expect(after).toContain(expected);
    addition(before, after);
    expect(await csvImports.standing(await csvImports.read(placeIn(temporary).path, 'x'), placeIn(temporary))).toEqual({
      there: 'same',
      isImported: true,
    });
    expect(readFileSync(placeIn(temporary).path, 'utf8')).toBe(CSV);
  });

  test('keeps its line ends and its byte-order mark', async () => {
    using temporary = temporaryFolder();
    const before = `\ufeff${HEAD.replaceAll('\n', '\r\n')}`;
    expect(await takeIn(temporary, before)).toBe(`${before}imports:\r\n  - ${ITEM}\r\n`);
  });

  test.each([
    ['all of it in braces', '{apiVersion: rollcall/v1, kind: Customer, name: acme, domains: []} # c\n'],
    ['an end of the document', `${HEAD}...\n`],
  ])('with %s is written anew, with its comments', async (_, before) => {
    using temporary = temporaryFolder();
    const after = await takeIn(temporary, before);
    expect(after).toMatch(/imports:\s*\[?\s*-?\s*\{ ?csv: imports\/acme\.csv ?\}/);
    for (const [comment] of before.matchAll(/# .*?(?=\s*\n)/g)) expect(after).toContain(comment);
  });

  test('with a list that stands elsewhere is left as it is, and the file too', async () => {
    using temporary = temporaryFolder();
    const before = `${HEAD}x: &list\n  - {csv: a.csv}\nimports: *list\n`;
    await expect(takeIn(temporary, before)).rejects.toMatchObject({
      code: 'IMPORT_NOT_ADDED',
      hint: expect.stringContaining('{csv: "imports/acme.csv"}'),
    });
    expect(readFileSync(placeIn(temporary).customerFile, 'utf8')).toBe(before);
    expect(existsSync(placeIn(temporary).path)).toBe(false);
  });

  test.each(["it's, here {#1}.csv", 'a: b.csv', '-.csv', 'ümläut "x".csv', '*.csv'])(
    'takes the name %j as text',
    async (name) => {
      using temporary = temporaryFolder();
      const place = placeIn(temporary, name);
      await takeIn(temporary, HEAD, place);
      expect(await csvImports.standing(await csvImports.read(place.path, 'x'), place)).toEqual({
        there: 'same',
        isImported: true,
      });
    },
  );

  test('imports it once, however often it is taken in', async () => {
    using temporary = temporaryFolder();
    const once = await takeIn(temporary, HEAD);
    expect(await takeIn(temporary, once)).toBe(once);
    const nested = HEAD.replace('name: acme\n', 'name: acme\nimports: [{users: more.yaml}]\n');
    writeFileSync(
      join(temporary.path, 'more.yaml'),
      `apiVersion: rollcall/v1\nkind: Users\nusers: []\nimports: [${ITEM}]\n`,
    );
    expect(await takeIn(temporary, nested)).toBe(nested);
  });

  test('keeps its permissions', async () => {
    using temporary = temporaryFolder();
    const place = placeIn(temporary);
    writeFileSync(place.customerFile, HEAD);
    chmodSync(place.customerFile, 0o640);
    await takeIn(temporary, HEAD);
    expect(statSync(place.customerFile).mode & 0o777).toBe(0o640);
  });
});
