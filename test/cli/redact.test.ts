/** `--redact` of every command, in every format: addresses come out, and nothing else that tells who somebody is. */
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CustomerDocument } from '../../src/planner/document.ts';
import { group, person } from '../support/builders.ts';
import { type InProcessOutcome, runInProcess } from '../support/in-process.ts';
import { MARK } from '../support/marked-world.ts';
import { requirePeer } from '../support/requirements.ts';
import { customerFile, MONDAY, type TestWorkspace, workspace } from '../support/workspace.ts';

requirePeer('git');

/** What is to be hidden, with what a page or a comment might make of it. */
const hidden = (what: string) => `${MARK} <b>${what}</b> | .*`;

function marked(id: string, mail: string, parts: Parameters<typeof person>[2] = {}) {
  const attributes = {
    ...{ givenName: hidden(id), surname: hidden(id), displayName: hidden(id), company: 'Acme Ltd' },
    ...{ homePhone: hidden('1'), mobile: hidden('2'), notes: hidden('notes'), department: 'Sales' },
  };
  const name = `CN=${hidden(id).replace(/[<>]/g, '\\$&')},OU=Staff,DC=acme,DC=example`;
  return person(`id-${id}`, mail, { name, attributes, ...parts });
}

const ANN = marked('ann', 'ann@acme.example');
const CARL = marked('carl', 'carl@acme.example');
const DORA = marked('dora', 'dora@acme.example');
const MARIA = marked('maria', 'maria@acme.example');
const LIST = { ...group('id-list', 'list@acme.example', ['id-ann']), attributes: { displayName: hidden('list') } };

/** The next day: changed, gone, left out, with an address too many, with one that is none, and new. */
const NEXT = [
  marked('annette', 'ann@acme.example', { name: ANN.name, aliases: ['both@acme.example'] }),
  { ...DORA, disabled: true },
  marked('bob', 'bob@acme.example', { proxyAddresses: ['smtp:both@acme.example', `X500:/cn=${MARK}`] }),
  marked('eve', 'eve@acme.example', { aliases: ['no address'] }),
  LIST,
].map((object) => (object.attributes.displayName === hidden('annette') ? { ...object, id: ANN.id } : object));

const ACME = customerFile('acme', {
  directory: 'deleteAfter: 14d',
  further: `conflicts:
  - {user: maria@acme.example, action: ignore, until: 2027-02-12, reason: '${hidden('leave')}'}
users:
  - {address: scanner@acme.example, displayName: '${hidden('scanner')}'}
safety: {maxRemovals: 10}
`,
});

const FURTHER = `targets:
  - {name: portal, type: csv, dir: uploads, customers: [acme]}
dns: {resolvers: ['127.0.0.1:9'], authoritative: false, timeout: 1s}
redaction: {key: {env: ROLLCALL_TEST_REDACTION_KEY}}
`;

let made: TestWorkspace;
const KEY = 'ROLLCALL_TEST_REDACTION_KEY';
const READ = ['--snapshot', 'next', '--at', MONDAY];

const run = (...argv: readonly string[]): Promise<InProcessOutcome> => runInProcess(made.root, argv);

beforeAll(async () => {
  process.env[KEY] = 'as long as a key has to be';
  made = await workspace({
    customers: { acme: ACME, birch: customerFile('birch') },
    workspace: FURTHER,
    directories: { acme: [ANN, CARL, DORA, MARIA, LIST], birch: [marked('bo', 'bo@birch.example')] },
  });
  const first = await run('apply', '--customer', 'acme', '--auto-approve', '--snapshot', 'recordings', '--at', MONDAY);
  expect(first.code, first.stderr).toBe(0);
  execFileSync('git', ['init', '-q', made.root]);
  const who = ['-c', 'user.name=Ann', '-c', 'user.email=ann@acme.example'];
  execFileSync('git', ['-C', made.root, 'add', 'rollcall.yaml', 'customers']);
  execFileSync('git', ['-C', made.root, ...who, 'commit', '-qm', 'Begin']);
  const excepted = 'deleteAfter: 14d\n  exceptions: [{user: ann@acme.example}]';
  made.write('customers/acme.yaml', `${ACME.replace('deleteAfter: 14d', excepted)}seats: 9\n`);
  // Somebody edited what is uploaded, and put in a column of their own.
  const upload = made.read('uploads/acme.csv');
  made.write('uploads/acme.csv', upload.replaceAll('Sales', 'Sold').replace(hidden('carl'), hidden('by hand')));
  await made.record('acme', NEXT);
  execFileSync('cp', ['-r', made.path('recordings'), made.path('next')]);
  const saved = await run('plan', '--customer', 'acme', ...READ, '-o', 'plan.json');
  expect(saved.code, saved.stderr).toBe(0);
  expect(saved.stdout).toContain(MARK);
}, 60_000);
afterAll(() => {
  delete process.env[KEY];
  made?.[Symbol.dispose]();
});

const FORMATS = ['text', 'json', 'markdown', 'html', 'junit'];
const PLANNED = ['ann@acme.example', 'carl@acme.example', 'bob@acme.example'];

const COMMANDS: readonly [what: string, argv: () => readonly string[], kept: readonly string[]][] = [
  ['plan', () => ['plan', ...READ, '--all-changes'], PLANNED],
  ['plan --against', () => ['plan', '--against', 'HEAD', ...READ], ['ann@acme.example']],
  ['show', () => ['show', 'plan.json', '--all-changes'], PLANNED],
  ['drift', () => ['drift', ...READ, '--all-changes'], [...PLANNED, 'portal']],
  ['setup', () => ['setup', 'acme'], ['acme.example']],
];

function tellsOfNobody({ stdout, stderr }: InProcessOutcome, kept: readonly string[]): void {
  expect(stdout + stderr).not.toContain(MARK);
  for (const text of kept) expect(stdout).toContain(text);
}

describe.each(COMMANDS)('%s --redact', (_, argv, kept) => {
  test.each(FORMATS)('as %s', async (format) => {
    tellsOfNobody(await run(...argv(), '--redact', '--format', format), format === 'junit' ? [] : kept);
  });
});

describe('conflicts --redact', () => {
  beforeAll(async () => {
    const applied = await run('apply', '--customer', 'acme', '--auto-approve', ...READ);
    expect(applied.code, applied.stderr).toBe(0);
  });

  test.each([...FORMATS.map((format) => ['list', format] as const), ['export', 'csv'] as const])(
    '%s as %s',
    async (command, format) => {
      const { stdout } = await run('conflicts', command, '--format', format, '--at', MONDAY);
      if (format !== 'junit') expect(stdout).toContain(MARK);
      const shown = await run('conflicts', command, '--format', format, '--at', MONDAY, '--redact');
      tellsOfNobody(shown, ['maria@acme.example']);
    },
  );
});

describe('what is recorded and pulled', () => {
  const keyed = async (...argv: readonly string[]) => {
    const done = await run(...argv, '--redact');
    expect(done.code, done.stderr).toBe(0);
    tellsOfNobody(done, []);
    return done;
  };
  beforeAll(async () => {
    await keyed('snapshot', ...READ, '-o', 'redacted');
    const { stdout } = await keyed('state', 'pull');
    expect(JSON.parse(stdout)).toMatchObject({ format: 'rollcall.state/1', redacted: true });
    made.write('redacted.json', stdout);
    for (const customer of ['acme', 'birch']) expect(made.read(`redacted/${customer}.ndjson`)).not.toContain(MARK);
  });

  test('plans as what it was made of does, but for pseudonyms', async () => {
    const later = ['--at', '2026-12-24', '--redact', '--format', 'json'];
    const [real, shown] = [
      await run('plan', '--snapshot', 'recordings', ...later),
      await run('plan', '--snapshot', 'redacted', '--state', 'redacted.json', ...later),
    ].map(({ stdout }): { redacted: boolean; customers: readonly CustomerDocument[] } => JSON.parse(stdout));
    expect(shown?.redacted).toBe(true);
    const rests = await run('plan', '--snapshot', 'redacted');
    expect(rests.stdout).toMatch(/\nRedacted: .* it cannot be applied\.\n$/);
    expect(shown?.customers.map(({ changes, summary, blocked }) => ({ changes, summary, blocked }))).toEqual(
      real?.customers.map(({ changes, summary, blocked }) => ({ changes, summary, blocked })),
    );
    expect(real?.customers.flatMap(({ changes }) => changes).length).toBeGreaterThan(1);
  });

  test.each<[what: string, argv: readonly string[], code: string]>([
    ['a printed plan', ['apply', 'shown.json'], 'PLAN_REDACTED'],
    ['a plan that rests on a recording', ['apply', 'rests.json'], 'PLAN_REDACTED'],
    ['a plan that rests on a state', ['apply', 'rests-on-state.json'], 'PLAN_REDACTED'],
    ['what is planned at once', ['apply', '--snapshot', 'redacted', '--auto-approve'], 'PLAN_REDACTED'],
    ['what is synced', ['sync', '--now', '--snapshot', 'redacted'], 'PLAN_REDACTED'],
    ['an approval', ['approve', 'rests.json', '--as', 'ann', '--key', 'none.pem'], 'PLAN_REDACTED'],
    ['an import', ['import', 'state', 'redacted', '--customer', 'birch', '--auto-approve'], 'PLAN_REDACTED'],
    ['a push', ['state', 'push', 'redacted.json'], 'STATE_REDACTED'],
  ])('is never written: %s', async (_, argv, code) => {
    const before = (await run('state', 'pull')).stdout;
    const printed = await run('plan', '--snapshot', 'recordings', '--redact', '--format', 'json');
    made.write('shown.json', printed.stdout);
    const rests = await run('plan', '--snapshot', 'redacted', '-o', 'rests.json');
    expect(rests.stderr).toContain('It is redacted, so it can be looked at and not be applied');
    await run('plan', '--snapshot', 'recordings', '--state', 'redacted.json', '-o', 'rests-on-state.json');
    const refused = await run(...argv);
    expect(refused.stderr).toContain(`error[${code}]`);
    expect(refused.code).toBe(1);
    expect((await run('state', 'pull')).stdout).toBe(before);
  });

  test('-o saves the whole plan, whatever is printed', async () => {
    const { stdout } = await run('plan', '--snapshot', 'recordings', '--redact', '-o', 'whole.json', '--all-changes');
    expect(stdout).not.toContain(MARK);
    expect(made.read('whole.json')).toContain(MARK);
    expect(JSON.parse(made.read('whole.json'))).not.toHaveProperty('redacted');
  });
});

test('a key that is not there is asked for, and none is passed over in silence', async () => {
  delete process.env[KEY];
  const missing = await run('plan', '--snapshot', 'recordings', '--redact');
  expect(missing).toMatchObject({ code: 1, stdout: '' });
  expect(missing.stderr).toMatch(new RegExp(`error\\[REDACTION_KEY\\].*${KEY}.*is not set[^]*redaction\\.key`));
  made.write('rollcall.yaml', made.read('rollcall.yaml').replace(/redaction: .*\n/, ''));
  const passing = await run('state', 'pull', '--redact');
  expect(passing.stdout).not.toContain(MARK);
  expect(passing.stderr).toContain('These pseudonyms hold for this output only');
});
