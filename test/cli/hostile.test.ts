/** Text from a directory or a file, whatever is in it, stays text: on a terminal, in a plan file, in a spreadsheet. */
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { group, person } from '../support/builders.ts';
import { planOfText } from '../support/rollcall-plan.ts';
import { inTerminal } from '../support/rollcall-terminal.ts';
import { customerFile, READ, type TestWorkspace, workspace } from '../support/workspace.ts';

/** What must not reach a terminal as it is: control characters, line and paragraph separators, and marks that turn text around. */
const ACTIVE = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

const NASTY = {
  clear: '\u001b[2J\u001b[31mred',
  title: '\u001b]0;owned\u0007',
  lines: 'one\r\ntwo\n  - delete     boss@acme.example',
  bidi: '\u202egnp.exe\u2066',
  separators: 'a\u2028b\u2029c',
  null: 'a\u0000b',
  csi: 'a\u009b31mb',
  formula: '=cmd|"/c calc"!A1',
  tab: '\t=1+1',
  json: '","digest":"sha256:0","x":"',
  unpaired: 'a\ud800b',
};

const OBJECTS = Object.entries(NASTY).map(([name, text], n) =>
  person(`id-${n}`, `${name}@acme.example`, {
    name: `CN=${text},DC=acme,DC=example`,
    attributes: { displayName: text, notes: text },
  }),
);
const LIST = group('id-list', 'list@acme.example', ['id-0'], { attributes: { displayName: NASTY.clear } });

function acme(): Promise<TestWorkspace> {
  return workspace({ customers: { acme: customerFile('acme') }, directories: { acme: [...OBJECTS, LIST] } });
}

function expectInert(text: string): void {
  for (const line of text.split('\n')) expect(line).not.toMatch(ACTIVE);
}

describe.concurrent('hostile text', () => {
  test('is inert in every text that people read', async () => {
    using made = await acme();
    const texts = [
      await made.run('plan', ...READ, '-o', 'plan.json', '-v'),
      await made.run('show', 'plan.json', '--all-changes'),
      await made.run('why', 'clear@acme.example', ...READ),
      await made.run('why', 'lines@acme.example', ...READ),
      await made.run('directory', ...READ),
      await made.run('apply', 'plan.json', '--at', READ[3]),
      await made.run('users'),
      await made.run('history', '1'),
    ];
    for (const { code, stdout, stderr } of texts) {
      expect(code, stderr).toBe(0);
      expectInert(stdout);
      expectInert(stderr);
    }
    await made.record('acme', [LIST]);
    const blocked = await made.run('plan', ...READ);
    expectInert(blocked.stdout);
    expectInert((await made.run('conflicts')).stdout);
  });

  test('makes no line of its own in a plan', async () => {
    using made = await acme();
    const { stdout } = await made.run('plan', ...READ, '--all-changes');
    expect(stdout).not.toMatch(/^ {2}- delete/m);
    expect(stdout.match(/^ {2}\+ create/gm)).toHaveLength(OBJECTS.length + 2);
  });

  test('round-trips through a plan file, with the same digest', async () => {
    using made = await acme();
    await made.run('plan', ...READ, '-o', 'plan.json');
    const saved = made.read('plan.json');
    const plan = planOfText(saved);
    const names = new Map(plan.customers[0]?.changes.map(({ address, after }) => [address, after]));
    for (const [name, text] of Object.entries(NASTY)) {
      if (name === 'unpaired') continue;
      expect(names.get(`${name}@acme.example`)).toMatchObject({ attributes: { displayName: text } });
    }
    expect((await made.run('show', 'plan.json', '--format', 'json')).stdout).toBe(saved);
    expect((await made.run('apply', 'plan.json', '--at', READ[3])).code).toBe(0);
    const again = await made.run('plan', ...READ, '--detailed-exitcode');
    expect(again.code, again.stdout).toBe(0);
  });

  test('comes out of a CSV export as it went in, save that a spreadsheet does not calculate it', async () => {
    using made = await acme();
    await made.run('apply', '--auto-approve', ...READ);
    const { stdout } = await made.run('users', 'export');
    const rows: Record<string, string>[] = parse(stdout, { columns: true, record_delimiter: '\r\n' });
    const shown = new Map(rows.map(({ address, displayName }) => [address, displayName]));
    for (const name of ['clear', 'title', 'lines', 'bidi', 'separators', 'json'] as const) {
      expect(shown.get(`${name}@acme.example`)).toBe(NASTY[name]);
    }
    expect(shown.get('formula@acme.example')).toBe(`'${NASTY.formula}`);
    expect(shown.get('tab@acme.example')).toBe(`'${NASTY.tab}`);
  });

  test('in a terminal too', async () => {
    using made = await acme();
    const { said } = await inTerminal(['-q', 'plan', ...READ], { cwd: made.root, env: { NO_COLOR: '1' } });
    expect(said).toContain('clear@acme.example');
    expect(said).not.toContain('\u001b[2J');
    expect(said).not.toContain('\u001b]0;');
  });

  test('in the names of files, in findings and on the command line', async () => {
    using made = await workspace({ customers: { 'ev\u001b[31mil': 'nothing: here\n' } });
    for (const args of [
      ['validate'],
      ['plan'],
      ['show', 'no\u001b[2Jthing.json'],
      ['users', '--customer', '\u001b[2J'],
      ['why', 'x\u001b[2J'],
      ['pl\u001b[2Jn'],
      ['plan', '--form\u001b[2Jat'],
      ['-C', '/no\u001b[2Jwhere', 'plan'],
    ]) {
      const { code, stdout, stderr } = await made.run(...args);
      expect(code).not.toBe(0);
      expectInert(stdout);
      expectInert(stderr);
    }
  });
});
