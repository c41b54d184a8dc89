import { describe, expect, it } from 'vitest';
import { parseCustomer } from '../../src/config/parse.ts';
import { readYaml } from '../../src/config/yaml.ts';
import { CUSTOMER, DIRECTORY, saidOf } from './said.ts';

describe('YAML that cannot be read is told of once, where it is wrong', () => {
  it.each([
    ['tabs, on every line', `${CUSTOMER}directory:\n\ttype: ldap\n\turl: x\n`, [/^6:1 .*Tabs/, /^7:1 .*Tabs/]],
    [
      'a quote that never ends',
      `${CUSTOMER}displayName: "Acme\nseats: 3\n`,
      [/^5:14 .*The quote that begins here never ends/],
    ],
    [
      'a bracket that never ends',
      `${CUSTOMER}users: [{address: a@b.c}\nseats: 3\n`,
      [/^6:1 .*\[ or \{ that began above/],
    ],
    ['a bracket too many', `${CUSTOMER}users: []]\nseats: 3\nregion: uk\n`, [/^5:10 .*This cannot stand here/]],
    ['a second colon', `${CUSTOMER}displayName: Acme: Ltd\n`, [/^5:14 .*A second key cannot begin/]],
    ['no colon', `${CUSTOMER}displayName Acme\nseats: 3\n`, [/^5:1 .*Is a colon missing/]],
    ['wrong indentation', `${DIRECTORY}   filter: (a=b)\n  dialect: auto\n`, [/^9:1 .*indentation/]],
    ['a value that begins with @', `${CUSTOMER}displayName: @acme\n`, [/^5:14 .*Put the value in quotes/]],
    ['a value that begins with *', `${CUSTOMER}displayName: *acme\n`, [/^5:14 CONFIG_ALIASES .*put it in quotes/]],
    ['a tag', `${CUSTOMER}displayName: !acme Ltd\n`, [/^5:14 .*begins with !/]],
    ['a tag that other parsers know', `${CUSTOMER}displayName: !!binary aGVsbG8=\n`, [/^5:14 .*begins with !/]],
    ['a wrong escape', `${CUSTOMER}displayName: "Acme\\qLtd"\n`, [/^5:\d+ .*backslash/]],
    ['two mistakes on two lines', `${CUSTOMER}displayName: @acme\nregion: \`uk\nseats: 1\n`, [/^5:14 /, /^6:9 /]],
    ['two documents', `${CUSTOMER}---\n${CUSTOMER}`, [/^5:1 .*A second document begins here/]],
    ['nothing', '', [/^1:1 CONFIG_MISSING The file is empty/]],
    ['nothing but a comment', '# later\n', [/CONFIG_MISSING The file is empty/]],
    ['nothing but null', '~\n', [/CONFIG_MISSING The file is empty/]],
    ['brackets without end', '['.repeat(200_000), [/^1:64 CONFIG_SYNTAX This is nested more than 64 levels deep/]],
    ['braces without end', '{a: '.repeat(100_000), [/^1:253 CONFIG_SYNTAX This is nested more than 64/]],
    ['dashes without end', `${'- '.repeat(50_000)}\n`, [/CONFIG_SYNTAX .*nested/]],
    [
      'more depth than anything needs',
      `${CUSTOMER}users: ${'['.repeat(70)}${']'.repeat(70)}\n`,
      [/^5:\d+ .*more than 64 levels/],
    ],
    ['a key that is a list', `${CUSTOMER}? [a]\n: b\n`, [/^5:3 .*A key must be plain text/]],
    ['a key that is an alias', `${CUSTOMER}displayName: &a x\n*a : b\n`, [/^6:1 .*A key must be plain text/]],
  ])('%s', (_, text, expected) => {
    const found = saidOf(text);
    expect(found).toHaveLength(expected.length);
    for (const [index, pattern] of expected.entries()) expect(found[index]).toMatch(pattern);
  });

  it('a list without end', () => {
    expect(saidOf('- x\n'.repeat(1_100_000))).toEqual([
      expect.stringMatching(/CONFIG_SYNTAX The file has too many values/),
    ]);
  });

  it('never repeats what stands in the file', () => {
    const secrets = [
      'password: *Sommer2026',
      'password: !Sommer2026',
      'password: @Sommer2026',
      'password: "Sommer2026',
      'password: {env: Sommer2026',
      'password: [Sommer2026]]',
      'password: Sommer2026: x',
      'password: "\\q Sommer2026"',
      'password: &Sommer2026 &Sommer2026 x',
      'password: %Sommer2026',
    ];
    for (const secret of secrets) {
      const found = saidOf(`${DIRECTORY}  bind:\n    dn: cn=x\n    ${secret}\n`);
      expect(found, secret).not.toHaveLength(0);
      expect(found.join('\n')).not.toContain('Sommer2026');
    }
  });
});

describe('aliases', () => {
  it('stand for their anchor, and mistakes in them are placed there', () => {
    const text = `${CUSTOMER}users:\n  - address: a@acme.example\n    rules: &r {allow: [vendor.example], dney: []}\n  - {address: b@acme.example, rules: *r}\n`;
    const { value } = parseCustomer(text.replace('dney', 'deny'), 'f');
    expect(value?.users?.[1]?.rules).toEqual({ allow: ['vendor.example'], deny: [] });
    expect(saidOf(text)[0]).toMatch(
      /^7:41 CONFIG_UNKNOWN_KEY There is no "dney" under "users.rules". Did you mean "deny"\?/,
    );
  });

  it('that multiply are refused before they cost anything', () => {
    const levels = [...'abcdefghijklm'];
    const lines = levels.slice(1).map((name, index) => `x${name}: &${name} [${`*${levels[index]},`.repeat(10)}]`);
    expect(saidOf(`${CUSTOMER}xa: &a [1,1,1,1,1,1,1,1,1,1]\n${lines.join('\n')}\n`)).toEqual([
      expect.stringMatching(/^9:\d+ CONFIG_ALIASES The aliases of this file stand for more than 100000 values/),
    ]);
  });

  it('that stand inside of what they stand for are refused', () => {
    expect(saidOf(`${CUSTOMER}users: &u [*u]\n`)).toEqual([
      '5:12 CONFIG_ALIASES This alias stands inside of what it stands for.',
    ]);
  });

  it('mean the last anchor of that name before them', () => {
    const { value } = readYaml('a: &x 1\nb: *x\nc: &x 2\nd: *x\n', 'f');
    expect(value).toEqual({ a: 1, b: 1, c: 2, d: 2 });
  });
});

describe('keys', () => {
  it('that stand twice are told of with everything else that is wrong', () => {
    expect(saidOf(`${CUSTOMER}seats: 1\nregoin: uk\nseats: 2\n`)).toEqual([
      '7:1 CONFIG_DUPLICATE_KEY "seats" stands twice in this block. Keep one of them.',
      '6:1 CONFIG_UNKNOWN_KEY There is no "regoin". Did you mean "region"?',
    ]);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('%s is a key like any other', (key) => {
    expect(saidOf(`${CUSTOMER}${key}: {name: x}\n`)).toEqual([
      expect.stringMatching(new RegExp(`^5:1 CONFIG_UNKNOWN_KEY There is no "${key}". Known here`)),
    ]);
  });

  it('are text, whatever they look like', () => {
    expect(readYaml('1: a\nno: b\n~: c\n', 'f').value).toEqual({ 1: 'a', no: 'b', '~': 'c' });
  });
});

describe('text', () => {
  it.each(['off', "'off'", '"off"'])('tls: %s is the word off', (off) => {
    const { value } = parseCustomer(`${DIRECTORY}  tls: ${off}\n`, 'f');
    expect(value?.directory).toMatchObject({ tls: 'off' });
  });

  it('means the same below a directive of YAML 1.1', () => {
    const { value } = parseCustomer(`%YAML 1.1\n---\n${DIRECTORY}  tls: off\n`, 'f');
    expect(value?.directory).toMatchObject({ tls: 'off' });
  });

  it.each([
    ['Windows line ends', (text: string) => text.replaceAll('\n', '\r\n')],
    ['old Macintosh line ends', (text: string) => text.replaceAll('\n', '\r')],
    ['a byte-order mark', (text: string) => `\ufeff${text}`],
  ])('with %s is the same, its places too', (_, change) => {
    const text = `${DIRECTORY}  fitler: (a=b)\n`;
    expect(saidOf(change(text))).toEqual([
      '9:3 CONFIG_UNKNOWN_KEY There is no "fitler" under "directory". Did you mean "filter"?',
    ]);
  });

  it('with control characters is refused, and they are not repeated', () => {
    expect(saidOf(`${CUSTOMER}displayName: "Acme\\e[2J"\n"re\\x07gion": uk\n`)).toEqual([
      '5:14 CONFIG_VALUE There is a control character in this text. Take it out.',
      '6:1 CONFIG_VALUE There is a control character in this text. Take it out.',
      '6:1 CONFIG_UNKNOWN_KEY There is no "re?gion". Did you mean "region"?',
    ]);
  });
});

describe('places', () => {
  const yaml = readYaml('a:\n  - b: 1\n    c: [x, yy]\nd:\n', 'f');

  it('are of the value, or of the key', () => {
    expect(yaml.at('a', 0, 'c', 1)).toEqual({ file: 'f', line: 3, column: 12 });
    expect(yaml.keyAt('a', 0, 'c')).toEqual({ file: 'f', line: 3, column: 5 });
    expect(yaml.at()).toEqual({ file: 'f', line: 1, column: 1 });
  });

  it('of what is not there are of what is around it', () => {
    expect(yaml.at('a', 0, 'x', 'y')).toEqual(yaml.at('a', 0));
    expect(yaml.keyAt('a', 7)).toEqual(yaml.keyAt('a'));
    expect(yaml.at('a', 0, 'b', 'c')).toEqual(yaml.at('a', 0, 'b'));
  });

  it('stay where they are when something is taken out', () => {
    const { value, at } = readYaml('list: [one, two, three, four]\nkey: 1\n', 'f').without([
      ['list', 0],
      ['list', 2],
      ['key'],
      ['no', 'such'],
    ]);
    expect(value).toEqual({ list: ['two', 'four'] });
    expect(at('list', 1)).toEqual({ file: 'f', line: 1, column: 25 });
  });
});
