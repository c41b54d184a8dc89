/** Files of users that finds are added to. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { usersFiles } from '../../src/adapters/files/users-file.ts';
import { normalizeUsers } from '../../src/config/normalize.ts';
import { parseUsers } from '../../src/config/parse.ts';
import { type AddressKey, addressKey } from '../../src/domain/address.ts';
import { temporaryFolder } from '../support/workspace.ts';

const keys = (...addresses: readonly string[]) => addresses as readonly AddressKey[];
const HEAD = 'apiVersion: rollcall/v1\nkind: Users\n';

/** What the file is after these were added to it. */
async function added(before: string, ...addresses: readonly string[]): Promise<string> {
  using folder = temporaryFolder();
  const path = join(folder.path, 'users.yaml');
  writeFileSync(path, before);
  await usersFiles.add(path, keys(...addresses));
  return readFileSync(path, 'utf8');
}

/** The users of a text that must be free of findings. */
function usersOf(text: string): readonly (readonly [string, string])[] {
  const parsed = parseUsers(text, 'users.yaml');
  const { value, findings } = normalizeUsers(parsed);
  expect([...parsed.findings, ...findings]).toEqual([]);
  return value.map(({ address, source }) => [address, source]);
}

describe('a file of users', () => {
  test('is made, with its folder, readable as other files are; sorted, each address once', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'a/b/users.yaml');
    const found = keys('b@x.example', 'a@x.example', 'b@x.example');
    expect(await usersFiles.addresses(path)).toEqual(new Set());
    expect(await usersFiles.add(path, found)).toEqual(['a@x.example', 'b@x.example']);
    const text = readFileSync(path, 'utf8');
    expect(usersOf(text)).toEqual([
      ['a@x.example', 'smtp'],
      ['b@x.example', 'smtp'],
    ]);
    expect(usersFiles.text(found)).toBe(text);
    expect(statSync(path).mode & 0o777).toBe(0o666 & ~process.umask());
    expect(readdirSync(join(folder.path, 'a/b'))).toEqual(['users.yaml']);
  });

  test('has users of whom more is known, as the configuration reads them', () => {
    const hostile = 'Ann "x" # y: [z]\n- address: eve@x.example';
    const users = [
      { address: 'Ben@x.example', aliases: ['b@x.example', '"a b"@x.example'], attributes: { displayName: hostile } },
      { address: 'ann@x.example', aliases: [], attributes: {} },
    ];
    const text = usersFiles.text(users);
    expect(text).toContain('rollcall import target');
    const { value, findings } = normalizeUsers(parseUsers(text, 'users.yaml'));
    expect(findings).toEqual([]);
    expect(value).toMatchObject([
      { address: 'ann@x.example', aliases: [], source: 'manual', attributes: {} },
      { address: 'Ben@x.example', aliases: ['b@x.example', '"a b"@x.example'], attributes: { displayName: hostile } },
    ]);
  });

  test('adds such users without what it has already', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'users.yaml');
    writeFileSync(path, `${HEAD}users:\n  - address: ann@x.example\n    aliases: [a@x.example]\n`);
    const ben = { address: 'ben@x.example', aliases: ['a@x.example', 'b@x.example'], attributes: {} };
    const known = { address: 'ANN@x.example', aliases: [], attributes: {} };
    expect(await usersFiles.add(path, [ben, known])).toEqual(['ben@x.example']);
    expect(readFileSync(path, 'utf8')).toBe(
      `${HEAD}users:\n  - address: ann@x.example\n    aliases: [a@x.example]\n  - address: ben@x.example\n    aliases:\n      - b@x.example\n`,
    );
  });

  test('is not made for nobody, and not touched where nobody is new', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'users.yaml');
    expect(await usersFiles.add(path, [])).toEqual([]);
    expect(existsSync(path)).toBe(false);
    const before = `${HEAD}users: [   {address: Ann@X.example, aliases: [a@x.example]}]\n`;
    writeFileSync(path, before);
    expect(await usersFiles.addresses(path)).toEqual(new Set(['ann@x.example', 'a@x.example']));
    expect(await usersFiles.add(path, keys('ann@x.example', 'a@x.example'))).toEqual([]);
    expect(readFileSync(path, 'utf8')).toBe(before);
  });

  test('keeps its permissions', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'users.yaml');
    writeFileSync(path, HEAD);
    chmodSync(path, 0o640);
    await usersFiles.add(path, keys('a@x.example'));
    expect(statSync(path).mode & 0o777).toBe(0o640);
  });

  test('keeps comments, empty lines and the order that people gave it', async () => {
    const before = `# About this file.
${HEAD}
# The list.
users:
  # Zoe comes first.
  - address: zoe@x.example # because

  # Bob.
  - {address: bob@x.example, displayName: 'Bob B.', rules: {allow: [a.example], deny: []}}

# The end.
`;
    expect(await added(before, 'ann@x.example', 'carl@x.example')).toBe(`# About this file.
${HEAD}
# The list.
users:
  - address: ann@x.example
    source: smtp
  - address: carl@x.example
    source: smtp
  # Zoe comes first.
  - address: zoe@x.example # because

  # Bob.
  - {address: bob@x.example, displayName: 'Bob B.', rules: {allow: [a.example], deny: []}}

# The end.
`);
  });

  test.each([['users: []\n'], ['users: [] # none yet\n'], [''], ['imports: [{csv: a.csv}]\n']])(
    'may have no users yet: %j',
    async (rest) => {
      const text = await added(`${HEAD}${rest}`, 'a@x.example');
      expect(text).toContain('\n  - address: a@x.example\n    source: smtp\n');
      expect(usersOf(text)).toEqual([['a@x.example', 'smtp']]);
      if (rest.startsWith('imports')) expect(text).toContain('imports: [{csv: a.csv}]\n');
    },
  );

  test('may use anchors and aliases', async () => {
    const before = `${HEAD}users:\n  - &ann {address: ann@x.example, rules: &r {allow: [a.example]}}\n  - {address: dan@x.example, rules: *r}\n`;
    expect(usersOf(await added(before, 'bob@x.example'))).toEqual([
      ['ann@x.example', 'manual'],
      ['bob@x.example', 'smtp'],
      ['dan@x.example', 'manual'],
    ]);
  });

  test.each([
    ['another kind', 'apiVersion: rollcall/v1\nkind: Customer\nname: acme\n'],
    ['no YAML', 'a: [\n'],
    ['a list', '- a@x.example\n'],
    ['a key that does not exist', `${HEAD}user: []\n`],
    ['an address that is none', `${HEAD}users: [{address: nobody}]\n`],
    ['two documents', `${HEAD}---\n${HEAD}`],
    ['nothing', ''],
  ])('is refused, and left as it is, if it is %s', async (_, before) => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'users.yaml');
    writeFileSync(path, before);
    const refused = { code: 'USERS_UNREADABLE', message: expect.stringContaining(path) };
    await expect(usersFiles.addresses(path)).rejects.toMatchObject(refused);
    await expect(usersFiles.add(path, keys('a@x.example'))).rejects.toMatchObject(refused);
    expect(readFileSync(path, 'utf8')).toBe(before);
  });

  test('that cannot be written is an error, and a folder is none', async () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, 'file'), '');
    await expect(usersFiles.add(join(folder.path, 'file/users.yaml'), keys('a@x.example'))).rejects.toMatchObject({
      code: 'USERS_NOT_WRITTEN',
    });
    await expect(usersFiles.addresses(folder.path)).rejects.toMatchObject({ code: 'USERS_UNREADABLE' });
  });
});

describe('what strangers chose', () => {
  test.each([
    '&a@x.example',
    '*a@x.example',
    '!a@x.example',
    '#a@x.example',
    '%a@x.example',
    '=1+1@x.example',
    '-@x.example',
    '?@x.example',
    '{a}@x.example',
    "'a'@x.example",
    '`a`@x.example',
    '|@x.example',
    '~@x.example',
    '"a: b, #c"@x.example',
    '"]}\\" - x: *y"@x.example',
    '"\\\\"@x.example',
    'null@x.example',
    '1e3@x.example',
    'jürgen@x.example',
    '😀@x.example',
    '"   "@x.example',
  ])('is text in YAML: %s', async (address) => {
    expect(addressKey(address)).toBe(address);
    const text = await added(`${HEAD}users: [{address: m@x.example}]\n`, address);
    expect(usersOf(text)).toContainEqual([address, 'smtp']);
    expect(usersOf(text)).toHaveLength(2);
    expect(usersOf(usersFiles.text(keys(address)))).toEqual([[address, 'smtp']]);
  });

  test('whatever is an address comes out as it went in', () => {
    const local = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
    const address = fc
      .tuple(local, fc.boolean())
      .map(([text, quoted]) => addressKey(`${quoted ? `"${text.replace(/["\\]/g, '\\$&')}"` : text}@x.example`))
      .filter((key) => key !== null);
    fc.assert(
      fc.property(fc.array(address, { minLength: 1, maxLength: 5 }), (found) => {
        const expected = [...new Set(found)].toSorted();
        expect(usersOf(usersFiles.text(found)).map(([text]) => addressKey(text))).toEqual(expected);
      }),
    );
  });
});

describe('whether a customer imports it', () => {
  test.each([
    ['directly', 'imports: [{users: ../users/a.yaml}]\n', true],
    ['by another way to write its path', 'imports: [{users: .././customers/../users/a.yaml}]\n', true],
    ['by way of another file', 'imports: [{users: ../users/all.yaml}]\n', true],
    ['not at all', '', false],
    ['but another one', 'imports: [{csv: ../users/a.csv}]\n', false],
  ])('%s', async (_, imports, expected) => {
    using folder = temporaryFolder();
    const path = (name: string) => join(folder.path, name);
    for (const name of ['users', 'customers']) mkdirSync(path(name));
    writeFileSync(path('users/all.yaml'), `${HEAD}imports: [{users: a.yaml}]\n`);
    writeFileSync(path('users/a.yaml'), HEAD);
    writeFileSync(path('customers/acme.yaml'), `apiVersion: rollcall/v1\nkind: Customer\nname: acme\n${imports}`);
    expect(await usersFiles.isImported(path('users/a.yaml'), path('customers/acme.yaml'))).toBe(expected);
  });
});
