/** Upload files as a target: what stands in them, whose they are, and what becomes of what somebody does to them. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseUsersCsv } from '../../src/adapters/files/csv.ts';
import type { CustomerId, Entry, Roster } from '../../src/domain/roster.ts';
import type { UploadFormat } from '../../src/domain/service.ts';
import { isWrite } from '../../src/domain/target.ts';
import { describeTarget } from '../contract/target.ts';
import { ACME, roster, storedGroup, user } from '../support/builders.ts';
import { type CsvFolder, driftOf, openCsv, putInStep, recordsOf } from '../support/csv-folder.ts';
import { verifiedDomain } from '../support/roster-builders.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/workspace.ts';

const COLUMNS: UploadFormat['columns'] = [
  { name: 'Mail', value: 'address' },
  { name: 'Also', value: 'aliases' },
  { name: 'Name', value: 'displayName' },
  { name: 'Plan', text: 'standard' },
];

function acme(entries: readonly Entry[], serial = 1): Roster {
  return roster(entries, { serial, domains: [verifiedDomain('acme.example')] });
}

function folderIn({ path }: TemporaryFolder, upload: Partial<UploadFormat> = {}): CsvFolder {
  return { dir: join(path, 'exports'), upload };
}

const textOf = ({ dir }: CsvFolder, file = 'acme.csv') => readFileSync(join(dir, file), 'utf8');
const linesOf = (folder: CsvFolder) => textOf(folder).trimEnd().split('\n');

const ann = user('ann@acme.example', {
  aliases: ['a.lee@acme.example', 'annie@acme.example'],
  attributes: { givenName: 'Ann', surname: 'Lee', displayName: 'Ann Lee' },
});
const ben = user('Ben@acme.example', { attributes: { displayName: 'Ben, "the boss"' } });
const cy = user('cy@acme.example');

for (const flavour of ['full', 'changes'] as const) {
  describeTarget(`upload files, ${flavour}`, async () => {
    const temporary = temporaryFolder();
    const folder: CsvFolder = { dir: join(temporary.path, 'exports'), flavour };
    return {
      open: async () => openCsv(folder),
      putForeign: async () => {
        mkdirSync(folder.dir, { recursive: true });
        writeFileSync(join(folder.dir, 'old-list.csv'), 'address\nsomebody@acme.example\n');
        return 'old-list.csv';
      },
      tamper: async (customer) => {
        const file = `${customer}.csv`;
        writeFileSync(join(folder.dir, file), textOf(folder, file).replace(/^ben@.*\n/m, ''));
      },
      [Symbol.asyncDispose]: async () => temporary[Symbol.dispose](),
    };
  });
}

describe('the full file', () => {
  test('has the columns that imports read, a row a user, in the order of canonical addresses', async () => {
    using temporary = temporaryFolder();
    const folder = folderIn(temporary);
    const list = storedGroup('all@acme.example', ['ann@acme.example']);
    await putInStep(folder, acme([cy, list, ben, ann]));
    expect(textOf(folder)).toBe(
      [
        'address,aliases,givenName,surname,displayName,homePhone,mobile,company,department,notes',
        'ann@acme.example,a.lee@acme.example;annie@acme.example,Ann,Lee,Ann Lee,,,,,',
        'Ben@acme.example,,,,"Ben, ""the boss""",,,,,',
        'cy@acme.example,,,,,,,,,',
        '',
      ].join('\n'),
    );
    const { users, findings } = parseUsersCsv(textOf(folder), 'acme.csv');
    expect(findings).toEqual([]);
    expect(users.map(({ address, aliases, attributes }) => ({ address, aliases, attributes }))).toEqual(
      [ann, ben, cy].map(({ address, aliases, attributes }) => ({ address, aliases, attributes })),
    );
  });

  test('has who gets mail: no deactivated, nobody in a domain that is not verified', async () => {
    using temporary = temporaryFolder();
    const folder = folderIn(temporary, {
      columns: [
        { name: 'address', value: 'address' },
        { name: 'aliases', value: 'aliases' },
        { name: 'type', value: 'type' },
        { name: 'status', value: 'status' },
      ],
    });
    const entries = [
      user('a@acme.example', { status: 'flagged', aliases: ['a@other.example', 'a2@acme.example'] }),
      user('b@acme.example', { status: 'deactivated' }),
      user('c@other.example', { aliases: ['c@acme.example'] }),
      user('d@other.example'),
      user('e@acme.example', { type: 'publicFolder' }),
    ];
    await putInStep(folder, acme(entries));
    expect(linesOf(folder).slice(1)).toEqual([
      'a@acme.example,a2@acme.example,user,flagged',
      'c@acme.example,,user,active',
      'e@acme.example,,publicFolder,active',
    ]);
  });

  test('has the columns and the form that the profile says', async () => {
    using temporary = temporaryFolder();
    const folder = folderIn(temporary, {
      columns: [...COLUMNS, { name: 'Type', value: 'type' }, { name: 'In it', value: 'members' }],
      delimiter: ';',
      separator: '|',
      groups: true,
      bom: true,
      lineEnd: '\r\n',
    });
    const list = storedGroup('all@acme.example', ['Ben@acme.example', 'ann@acme.example', 'gone@acme.example']);
    await putInStep(folder, acme([ann, ben, { ...list, displayName: 'All; of them' }]));
    expect(textOf(folder)).toBe(
      [
        '\ufeffMail;Also;Name;Plan;Type;In it',
        'all@acme.example;;"All; of them";standard;group;Ben@acme.example|ann@acme.example',
        'ann@acme.example;a.lee@acme.example|annie@acme.example;Ann Lee;standard;user;',
        'Ben@acme.example;;"Ben, ""the boss""";standard;user;',
        '',
      ].join('\r\n'),
    );
    expect((await driftOf(folder, acme([ann, ben, { ...list, displayName: 'All; of them' }]))).changes).toEqual([]);
  });

  test('is the same bytes for the same roster, and one changed user is one changed line', async () => {
    using one = temporaryFolder();
    using other = temporaryFolder();
    const [folder, elsewhere] = [folderIn(one), folderIn(other)];
    const people = Array.from({ length: 40 }, (_, n) => user(`u${(n * 7) % 40}@acme.example`));
    await putInStep(folder, acme(people));
    await putInStep(elsewhere, acme(people.toReversed()));
    expect(textOf(elsewhere)).toBe(textOf(folder));
    expect(textOf(elsewhere, '.rollcall.json')).toBe(textOf(folder, '.rollcall.json'));

    const before = linesOf(folder);
    const changed = people.map((one, index) => (index === 11 ? { ...one, attributes: { mobile: '+44 7700' } } : one));
    await putInStep(folder, acme(changed, 2));
    const after = linesOf(folder);
    expect(after.filter((line) => !before.includes(line))).toEqual(['u37@acme.example,,,,,,+44 7700,,,']);
    expect(after).toHaveLength(before.length);
  });

  test('says nothing that a spreadsheet would calculate, and nothing is lost by it', async () => {
    using temporary = temporaryFolder();
    const folder = folderIn(temporary);
    const values = [
      '=1+1',
      '+cmd',
      '-1+1',
      '@SUM(1)',
      '\tx',
      '\rx',
      "'=1",
      "''=1",
      "'",
      '+44 20',
      'a\r\nb',
      'a\rb',
      ' x ',
    ];
    const odd = [...values, '\u202e', '\u0000', '\ud800', '"', 'a,b', '😀', '\ufeff'];
    const people = odd.map((text, n) =>
      user(`=u${n}@acme.example`, { attributes: { displayName: text, notes: text } }),
    );
    await putInStep(folder, acme(people));
    expect(await driftOf(folder, acme(people))).toEqual({ changes: [], faults: [] });
    const cells = recordsOf(join(folder.dir, 'acme.csv')).flatMap((record) => Object.values(record));
    expect(cells.filter((cell) => /^[=@\t\r]|^[+-](?!44 20$)/.test(cell))).toEqual([]);
  });

  test('of a customer without users is a header, and none where there never was one', async () => {
    using temporary = temporaryFolder();
    const folder = folderIn(temporary, { columns: COLUMNS });
    await putInStep(folder, acme([]));
    expect(existsSync(join(folder.dir, 'acme.csv'))).toBe(false);
    await putInStep(folder, acme([ann]));
    await putInStep(folder, acme([], 2));
    expect(textOf(folder)).toBe('Mail,Also,Name,Plan\n');
  });
});

describe('what somebody has edited', () => {
  test.each([
    ['a row taken out', (text: string) => text.replace(/^ben@.*\n/im, ''), [['add', 'acme.csv ben@acme.example']]],
    ['a cell', (text: string) => text.replace('Ann Lee', 'Ann Leigh'), [['change', 'acme.csv ann@acme.example']]],
    ['a row put in', (text: string) => `${text}zoe@acme.example\n`, [['remove', 'acme.csv zoe@acme.example']]],
    ['a row twice', (text: string) => `${text}ANN@acme.example\n`, [['remove', 'acme.csv row 4']]],
    ['a row without address', (text: string) => `${text}hello\n`, [['remove', 'acme.csv row 4']]],
  ])('%s: shows by rows, and is put back', async (_, edit, expected) => {
    using temporary = temporaryFolder();
    const folder = folderIn(temporary);
    const now = acme([ann, ben, cy]);
    await putInStep(folder, now);
    const text = textOf(folder);
    writeFileSync(join(folder.dir, 'acme.csv'), edit(text));
    expect((await driftOf(folder, now)).changes.map(({ action, key }) => [action, key])).toEqual(expected);
    await putInStep(folder, now);
    expect(textOf(folder)).toBe(text);
  });

  test.each([
    ['the order', (text: string) => text.replace(/^(ann.*\n)(Ben.*\n)/m, '$2$1')],
    ['the line ends', (text: string) => text.replaceAll('\n', '\r\n')],
    ['the quotes', (text: string) => text.replace('Ann Lee', '"Ann Lee"')],
    ['a byte-order mark', (text: string) => `\ufeff${text}`],
  ])('%s: no row differs, and it is put back all the same', async (_, edit) => {
    using temporary = temporaryFolder();
    const folder = folderIn(temporary);
    const now = acme([ann, ben, cy]);
    await putInStep(folder, now);
    const text = textOf(folder);
    writeFileSync(join(folder.dir, 'acme.csv'), edit(text));
    const { changes, faults } = await driftOf(folder, now);
    expect({ changes, keys: faults.map(({ key }) => key) }).toEqual({ changes: [], keys: ['acme.csv'] });
    await putInStep(folder, now);
    expect(textOf(folder)).toBe(text);
    expect(await driftOf(folder, now)).toEqual({ changes: [], faults: [] });
  });

  test.each([
    ['a header that names no address', 'Mail,Name\nann@acme.example,Ann\n'],
    ['a quote that never ends', 'address,displayName\nann@acme.example,"Ann\n'],
    ['no text at all', Buffer.from([0xff, 0xfe, 0x00, 0x22, 0x0a])],
    ['nothing', ''],
  ])('into %s: is written anew', async (_, content) => {
    using temporary = temporaryFolder();
    const folder = folderIn(temporary);
    const now = acme([ann, ben, cy]);
    await putInStep(folder, now);
    const text = textOf(folder);
    writeFileSync(join(folder.dir, 'acme.csv'), content);
    expect((await putInStep(folder, now)).failures).toEqual([]);
    expect(textOf(folder)).toBe(text);
    expect(await driftOf(folder, now)).toEqual({ changes: [], faults: [] });
  });

  test('a file that was taken away is written anew', async () => {
    using temporary = temporaryFolder();
    const folder = folderIn(temporary);
    await putInStep(folder, acme([ann]));
    rmSync(join(folder.dir, 'acme.csv'));
    await putInStep(folder, acme([ann]));
    expect(linesOf(folder)).toHaveLength(2);
  });
});

describe('a profile that has changed', () => {
  test('its columns: every row is one that changes, and none goes', async () => {
    using temporary = temporaryFolder();
    const now = acme([ann, ben]);
    await putInStep(folderIn(temporary), now);
    const folder = folderIn(temporary, { columns: COLUMNS, delimiter: ';' });
    const { changes } = await putInStep(folder, now);
    expect(changes.map(({ action, key }) => `${action} ${key}`)).toEqual([
      'change acme.csv ann@acme.example',
      'change acme.csv ben@acme.example',
    ]);
    expect(linesOf(folder)[0]).toBe('Mail;Also;Name;Plan');
    expect(await driftOf(folder, now)).toEqual({ changes: [], faults: [] });
  });

  test('its form alone: no row differs, and the file is written anew', async () => {
    using temporary = temporaryFolder();
    const now = acme([ann, ben]);
    await putInStep(folderIn(temporary), now);
    const folder = folderIn(temporary, { delimiter: '\t', bom: true });
    const { changes, faults } = await putInStep(folder, now);
    expect([changes.length, faults.length]).toEqual([0, 1]);
    expect(textOf(folder).startsWith('\ufeffaddress\taliases\t')).toBe(true);
    expect(await driftOf(folder, now)).toEqual({ changes: [], faults: [] });
  });
});

describe('whose a file is', () => {
  test('a file that Rollcall did not write is left as it is, and said', async () => {
    using temporary = temporaryFolder();
    const folder = folderIn(temporary);
    mkdirSync(folder.dir);
    writeFileSync(join(folder.dir, 'acme.csv'), 'theirs\n');
    const globex = { ...acme([]), customer: 'globex' as CustomerId, entries: [ann] };
    const { changes, failures } = await putInStep(folder, acme([ann]), globex);
    expect(changes.filter((change) => !isWrite(change))).toEqual([
      {
        action: 'foreign',
        customer: ACME,
        key: 'acme.csv',
        expected: null,
        found: 'a file that Rollcall did not write',
      },
    ]);
    expect(failures).toMatchObject([{ customer: ACME, key: null, problem: { code: 'CSV_FOREIGN' } }]);
    expect(failures[0]?.problem.hint).toContain('Move it away');
    expect(textOf(folder)).toBe('theirs\n');
    expect(textOf(folder, 'globex.csv')).toContain('ann@acme.example');
    rmSync(join(folder.dir, 'acme.csv'));
    expect((await putInStep(folder, acme([ann]), globex)).failures).toEqual([]);
  });

  test('a file that came there before a first write got as far is none of ours', async () => {
    using temporary = temporaryFolder();
    const folder = folderIn(temporary);
    mkdirSync(folder.dir);
    const writing = { digest: `sha256:${'0'.repeat(64)}`, delimiter: ',', address: 'address' };
    const files = { 'acme.csv': { written: null, writing, changes: 0 } };
    writeFileSync(join(folder.dir, '.rollcall.json'), JSON.stringify({ format: 'rollcall.csv/1', files }));
    writeFileSync(join(folder.dir, 'acme.csv'), 'theirs\n');
    expect((await putInStep(folder, acme([ann]))).failures).toMatchObject([{ problem: { code: 'CSV_FOREIGN' } }]);
    expect(textOf(folder)).toBe('theirs\n');
  });

  test('files of customers that are not chosen stay, and those of nobody served are told of', async () => {
    using temporary = temporaryFolder();
    const folder = folderIn(temporary);
    const globex = { ...acme([]), customer: 'globex' as CustomerId, entries: [ann] };
    const hooli = { ...acme([]), customer: 'hooli' as CustomerId, entries: [ben] };
    await putInStep(folder, acme([ann]), globex, hooli);
    const { changes } = await putInStep(folder, acme([cy], 2));
    expect(changes.filter((change) => !isWrite(change)).map(({ customer, key }) => [customer, key])).toEqual([
      ['hooli', 'hooli.csv'],
    ]);
    expect(textOf(folder, 'globex.csv')).toContain('ann@acme.example');
    expect(textOf(folder, 'hooli.csv')).toContain('Ben@acme.example');
  });

  test.each(['', '{', '[]', '{"format":"other/1","files":{}}', '{"format":"rollcall.csv/1","files":{"acme.csv":{}}}'])(
    'where the list of files is %j, nothing is read or written',
    async (text) => {
      using temporary = temporaryFolder();
      const folder = folderIn(temporary);
      await putInStep(folder, acme([ann]));
      const before = textOf(folder);
      writeFileSync(join(folder.dir, '.rollcall.json'), text);
      await expect(putInStep(folder, acme([ben], 2))).rejects.toMatchObject({ code: 'CSV_MARKS' });
      expect(textOf(folder)).toBe(before);
    },
  );
});

describe('a folder that gives trouble', () => {
  test('is made where it is missing', async () => {
    using temporary = temporaryFolder();
    const folder = { dir: join(temporary.path, 'a/b/c') };
    expect((await putInStep(folder, acme([ann]))).failures).toEqual([]);
    expect(readdirSync(folder.dir)).toEqual(['.rollcall.json', 'acme.csv']);
  });

  test('a file in its place', async () => {
    using temporary = temporaryFolder();
    const folder = folderIn(temporary);
    writeFileSync(folder.dir, '');
    await expect(putInStep(folder, acme([ann]))).rejects.toMatchObject({
      code: 'CSV_READ',
      message: expect.stringContaining('a file, not a folder'),
    });
  });

  test('a folder in the place of a file fails that customer alone', async () => {
    using temporary = temporaryFolder();
    const folder = { ...folderIn(temporary), flavour: 'changes' as const };
    const globex = { ...acme([]), customer: 'globex' as CustomerId, entries: [ann] };
    await putInStep(folder, acme([ann]), globex);
    rmSync(join(folder.dir, 'acme.changes'), { recursive: true });
    writeFileSync(join(folder.dir, 'acme.changes'), 'in the way');
    const { failures } = await putInStep(folder, acme([ben], 2), { ...globex, entries: [ben], serial: 2 });
    expect(failures).toMatchObject([{ customer: ACME, problem: { code: 'CSV_WRITE' } }]);
    expect(textOf(folder)).toContain('ann@');
    expect(textOf(folder, 'globex.csv')).toContain('Ben@');
    rmSync(join(folder.dir, 'acme.changes'));
    await putInStep(folder, acme([ben], 2));
    expect(textOf(folder)).toContain('Ben@');
    expect(await driftOf(folder, acme([ben], 2))).toEqual({ changes: [], faults: [] });
  });

  test('files keep the permissions that somebody gave them', async () => {
    using temporary = temporaryFolder();
    const folder = folderIn(temporary);
    await putInStep(folder, acme([ann]));
    chmodSync(join(folder.dir, 'acme.csv'), 0o640);
    await putInStep(folder, acme([ben], 2));
    expect(statSync(join(folder.dir, 'acme.csv')).mode & 0o777).toBe(0o640);
  });
});
