/** The text tables of Postfix as people meet them: sections, lines of their own, and markers that somebody has edited. */
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CustomerId } from '../../src/domain/roster.ts';
import type { TargetChange } from '../../src/domain/target.ts';
import { roster, user } from '../support/builders.ts';
import { compareWith, convergeWith } from '../support/converge-target.ts';
import { run, type TablesFolder, tablesFolder } from '../support/postfix/gateway.ts';
import { verifiedDomain } from '../support/roster-builders.ts';

const acme = (...addresses: readonly string[]) =>
  roster(
    addresses.map((address) => user(address)),
    { domains: [verifiedDomain('acme.example')] },
  );
const globex = {
  ...roster([user('cy@globex.example')]),
  customer: 'globex' as CustomerId,
  domains: [verifiedDomain('globex.example')],
};
const ANN = acme('ann@acme.example');
const NOTES = [
  '# rollcall: written by Rollcall. What stands between "begin" and "end" is put back if you change it;\n',
  '# rollcall: lines of your own belong outside, and stay as they are.\n',
].join('');

const table = (name: string, { dir }: TablesFolder) => join(dir, name);
const recipients = (folder: TablesFolder) => readFile(table('recipients', folder), 'latin1');

/** Starts with these recipients in the file, as bytes. */
async function withRecipients(text: string): Promise<TablesFolder> {
  const folder = await tablesFolder('texthash');
  await writeFile(table('recipients', folder), text, 'latin1');
  return folder;
}

const inRecipients = (changes: readonly TargetChange[]) =>
  changes.filter(({ key }) => key.startsWith('recipients ')).map(({ action, key }) => `${action} ${key.slice(11)}`);

test('a section a customer, sorted, below what says so', async () => {
  await using folder = await tablesFolder('texthash');
  await convergeWith(folder.open(), acme('zoe@acme.example', 'ann@acme.example'), globex);
  expect(await recipients(folder)).toBe(
    `${NOTES}# rollcall begin acme\nann@acme.example OK\nzoe@acme.example OK\n# rollcall end acme\n# rollcall begin globex\ncy@globex.example OK\n# rollcall end globex\n`,
  );
});

describe('what is not ours', () => {
  const BEFORE =
    '# of mine, in Latin-1: M\xfcller\n\n  \npostmaster@hand.example\tOK\r\n   and more\nM\xfcller@hand.example x\n';
  const AFTER = '# below\nlast@hand.example OK';

  test('stays byte for byte, above and below, whatever comes and goes', async () => {
    await using folder = await withRecipients(BEFORE);
    await convergeWith(folder.open(), ANN, globex);
    await appendFile(table('recipients', folder), AFTER);
    for (const wanted of [acme('ann@acme.example', 'ben@acme.example'), acme(), ANN]) {
      await convergeWith(folder.open(), wanted);
      const text = await recipients(folder);
      expect(text.startsWith(`${BEFORE}${NOTES}`)).toBe(true);
      expect(text.endsWith(AFTER)).toBe(true);
      expect(text).toContain('# rollcall begin globex\ncy@globex.example OK\n# rollcall end globex\n');
    }
  });

  test('gets a line end where its last line has none', async () => {
    await using folder = await withRecipients('last@hand.example OK');
    await convergeWith(folder.open(), ANN);
    expect(await recipients(folder)).toBe(
      `last@hand.example OK\n${NOTES}# rollcall begin acme\nann@acme.example OK\n# rollcall end acme\n`,
    );
  });

  test('is taken over where the roster wants it, however it is written', async () => {
    await using folder = await withRecipients('# mine\nANN@Acme.example\t whatever\nben@hand.example OK\n');
    const { changes } = await convergeWith(folder.open(), ANN);
    expect(inRecipients(changes)).toEqual(['change ann@acme.example', 'foreign ben@hand.example']);
    expect(await recipients(folder)).toBe(
      `# mine\nben@hand.example OK\n${NOTES}# rollcall begin acme\nann@acme.example OK\n# rollcall end acme\n`,
    );
  });

  test('keeps its place among networks, where the first that fits counts', async () => {
    await using folder = await tablesFolder('texthash');
    const relaying = { ...ANN, relays: [{ name: 'out', addresses: ['192.0.2.0/24'] }] };
    await writeFile(table('relays', folder), '192.0.2.66 REJECT\n');
    await convergeWith(folder.open(), relaying);
    await appendFile(table('relays', folder), '0.0.0.0/0 REJECT\n');
    await convergeWith(folder.open(), ANN);
    await convergeWith(folder.open(), {
      ...relaying,
      relays: [{ name: 'out', addresses: ['192.0.2.0/24', '2001:db8::/32'] }],
    });
    const look = async (address: string) => {
      const [program, ...words] = folder.postmap;
      return (await run(program, [...words, '-q', address, `cidr:${table('relays', folder)}`])).stdout.trim();
    };
    expect(await look('192.0.2.66')).toBe('REJECT');
    expect(await look('192.0.2.65')).toBe('OK');
    expect(await look('203.0.113.1')).toBe('REJECT');
    expect(await look('2001:db8::25')).toBe('OK');
  });
});

describe('an edit inside of a section', () => {
  test.each([
    ['a line taken out', (text: string) => text.replace('ann@acme.example OK\n', ''), ['add ann@acme.example']],
    [
      'a line put in',
      (text: string) => text.replace('# rollcall end', 'x@acme.example OK\n# rollcall end'),
      ['remove x@acme.example'],
    ],
    [
      'a line without a value',
      (text: string) => text.replace('ann@acme.example OK', 'ann@acme.example'),
      ['change ann@acme.example'],
    ],
    [
      'a line with an odd quote',
      (text: string) => text.replace('ann@', '"ann@'),
      ['remove "ann@acme.example ok', 'add ann@acme.example'],
    ],
  ])('is put back: %s', async (_, edit, expected) => {
    await using folder = await tablesFolder('texthash');
    await convergeWith(folder.open(), ANN);
    const good = await recipients(folder);
    await writeFile(table('recipients', folder), edit(good));
    expect(inRecipients((await convergeWith(folder.open(), ANN)).changes)).toEqual(expected);
    expect(await recipients(folder)).toBe(good);
  });

  test('that is a comment is moved out, and not lost', async () => {
    await using folder = await tablesFolder('texthash');
    await convergeWith(folder.open(), ANN);
    const good = await recipients(folder);
    await writeFile(table('recipients', folder), good.replace('ann@', '# ask Ann first\nann@'));
    const { reading } = await convergeWith(folder.open(), ANN);
    expect(reading.faults).toMatchObject([{ key: 'recipients', found: expect.stringContaining('section of acme') }]);
    const healed = await recipients(folder);
    expect(healed).toContain('# ask Ann first\n');
    expect(healed.replace('# ask Ann first\n', '')).toBe(good);
  });

  test('whose continued line would change what the one before it says is put back', async () => {
    await using folder = await tablesFolder('texthash');
    const wanted = {
      ...ANN,
      domains: [verifiedDomain('acme.example', { site: 'home' })],
      sites: [{ name: 'home', default: true, servers: [{ address: '192.0.2.1', port: 25, priority: 1 }] }],
    };
    await convergeWith(folder.open(), wanted);
    const good = await readFile(table('transport', folder), 'utf8');
    await appendFile(table('transport', folder), '\n# of mine\n  :2525\n');
    const { changes } = await convergeWith(folder.open(), wanted);
    expect(changes).toMatchObject([
      { action: 'change', key: 'transport acme.example', found: 'relay:[192.0.2.1]:25 :2525' },
    ]);
    expect(await readFile(table('transport', folder), 'utf8')).toBe(`${good}\n# of mine\n`);
  });
});

/** Markers that somebody has edited, with the lines that count as nobody's then. */
const BROKEN: readonly (readonly [what: string, edit: (text: string) => string, foreign: readonly string[]])[] = [
  ['an end is gone', (text) => text.replace('# rollcall end acme\n', ''), ['ann@acme.example', 'old@acme.example']],
  ['the last end is gone', (text) => text.replace('# rollcall end globex\n', ''), []],
  [
    'a beginning is gone',
    (text) => text.replace('# rollcall begin acme\n', ''),
    ['ann@acme.example', 'old@acme.example'],
  ],
  ['an end is of another', (text) => text.replace('end acme', 'end globex'), ['ann@acme.example', 'old@acme.example']],
  ['a name is none', (text) => text.replace('begin acme', 'begin A/../b'), ['ann@acme.example', 'old@acme.example']],
  [
    'a section is in another',
    (text) => text.replace('ann@', '# rollcall begin globex\nann@'),
    ['ann@acme.example', 'old@acme.example'],
  ],
  [
    'a marker has more words',
    (text) => text.replace('end acme', 'end acme and globex'),
    ['ann@acme.example', 'old@acme.example'],
  ],
];

describe('a marker that is broken', () => {
  test.each(BROKEN)(
    '%s: nothing is lost, nothing is taken for ours, and the sections are whole again',
    async (_, edit, foreign) => {
      await using folder = await tablesFolder('texthash');
      await convergeWith(folder.open(), acme('ann@acme.example', 'old@acme.example'), globex);
      await appendFile(table('recipients', folder), 'hand@hand.example OK\n');
      await writeFile(table('recipients', folder), edit(await recipients(folder)));

      const { changes, reading } = await compareWith(folder.open(), ANN);
      expect(reading.faults).toMatchObject([{ key: 'recipients', expected: 'whole sections' }]);
      const told = inRecipients(changes);
      if (foreign.length > 0) {
        // The lines of the broken section are nobody's: what is wanted is taken over, what is not is told of, and stays.
        expect(told).toEqual(expect.arrayContaining(['change ann@acme.example', 'foreign old@acme.example']));
      } else expect(told).toContain('remove old@acme.example');
      expect(told).toContain('foreign hand@hand.example');

      await convergeWith(folder.open(), ANN, globex);
      const after = await compareWith(folder.open(), ANN, globex);
      expect(after.reading.faults).toEqual([]);
      expect(after.changes.every(({ action }) => action === 'foreign')).toBe(true);
      const text = await recipients(folder);
      expect(text).toContain('hand@hand.example OK\n');
      expect(text.includes('old@acme.example')).toBe(foreign.length > 0);
      expect(text.match(/^# rollcall (begin|end) .*$/gm)).toEqual([
        '# rollcall begin acme',
        '# rollcall end acme',
        '# rollcall begin globex',
        '# rollcall end globex',
      ]);
    },
  );

  test('a key that stands in two places is a fault, and goes from all but one', async () => {
    await using folder = await tablesFolder('texthash');
    await convergeWith(folder.open(), ANN);
    const good = await recipients(folder);
    await writeFile(table('recipients', folder), `ann@acme.example other\n${good}`);
    const { reading } = await convergeWith(folder.open(), ANN);
    expect(reading.faults).toMatchObject([{ found: 'ann@acme.example stands in it twice' }]);
    expect(await recipients(folder)).toBe(good);
  });
});

test('a key that the section of another customer holds moves to the one that is written', async () => {
  await using folder = await tablesFolder('texthash');
  await convergeWith(folder.open(), ANN);
  const moved = { ...globex, entries: [user('ann@acme.example')], domains: [verifiedDomain('acme.example')] };
  await convergeWith(folder.open(), moved);
  expect(await recipients(folder)).toBe(
    `${NOTES}# rollcall begin globex\nann@acme.example OK\n# rollcall end globex\n`,
  );
  // The one who lost it takes nothing with it.
  await convergeWith(folder.open(), acme());
  expect(await recipients(folder)).toContain('ann@acme.example OK\n');
});
