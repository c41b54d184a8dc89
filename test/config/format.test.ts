/** `rollcall fmt`: the layout changes, and nothing else. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allAnswers, DIRECTORY_TYPES, TARGET_TYPES } from '../../src/app/init/answers.ts';
import { customerFile } from '../../src/app/init/customer-file.ts';
import { workspaceFile } from '../../src/app/init/workspace-file.ts';
import { commentsIn, formatYaml } from '../../src/config/format.ts';
import { parseCustomer } from '../../src/config/parse.ts';
import { readYaml } from '../../src/config/yaml.ts';
import { check } from '../support/property.ts';

function formatted(text: string): string {
  const result = formatYaml(text, 'file.yaml');
  if (!result.ok) throw new Error(result.findings.map(({ message }) => message).join(' '));
  return result.text;
}

/** Each finding as `line:column code`. */
function refusal(text: string): readonly string[] {
  const result = formatYaml(text, 'file.yaml');
  return result.ok ? [] : result.findings.map(({ code, location }) => `${location.line}:${location.column} ${code}`);
}

const HEAD = 'apiVersion: rollcall/v1\nkind: Users\n';

describe('the order of the keys', () => {
  it('is that of the schema, in blocks within blocks and in brackets; what it does not know comes last', () => {
    const text = `x: 1
users:
  - {displayName: Ann, address: ann@acme.example}
  - displayName: Bob
    address: bob@acme.example
kind: Users
apiVersion: rollcall/v1
`;
    expect(formatted(text)).toBe(`apiVersion: rollcall/v1
kind: Users
users:
  - {address: ann@acme.example, displayName: Ann}
  - address: bob@acme.example
    displayName: Bob
x: 1
`);
  });

  it('is that of the kind of directory that a customer has', () => {
    const customer = (directory: string) =>
      `apiVersion: rollcall/v1\nkind: Customer\nname: acme\ndirectory:\n${directory}`;
    expect(formatted(customer('  credential: {}\n  clientId: b\n  tenant: a\n  type: entra\n'))).toBe(
      customer('  type: entra\n  tenant: a\n  clientId: b\n  credential: {}\n'),
    );
    expect(formatted(customer('  bind: {password: {env: A}, dn: b}\n  baseDN: [b, a]\n  url: a\n  type: ldap\n'))).toBe(
      customer('  type: ldap\n  url: a\n  baseDN: [b, a]\n  bind: {dn: b, password: {env: A}}\n'),
    );
  });

  it('takes along the comments and the empty line above a key', () => {
    const text = `# yaml-language-server: $schema=users.json
# who they are
users: [] # none yet

# the kind
kind: Users # of file
apiVersion: rollcall/v1
`;
    expect(formatted(text)).toBe(`# yaml-language-server: $schema=users.json
apiVersion: rollcall/v1

# the kind
kind: Users # of file
# who they are
users: [] # none yet
`);
  });

  it('leaves at the head what an empty line parts from the first key', () => {
    const text = '---\n# licence\n\n# of kind\nkind: Users\napiVersion: rollcall/v1\n';
    expect(formatted(text)).toBe('---\n# licence\n\napiVersion: rollcall/v1\n# of kind\nkind: Users\n');
  });

  it('is left alone where there are aliases', () => {
    const text =
      'kind: Users\nusers:\n  - {displayName: &name Ann, address: ann@acme.example}\n  - {address: b@acme.example, displayName: *name}\napiVersion: rollcall/v1\n';
    expect(formatted(text)).toBe(text);
  });
});

describe('the layout', () => {
  it.each([
    ['indentation', 'users:\n- address: a\n  displayName:   b\n', 'users:\n  - address: a\n    displayName: b\n'],
    ['space in brackets', 'users: [ { address: a } ]\n', 'users: [{address: a}]\n'],
    [
      'brackets over several lines',
      'users: [\n  {address: a}, # one\n  {address: b}\n]\n',
      'users:\n  - {address: a} # one\n  - {address: b}\n',
    ],
    ['brackets on one long line', `users: [${'x, '.repeat(200)}x]\n`, `users: [${'x, '.repeat(200)}x]\n`],
    ['empty lines', 'x: 1\n\n\n\ny: 2\n', 'x: 1\n\ny: 2\n'],
    ['white space at the end', 'x: 1   \n', 'x: 1\n'],
    ['no line end at the end', 'x: 1', 'x: 1\n'],
    ['the distance of comments', 'x: 1      # one\n', 'x: 1 # one\n'],
    ['quotes', `x: 'a'\ny: "b"\nz: c\n`, `x: 'a'\ny: "b"\nz: c\n`],
    [
      'numbers, truth values and nothing',
      'a: 0x10\nb: 1.50\nc: 1e3\nd: ~\ne:\nf: TRUE\ng: 12345678901234567890\nh: .inf\ni: -.nan\nj: .NaN\nk: -0\n',
      null,
    ],
    ['text in blocks', 'x: |\n  # no comment\n  a\n\n   b\ny: >-\n  one two\n\n  three\nz: |+\n  end\n\n', null],
    ['long text', `x: ${'word '.repeat(60)}end\n`, null],
    ['tags', 'x: !!str 1\n', 'x: !!str "1"\n'],
    [
      'folds',
      `x: >\n  one\n  ${'word '.repeat(30)}end\n`,
      `x: >\n  one ${'word '.repeat(18)}word\n  ${'word '.repeat(11)}end\n`,
    ],
    ['dates and words that other versions of YAML would read', 'a: 2027-02-12\nb: off\nc: no\nd: 012\n', null],
  ])('%s', (_, before, after) => {
    expect(formatted(HEAD + before)).toBe(HEAD + (after ?? before));
  });

  it('puts names into quotes that YAML would end at their first comma', () => {
    const head = 'apiVersion: rollcall/v1\nkind: Customer\n';
    const text = `${head}directory:\n  type: ldap\n  baseDN: [ou=Staff,dc=acme, ou=Lab,dc=acme]\n  bind: {password: {env: A}, dn: cn=r,dc=acme}\n`;
    const quoted = `${head}directory:\n  type: ldap\n  baseDN: ["ou=Staff,dc=acme", "ou=Lab,dc=acme"]\n  bind: {dn: "cn=r,dc=acme", password: {env: A}}\n`;
    expect(formatted(text)).toBe(quoted);
    expect(parseCustomer(quoted, 'file.yaml').value?.directory).toEqual(
      parseCustomer(text, 'file.yaml').value?.directory,
    );
  });

  it('has the line ends of Unix and no byte-order mark', () => {
    expect(formatted(`\ufeff${HEAD}# one\nx: 1\n`.replaceAll('\n', '\r\n'))).toBe(`${HEAD}# one\nx: 1\n`);
  });
});

describe('what is refused', () => {
  it.each([
    ['a key that stands twice', `${HEAD}kind: Users\n`, '3:1 CONFIG_DUPLICATE_KEY'],
    ['brackets that are not closed', `${HEAD}users: [a\n`, '4:1 CONFIG_SYNTAX'],
    ['two documents', `${HEAD}---\n${HEAD}`, '3:1 CONFIG_SYNTAX'],
    ['an alias of nothing', `${HEAD}x: *nothing\n`, '3:4 CONFIG_ALIASES'],
    ['an empty file', '', '1:1 CONFIG_MISSING'],
    ['a file of another kind', 'services:\n  web: {}\n', '1:1 CONFIG_VALUE'],
  ])('%s, with its place', (_, text, where) => {
    expect(refusal(text)).toEqual([where]);
  });
});

const EXAMPLES = ['examples', 'profiles'].flatMap((folder) => {
  const path = fileURLToPath(new URL(`../../${folder}/`, import.meta.url));
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.yaml$/.test(file))
    .map((file) => join(path, file))
    .filter((file) => /^kind: (Workspace|Customer|Users|ServiceProfile)$/m.test(readFileSync(file, 'utf8')));
});

describe('what we write ourselves is laid out', () => {
  it('in every example and every profile', () => {
    expect(EXAMPLES.length).toBeGreaterThan(10);
    for (const file of EXAMPLES) {
      const text = readFileSync(file, 'utf8');
      expect(formatted(text), file).toBe(text);
    }
  });

  it('by init', () => {
    for (const type of DIRECTORY_TYPES) {
      const text = customerFile(allAnswers({ type, displayName: "O'Neil & Sons: #1" }));
      expect(formatted(text)).toBe(text);
    }
    for (const target of TARGET_TYPES) {
      const text = workspaceFile(allAnswers({ target }));
      expect(formatted(text)).toBe(text);
      const taken = text.replaceAll(/^# (targets:| {2}- )/gm, '$1');
      expect(commentsIn(formatted(taken))).toHaveLength(commentsIn(taken).length);
    }
  });
});

/** YAML as people write it: blocks and brackets within each other, with comments and empty lines anywhere. */
function arbitraryText(): fc.Arbitrary<string> {
  const word = fc.constantFrom(
    'a',
    'ann@acme.example',
    "'it''s'",
    '"x: #y"',
    '0x1F',
    '~',
    '',
    'two words',
    '*',
    '&x 1',
  );
  const plain = word.filter((text) => text !== '*');
  const key = fc.constantFrom('users', 'address', 'displayName', 'aliases', 'imports', 'directory', 'k1', 'k2', 'k3');
  const note = fc.constantFrom('', '', '', ' # note', '  #tight');
  const above = fc.constantFrom('', '', '', '\n', '# above\n', '# one\n\n# two\n', '\n# apart\n');
  const flow = fc.oneof(
    fc.uniqueArray(key, { maxLength: 3 }).map((keys) => `{${keys.map((name) => `${name}: 1`).join(', ')}}`),
    fc
      .array(fc.constantFrom('a', '"b"', '[c]', '{address: d}'), { maxLength: 3 })
      .map((items) => `[ ${items.join(' ,')} ]`),
    fc.constantFrom('[\n      a, # first\n      b\n      ]', '{\n      # inside\n      a: 1,\n      }'),
  );
  const block = fc.constantFrom('|\n      # text\n      more\n', '>-\n      folded\n      text\n\n      end\n');
  const scalarLine = fc
    .tuple(fc.oneof({ weight: 3, arbitrary: plain }, flow), note)
    .map(([value, end]) => ` ${value}${end}\n`);
  const inner = fc
    .uniqueArray(fc.tuple(above, key, scalarLine), { selector: ([, name]) => name, minLength: 1, maxLength: 3 })
    .map((pairs) => pairs.map(([before, name, value]) => `${indented(before, '  ')}  ${name}:${value}`).join(''));
  const items = fc
    .array(fc.tuple(above, scalarLine), { minLength: 1, maxLength: 3 })
    .map((list) => list.map(([before, value]) => `${indented(before, '  ')}  -${value}`).join(''));
  const value = fc.oneof(
    scalarLine,
    block.map((text) => ` ${text}`),
    fc.tuple(note, inner).map(([end, text]) => `${end}\n${text}`),
    fc.tuple(note, items).map(([end, text]) => `${end}\n${text}`),
  );
  const kind = fc.constantFrom('Users', 'Customer', 'Workspace');
  return fc
    .tuple(
      above,
      kind,
      fc.uniqueArray(fc.tuple(above, key, value), { selector: ([, name]) => name, maxLength: 4 }),
      above,
    )
    .map(
      ([head, name, pairs, end]) =>
        `${head}${pairs.map(([before, one, text]) => `${before}${one}:${text}`).join('')}kind: ${name}\n${end}`,
    );
}

function indented(text: string, indent: string): string {
  return text.replaceAll(/^(?=#)/gm, indent);
}

describe('for any file that is valid YAML', () => {
  it('what it says and its comments stay, and to format again changes nothing', () => {
    let formattedOnes = 0;
    check(arbitraryText(), (text) => {
      const before = readYaml(text, 'file');
      fc.pre(before.findings.every(({ severity }) => severity !== 'error'));
      const once = formatted(text);
      expect(readYaml(once, 'file').value).toEqual(before.value);
      expect(commentsIn(once).toSorted()).toEqual(commentsIn(text).toSorted());
      expect(formatted(once)).toBe(once);
      formattedOnes += 1;
    });
    expect(formattedOnes).toBeGreaterThan(50);
  });
});
