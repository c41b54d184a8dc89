/** Whatever stands in the files, loading them ends with findings that point into them: it neither throws nor hangs. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadWorkspace } from '../../src/adapters/files/workspace.ts';
import { FINDING_CODES } from '../../src/config/finding.ts';

const VALID = {
  'rollcall.yaml': `apiVersion: rollcall/v1
kind: Workspace
state: {backend: sqlite, path: .rollcall/state.db}
service: vipre
customers: [customers/*.yaml]
safety: {maxRemovals: 10%, planTtl: 24h}
`,
  'customers/acme.yaml': `apiVersion: rollcall/v1
kind: Customer
name: acme
seats: 500
domains:
  - {name: acme.example, site: bern}
  - {name: acme.test, verification: none}
sites: [{name: bern, default: true, servers: [{address: mx, port: 25, priority: 1}]}]
directory:
  type: ldap
  url: ldaps://dc1.acme.example
  tls: &tls {ca: certs/ca.pem, serverName: dc1.acme.example}
  baseDN: [ou=Staff,dc=acme,dc=example]
  bind: {dn: "cn=rollcall,dc=acme", password: {env: ACME_LDAP_PASSWORD}}
  filter: (&(department=*)(!(cn=x)))
  include: {disabled: false}
  timeouts: {connect: 5s}
  attributes: {primary: mail, aliases: [x], disabled: {attribute: a, values: [b]}}
  sync: {every: 6h}
  deleteAfter: 14d
  exceptions: [{user: intern@acme.example}, {group: 00112233-4455-6677-8899-aabbccddeeff}]
  additions: [newhire@acme.example]
conflicts:
  - {user: maria@acme.example, action: ignore, until: 2027-02-12, reason: "parental leave"}
users:
  - &user
    address: scanner@acme.example
    aliases: [copier@acme.example]
    rules: {allow: [vendor.example], deny: []}
imports:
  - {csv: ../u.csv}
  - {users: ../more.yaml}
`,
  'more.yaml': `apiVersion: rollcall/v1
kind: Users
users: [{address: more@acme.example, source: smtp}]
imports: []
`,
  'u.csv': 'address,displayName,aliases\nann@acme.example,"Lee, Ann",a.lee@acme.example;x@acme.test\n',
} as const;

type Path = keyof typeof VALID;
const PATHS = Object.keys(VALID) as Path[];

// What breaks parsers, and what this format gives a meaning to.
const PIECES = [
  '\t',
  '\r',
  '\n',
  '\r\n',
  '\0',
  '\ufeff',
  '\ufffd',
  '"',
  "'",
  '|',
  '>',
  '- ',
  ': ',
  '? ',
  '[',
  ']',
  '{',
  '}',
  ',',
  '#',
  '&a ',
  '*a',
  '*tls',
  '*user',
  '<<: *user',
  '!!binary ',
  '!x ',
  '---\n',
  '...\n',
  '%YAML 1.1\n',
  '@',
  '`',
  '__proto__: x\n',
  'null',
  '~',
  '.inf',
  '.nan',
  '0x1F',
  '-1',
  '1e999',
  'true',
  'off',
  'name: ',
  'users: ',
  'directory: ',
  'address',
  'é',
  '😀',
  ';',
  '=',
  '\\',
  '(',
  '*',
  '../',
  '/',
  '%',
  '$',
];

interface Edit {
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  remove: fc.nat({ max: 12 }),
  insert: fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 8, unit: 'binary' })),
});

function edited(text: string, edits: readonly Edit[]): string {
  return edits.reduce((before, { at, remove, insert }) => {
    const start = Math.floor(at * before.length);
    return before.slice(0, start) + insert + before.slice(start + remove);
  }, text);
}

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'rollcall-fuzz-'));
  await mkdir(join(root, 'customers'));
});
afterAll(() => rm(root, { recursive: true }));

async function expectSoundAnswer(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) await writeFile(join(root, path), content);
  const loaded = await loadWorkspace(root);
  expect(loaded.ok).toBe(!loaded.findings.some(({ severity }) => severity === 'error'));
  for (const { code, message, location } of loaded.findings) {
    expect(FINDING_CODES).toHaveProperty(code);
    expect(message).toMatch(/[.?]$|rollcall init$/);
    expect(loaded.files).toContain(location.file);
    expect(location.line).toBeGreaterThan(0);
    expect(location.column).toBeGreaterThan(0);
    const text = Buffer.from(files[location.file] ?? '')
      .toString()
      .replaceAll(/\r\n?/g, '\n');
    if (text !== '') expect(location.line).toBeLessThanOrEqual(text.split('\n').length);
  }
}

it('the files as they are are valid', async () => {
  for (const [path, content] of Object.entries(VALID)) await writeFile(join(root, path), content);
  expect((await loadWorkspace(root)).findings.filter(({ severity }) => severity === 'error')).toEqual([]);
});

it('one file that is damaged', async () => {
  const damage = fc.tuple(fc.constantFrom(...PATHS), fc.array(edit, { minLength: 1, maxLength: 6 }));
  await fc.assert(
    fc.asyncProperty(damage, ([path, edits]) => expectSoundAnswer({ ...VALID, [path]: edited(VALID[path], edits) })),
    { numRuns: 600 },
  );
});

it('one file of random bytes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...PATHS), fc.uint8Array({ maxLength: 400 }), (path, bytes) =>
      expectSoundAnswer({ ...VALID, [path]: bytes }),
    ),
    { numRuns: 200 },
  );
});

it('one file of random pieces of YAML', async () => {
  const soup = fc.array(fc.constantFrom(...PIECES, 'a', 'b', ' ', '  ', '\n'), { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...PATHS), soup, (path, pieces) =>
      expectSoundAnswer({ ...VALID, [path]: pieces.join('') }),
    ),
    { numRuns: 400 },
  );
});

it('values of every kind in every place', async () => {
  const lines = VALID['customers/acme.yaml'].split('\n');
  const value = fc.constantFrom(
    '',
    ' ~',
    ' 1',
    ' x',
    ' true',
    ' []',
    ' {}',
    ' [1]',
    ' {a: 1}',
    ' [[]]',
    ' [{}]',
    ' ["x"]',
    ' -0.5',
    ' ""',
  );
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: lines.length - 1 }), value, fc.boolean(), (index, replacement, everything) => {
      const changed = lines.map((line, place) =>
        place === index ? line.replace(everything ? /:.*$/ : /: ?[^:{}[\],]*/, `:${replacement}`) : line,
      );
      return expectSoundAnswer({ ...VALID, 'customers/acme.yaml': changed.join('\n') });
    }),
    { numRuns: 400 },
  );
});
