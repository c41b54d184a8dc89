/** `plan --against` and `plan --state`: what a change of the configuration does, told without a network and without secrets. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { person } from '../support/builders.ts';
import { requirePeer } from '../support/requirements.ts';
import { customerFile, READ, type TestWorkspace, temporaryFolder, workspace } from '../support/workspace.ts';

requirePeer('git');

const schemaOf = (name: string): object =>
  JSON.parse(readFileSync(new URL(`../../schemas/${name}.schema.json`, import.meta.url), 'utf8'));
const fits = new Ajv({ strict: false, allErrors: true })
  .addSchema(schemaOf('plan'), 'plan.schema.json')
  .compile(schemaOf('replay'));

interface ReplayDocument {
  readonly against: { readonly status: string; readonly commit: string; readonly findings: readonly unknown[] };
  readonly notes: readonly string[];
  readonly files: readonly { readonly path: string; readonly change: string; readonly patch: readonly string[] }[];
  readonly customers: readonly {
    readonly customer: string;
    readonly before: string;
    readonly after: string;
    readonly does: readonly { readonly change: { readonly action: string; readonly address: string } }[];
    readonly noLonger: readonly { readonly action: string; readonly address: string }[];
  }[];
}

/** The replay that a text states; it fits its schema. */
function replayOf(text: string): ReplayDocument {
  const document = JSON.parse(text);
  expect(fits(document), JSON.stringify(fits.errors)).toBe(true);
  return document;
}

/** Each change in a line: `acme + flag ann@acme.example`, with `-` for what is no longer planned. */
function changesIn({ customers }: ReplayDocument): readonly string[] {
  return customers.flatMap(({ customer, does, noLonger }) => [
    ...does.map(({ change }) => `${customer} + ${change.action} ${change.address}`),
    ...noLonger.map(({ action, address }) => `${customer} - ${action} ${address}`),
  ]);
}

function git(folder: string, ...args: readonly string[]): string {
  const who = ['-c', 'user.name=Ann', '-c', 'user.email=ann@acme.example', '-c', 'init.defaultBranch=main'];
  return execFileSync('git', [...who, '-C', folder, ...args], { encoding: 'utf8' }).trim();
}

const STAFF = ['ann', 'ben', 'cleo', 'dan'].map((name) => person(`id-${name}`, `${name}@acme.example`));
const LIMITED = 'safety: {maxRemovals: 1}\n';
const SECRET = "bind: {dn: 'cn=reader', password: {env: ROLLCALL_TEST_UNSET}}";

function acmeFile(directory = '', further = LIMITED): string {
  return customerFile('acme', { directory: directory === '' ? SECRET : `${SECRET}\n${directory}`, further });
}

const excepting = (...names: readonly string[]) =>
  `exceptions: [${names.map((name) => `{user: ${name}@acme.example}`).join(', ')}]`;

let template: TestWorkspace;
beforeAll(async () => {
  template = await workspace({
    customers: { acme: acmeFile(), birch: customerFile('birch') },
    directories: { acme: STAFF, birch: [person('id-bo', 'bo@birch.example')] },
  });
  const applied = await template.run('apply', '--auto-approve', ...READ);
  expect(applied.code, applied.stderr).toBe(0);
  template.write('state.json', (await template.run('state', 'pull')).stdout);
  template.write('.gitignore', '.rollcall/\n');
  git(template.root, 'init', '-q');
  git(template.root, 'add', '.');
  git(template.root, 'commit', '-qm', 'Begin');
});
afterAll(() => template?.[Symbol.dispose]());

/** A workspace that was applied, pulled and committed, with state.json beside it. */
async function committed(): Promise<TestWorkspace> {
  const made = await workspace({ customers: {} });
  cpSync(template.root, made.root, { recursive: true });
  return made;
}

const REPLAY = ['plan', '--against', 'HEAD', ...READ, '--state', 'state.json'] as const;
const JSON_FORMAT = ['--format', 'json'] as const;

/** Ends the program at its first attempt to reach anybody, and leaves a mark. */
const NO_NETWORK = `
const end = () => { require('node:fs').writeFileSync(process.env.ROLLCALL_TEST_MARK, ''); process.exit(99); };
require('node:net').Socket.prototype.connect = end;
require('node:dgram').createSocket = end;
for (const dns of [require('node:dns'), require('node:dns').promises]) dns.lookup = end;
`;

describe.concurrent('a replay', () => {
  test('shows what an edit does, beside the edit, and changes nothing in the repository', async () => {
    using made = await committed();
    // Neither a database nor a secret is there to be read: what is needed is in the repository.
    rmSync(made.path('.rollcall'), { recursive: true });
    made.write('customers/acme.yaml', acmeFile(excepting('ben')));
    const before = [git(made.root, 'status', '--porcelain', '-b'), readdirSync(made.path('.git')).toSorted()];
    const { code, stdout, stderr } = await made.run(...REPLAY, '--detailed-exitcode');
    expect(stderr).toBe('');
    expect(stdout).toContain('  customers/acme.yaml  changed, +1 -0\n');
    expect(stdout).toContain('    +  exceptions: [{user: ben@acme.example}]\n');
    expect(stdout).toMatch(/^acme: 1 to flag$/m);
    expect(stdout).toMatch(/^ {2}! flag {7}ben@acme\.example/m);
    expect(stdout).toMatch(/^birch: no difference\.$/m);
    expect(stdout).toMatch(/The change of the configuration, for 2 customers: 1 to flag\.\n$/);
    expect(code).toBe(2);
    expect([git(made.root, 'status', '--porcelain', '-b'), readdirSync(made.path('.git')).toSorted()]).toEqual(before);
    expect(existsSync(made.path('.rollcall'))).toBe(false);
  });

  test('asks nobody anything and resolves no secret', async () => {
    using made = await committed();
    made.write('guard.cjs', NO_NETWORK);
    const mark = made.path('asked');
    const env = { NODE_OPTIONS: `--require ${made.path('guard.cjs')}`, ROLLCALL_TEST_MARK: mark };
    made.write('customers/acme.yaml', acmeFile(excepting('ben')));
    expect((await made.runWith({ env }, ...REPLAY)).code).toBe(0);
    expect(existsSync(mark)).toBe(false);
    // The guard is one: without recordings the directory would be asked.
    expect((await made.runWith({ env }, 'plan', '--against', 'HEAD', '--customer', 'birch')).code).toBe(99);
    expect(existsSync(mark)).toBe(true);
  });

  test('does nothing where nothing was edited, and says so in every format', async () => {
    using made = await committed();
    const [text, json] = await Promise.all([
      made.run(...REPLAY, '--detailed-exitcode'),
      made.run(...REPLAY, ...JSON_FORMAT),
    ]);
    expect(text.stdout).toContain('no file differs');
    expect(text.stdout).toMatch(/nothing more to do\.\n$/);
    expect([text.code, json.code]).toEqual([0, 0]);
    expect(replayOf(json.stdout)).toMatchObject({ files: [], notes: [], against: { status: 'planned' } });
  });

  test('tells a block that is new, customers that come and go, and what is no longer done', async () => {
    using made = await committed();
    made.write('customers/acme.yaml', acmeFile(excepting('ann')));
    git(made.root, 'commit', '-qam', 'Leave Ann out');
    made.write('customers/acme.yaml', acmeFile(excepting('ben', 'cleo')));
    rmSync(made.path('customers/birch.yaml'));
    made.write('customers/cedar.yaml', customerFile('cedar'));
    await made.record('cedar', [person('id-cy', 'cy@cedar.example')]);
    const { code, stdout } = await made.run(...REPLAY, ...JSON_FORMAT);
    const replay = replayOf(stdout);
    expect(code).toBe(3);
    expect(replay.customers.map(({ customer, before, after }) => `${customer} ${before} ${after}`)).toEqual([
      'acme ready blocked',
      'birch ready absent',
      'cedar absent ready',
    ]);
    expect(changesIn(replay)).toEqual([
      'acme + flag ben@acme.example',
      'acme + flag cleo@acme.example',
      'acme - flag ann@acme.example',
      'cedar + create cedar.example',
      'cedar + create cy@cedar.example',
    ]);
    expect(replay.files.map(({ path, change }) => `${path} ${change}`)).toEqual([
      'customers/acme.yaml changed',
      'customers/birch.yaml removed',
      'customers/cedar.yaml added',
    ]);
  });

  test('is of the workspace below the top of the repository, and of any revision', async () => {
    using folder = temporaryFolder();
    using made = await committed();
    rmSync(made.path('.git'), { recursive: true });
    const inner = `${folder.path}/mail/rollcall`;
    execFileSync('mkdir', ['-p', `${folder.path}/mail`]);
    execFileSync('cp', ['-r', made.root, inner]);
    git(folder.path, 'init', '-q');
    git(folder.path, 'add', '.');
    git(folder.path, 'commit', '-qm', 'Begin');
    git(folder.path, 'tag', 'first');
    made.write('customers/acme.yaml', acmeFile(excepting('ben')));
    execFileSync('cp', [made.path('customers/acme.yaml'), `${inner}/customers/acme.yaml`]);
    git(folder.path, 'commit', '-qam', 'Leave Ben out');
    const against = (revision: string) =>
      made.runWith({ cwd: inner }, 'plan', '--against', revision, ...READ, ...JSON_FORMAT);
    const [first, head] = await Promise.all([against('first'), against('HEAD')]);
    expect(changesIn(replayOf(first.stdout))).toEqual(['acme + flag ben@acme.example']);
    expect(replayOf(first.stdout).files.map(({ path }) => path)).toEqual(['mail/rollcall/customers/acme.yaml']);
    expect(changesIn(replayOf(head.stdout))).toEqual([]);
  });
});

describe.concurrent('a revision that cannot be planned', () => {
  test('with broken files is told apart, and does not keep the repair from review', async () => {
    using made = await committed();
    made.write('customers/acme.yaml', 'domains: [');
    git(made.root, 'commit', '-qam', 'Break it');
    made.write('customers/acme.yaml', acmeFile(excepting('ben')));
    const { code, stdout, stderr } = await made.run(...REPLAY);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^HEAD:customers\/acme\.yaml:1:\d+: error\[CONFIG_SYNTAX\]/m);
    expect(stdout).toContain('The files were not valid then');
    expect(stdout).toMatch(/! flag {7}ben@acme\.example/);
  });

  test('without a workspace makes all that is planned new', async () => {
    using made = await committed();
    git(made.root, 'checkout', '-q', '--orphan', 'empty');
    git(made.root, 'commit', '-qm', 'Nothing', '--allow-empty', '--only');
    const { stdout } = await made.run('plan', '--against', 'empty', ...READ, ...JSON_FORMAT);
    expect(replayOf(stdout)).toMatchObject({
      against: { status: 'absent' },
      customers: [{ before: 'absent', after: 'ready' }, { before: 'absent' }],
    });
  });

  test('is refused where it does not exist, whatever it looks like', async () => {
    using made = await committed();
    const refused = await Promise.all(
      ['nowhere', '--output=x', ''].map((revision) => made.run('plan', `--against=${revision}`, ...READ)),
    );
    for (const { code, stdout, stderr } of refused) {
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(/^error\[GIT_REVISION\]: The repository has no revision "/);
    }
    expect(existsSync(made.path('x'))).toBe(false);
  });

  test('says of a shallow clone how to get the rest, and of a folder without history what is missing', async () => {
    using made = await committed();
    made.write('note', 'x');
    git(made.root, 'add', '.');
    git(made.root, 'commit', '-qm', 'Second');
    using folder = temporaryFolder();
    git(folder.path, 'clone', '-q', '--depth', '1', `file://${made.root}`, 'clone');
    const run = (...args: readonly string[]) => made.runWith({ cwd: `${folder.path}/clone` }, ...args, ...READ);
    expect((await run('plan', '--against', 'HEAD~1')).stderr).toContain('fetch-depth: 0');
    rmSync(`${folder.path}/clone/.git`, { recursive: true });
    expect((await run('plan', '--against', 'HEAD')).stderr).toContain('error[GIT_REPOSITORY]');
    const without = await made.runWith({ env: { PATH: folder.path } }, 'plan', '--against', 'HEAD', ...READ);
    expect(without.stderr).toContain('error[GIT_MISSING]');
  });
});

test('does not follow a link of the revision out of it, and leaves no folder behind', async () => {
  using made = await committed();
  using outside = temporaryFolder();
  execFileSync('cp', [made.path('customers/birch.yaml'), `${outside.path}/birch.yaml`]);
  rmSync(made.path('customers/birch.yaml'));
  symlinkSync(`${outside.path}/birch.yaml`, made.path('customers/birch.yaml'));
  git(made.root, 'commit', '-qam', 'Link');
  using temporary = temporaryFolder();
  const { stdout } = await made.runWith({ env: { TMPDIR: temporary.path } }, ...REPLAY, ...JSON_FORMAT);
  expect(readdirSync(temporary.path)).toEqual([]);
  expect(replayOf(stdout).notes).toEqual([
    'The link customers/birch.yaml leads out of the workspace, or nowhere, and is left out.',
  ]);
  expect(replayOf(stdout).customers).toMatchObject([{ before: 'ready' }, { customer: 'birch', before: 'absent' }]);
});

test('says that a recording which does not say what was asked cannot tell of another filter', async () => {
  using made = await committed();
  made.write('customers/acme.yaml', acmeFile('filter: (employeeType=contractor)'));
  const { code, stdout } = await made.run(...REPLAY);
  expect(code).toBe(1);
  expect(stdout).toContain('acme: it cannot be told what the change does');
  expect(stdout).toContain('it does not say what it was made with');
  expect(stdout).toMatch(/for 2 customers \(1 cannot be told\)/);
});

test('is not for saving, undoing or signing', async () => {
  using made = await committed();
  const refused = await Promise.all([
    made.run(...REPLAY, '-o', 'plan.json'),
    made.run(...REPLAY, '--revert', '1'),
    made.run('plan', '--revert', '1', '--state', 'state.json'),
  ]);
  expect(refused.map(({ code }) => code)).toEqual([64, 64, 64]);
  expect(existsSync(made.path('plan.json'))).toBe(false);
});

describe('plan --state', () => {
  test('plans from the document as from the database, and refuses what is none', async () => {
    using made = await committed();
    made.write('customers/acme.yaml', acmeFile(excepting('ben')));
    const database = await made.run('plan', ...READ, ...JSON_FORMAT);
    rmSync(made.path('.rollcall'), { recursive: true });
    const document = await made.run('plan', ...READ, '--state', 'state.json', ...JSON_FORMAT);
    expect(JSON.parse(document.stdout)).toEqual(JSON.parse(database.stdout));
    const broken = await made.run('plan', ...READ, '--state', 'customers/acme.yaml');
    expect([broken.code, broken.stdout]).toEqual([1, '']);
    expect(broken.stderr).toContain('error[STATE_FILE]');
  });
});
