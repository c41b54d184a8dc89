import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LoadedWorkspace, loadWorkspace } from '../../src/adapters/files/workspace.ts';

const WORKSPACE = 'apiVersion: rollcall/v1\nkind: Workspace\n';
const USERS = 'apiVersion: rollcall/v1\nkind: Users\n';
const customer = (name: string) =>
  `apiVersion: rollcall/v1\nkind: Customer\nname: ${name}\ndomains: [{name: ${name}.example}]\n`;

let root: string;

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'rollcall-files-')));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
}

async function load(files: Readonly<Record<string, string | Uint8Array>>): Promise<LoadedWorkspace> {
  await write(files);
  return loadWorkspace(root);
}

function said({ findings }: LoadedWorkspace): readonly string[] {
  return findings.map(
    ({ severity, code, message, location: { file, line, column } }) =>
      `${file}:${line}:${column}: ${severity}[${code}]: ${message}`,
  );
}

function namesOf(loaded: LoadedWorkspace): readonly string[] {
  if (!loaded.ok) throw new Error(said(loaded).join('\n'));
  return loaded.config.customers.map(({ name }) => name);
}

describe('finding the workspace', () => {
  it('goes upwards from the folder it is given', async () => {
    await write({ 'rollcall.yaml': WORKSPACE, 'customers/deep/er/x.txt': '', 'customers/acme.yaml': customer('acme') });
    const loaded = await loadWorkspace(join(root, 'customers/deep/er'));
    expect(loaded).toMatchObject({ ok: true, root, files: ['customers/acme.yaml', 'rollcall.yaml'] });
  });

  it('says where it looked, and what to do', async () => {
    const loaded = await loadWorkspace(root);
    expect(loaded).toMatchObject({ ok: false, root: null, files: [] });
    expect(said(loaded)).toEqual([
      `rollcall.yaml:1:1: error[CONFIG_FILE]: There is no rollcall.yaml in ${root} or in a folder above it. Change to the workspace, name it with -C DIR, or make one with: rollcall init`,
    ]);
  });

  it('does not mind a folder that is not there', async () => {
    expect(await loadWorkspace(join(root, 'no/such'))).toMatchObject({ ok: false, root: null });
  });
});

describe('customer files', () => {
  it('are all those that the patterns match, sorted by name', async () => {
    const loaded = await load({
      'rollcall.yaml': `${WORKSPACE}customers: ["customers/**/*.yaml", "!customers/template.yaml", "customers/b.yaml", "extra.yaml"]\n`,
      'customers/template.yaml': 'nonsense',
      'customers/z.yaml': customer('aaa'),
      'customers/b.yaml': customer('bbb'),
      'customers/deep/c.yaml': customer('ccc'),
      'customers/.hidden.yaml': 'nonsense',
      'customers/notes.txt': 'nonsense',
      'extra.yaml': customer('ddd'),
    });
    expect(namesOf(loaded)).toEqual(['aaa', 'bbb', 'ccc', 'ddd']);
    expect(loaded.findings).toEqual([]);
  });

  it('are never the workspace itself', async () => {
    const loaded = await load({
      'rollcall.yaml': `${WORKSPACE}customers: ["**/*.yaml"]\n`,
      'a.yaml': customer('acme'),
    });
    expect(namesOf(loaded)).toEqual(['acme']);
  });

  it('that no pattern finds are warned of, each by its line', async () => {
    const loaded = await load({
      'rollcall.yaml': `${WORKSPACE}customers:\n  - customers/*.yaml\n  - other/*.yaml\n`,
      'customers/acme.yaml': customer('acme'),
    });
    expect(namesOf(loaded)).toEqual(['acme']);
    expect(said(loaded)).toEqual(['rollcall.yaml:5:5: warning[CONFIG_NO_CUSTOMERS]: "other/*.yaml" matches no file.']);
  });

  it('inherit what the workspace says', async () => {
    const loaded = await load({
      'rollcall.yaml': `${WORKSPACE}safety: {maxRemovals: 3}\n`,
      'customers/a.yaml': customer('aaa'),
      'customers/b.yaml': `${customer('bbb')}safety: {maxRemovals: 20%}\n`,
    });
    expect(loaded.ok && loaded.config.customers.map(({ safety }) => safety.maxRemovals)).toEqual([
      { count: 3, percent: null },
      { count: null, percent: 20 },
    ]);
  });

  it('have their paths relative to themselves', async () => {
    const loaded = await load({
      'rollcall.yaml': WORKSPACE,
      'customers/a.yaml': `${customer('acme')}directory:
  type: ldap
  url: ldaps://dc
  baseDN: ["dc=acme"]
  tls: {ca: ../certs/ca.pem}
  bind: {dn: cn=x, password: {file: secrets/pw}}
`,
    });
    expect(loaded.ok && loaded.config).toMatchObject({
      workspace: { state: { path: join(root, '.rollcall/state.db') } },
      customers: [
        {
          directory: {
            connection: {
              tls: { ca: join(root, 'certs/ca.pem') },
              bind: { password: { file: join(root, 'customers/secrets/pw') } },
            },
          },
        },
      ],
    });
  });
});

describe('all that is wrong', () => {
  it('in all files is said at once, by file, line and column', async () => {
    const loaded = await load({
      'rollcall.yaml': `${WORKSPACE}servce: vipre\n`,
      'customers/a.yaml': `${customer('acme')}users:\n  - {address: x@globex.example, phone: 1}\nimports: [{csv: ../u.csv}, {csv: ../no.csv}]\n`,
      'customers/b.yaml': customer('acme'),
      'customers/c.yaml': 'a: [\n',
      'u.csv': 'address\nbroken\nok@acme.example\nworse\n',
    });
    expect(loaded).toMatchObject({ ok: false, root });
    expect(said(loaded)).toEqual([
      'customers/a.yaml:6:5: error[CONFIG_UNMANAGED_DOMAIN]: The user x@globex.example is in "globex.example", which is not among the domains of "acme".',
      expect.stringMatching(/^customers\/a.yaml:6:33: error\[CONFIG_UNKNOWN_KEY\]: There is no "phone"/),
      'customers/a.yaml:7:34: error[CONFIG_FILE]: no.csv: There is no such file.',
      'customers/b.yaml:3:1: error[CONFIG_DUPLICATE_CUSTOMER]: The customer "acme" is defined already: customers/a.yaml:3.',
      'customers/b.yaml:4:18: error[CONFIG_DOMAIN_TWICE]: The domain "acme.example" belongs to the customer "acme" already: customers/a.yaml:4.',
      expect.stringMatching(/^customers\/c.yaml:\d:\d: error\[CONFIG_SYNTAX\]/),
      'rollcall.yaml:3:1: error[CONFIG_UNKNOWN_KEY]: There is no "servce". Did you mean "service"?',
      'u.csv:2:1: error[CSV_ROW]: "broken" is not an address: it has no "@".',
      'u.csv:4:1: error[CSV_ROW]: "worse" is not an address: it has no "@".',
    ]);
  });

  it('stops at a thousand a file', async () => {
    const loaded = await load({
      'rollcall.yaml': WORKSPACE,
      'customers/a.yaml': `${customer('acme')}imports: [{csv: ../u.csv}]\n`,
      'u.csv': `address\n${'broken\n'.repeat(3000)}`,
    });
    expect(loaded.findings).toHaveLength(1001);
    expect(said(loaded).at(-1)).toMatch(/^u.csv:1002:1: error\[CONFIG_MORE\]: More is wrong with this file\./);
  });

  it('of a workspace that cannot be read is that alone', async () => {
    const loaded = await load({ 'rollcall.yaml': 'a: [\n', 'customers/c.yaml': 'nonsense' });
    expect(said(loaded)).toEqual([expect.stringMatching(/^rollcall.yaml:\d:\d: error\[CONFIG_SYNTAX\]/)]);
  });
});

describe('imports', () => {
  const IMPORTING = `${customer('acme')}imports:\n  - {users: ../imports/one.yaml}\n`;

  it('are followed through files of users to CSV files, each relative to its own', async () => {
    const loaded = await load({
      'rollcall.yaml': WORKSPACE,
      'customers/a.yaml': `${IMPORTING}users: [{address: own@acme.example}]\n`,
      'imports/one.yaml': `${USERS}users: [{address: one@acme.example, source: smtp}]\nimports: [{csv: deep/two.csv}]\n`,
      'imports/deep/two.csv': 'email\ntwo@acme.example\n',
    });
    expect(loaded.findings).toEqual([]);
    expect(loaded.files).toEqual(['customers/a.yaml', 'imports/deep/two.csv', 'imports/one.yaml', 'rollcall.yaml']);
    expect(
      loaded.ok &&
        loaded.config.customers[0]?.users.map(({ address, source, location }) => [address, source, location.file]),
    ).toEqual([
      ['own@acme.example', 'manual', 'customers/a.yaml'],
      ['one@acme.example', 'smtp', 'imports/one.yaml'],
      ['two@acme.example', 'csv', 'imports/deep/two.csv'],
    ]);
  });

  it('in a circle are told of once, with the circle', async () => {
    const loaded = await load({
      'rollcall.yaml': WORKSPACE,
      'customers/a.yaml': IMPORTING,
      'imports/one.yaml': `${USERS}imports: [{users: two.yaml}]\n`,
      'imports/two.yaml': `${USERS}imports: [{users: ../imports/../imports/one.yaml}]\n`,
    });
    expect(said(loaded)).toEqual([
      'imports/two.yaml:3:19: error[CONFIG_INCLUDE_CYCLE]: These files import each other in a circle: imports/one.yaml → imports/two.yaml → imports/one.yaml.',
    ]);
  });

  it('in a circle by way of a link are seen through', async () => {
    await write({
      'rollcall.yaml': WORKSPACE,
      'customers/a.yaml': IMPORTING,
      'imports/one.yaml': `${USERS}imports: [{users: link.yaml}]\n`,
    });
    await symlink('one.yaml', join(root, 'imports/link.yaml'));
    expect(said(await loadWorkspace(root))).toEqual([
      'imports/one.yaml:3:19: error[CONFIG_INCLUDE_CYCLE]: These files import each other in a circle: imports/one.yaml → imports/link.yaml.',
    ]);
  });

  it('of one file twice are one mistake', async () => {
    const loaded = await load({
      'rollcall.yaml': WORKSPACE,
      'customers/a.yaml': `${customer('acme')}imports: [{csv: u.csv}, {csv: ./u.csv}]\n`,
      'customers/u.csv': 'email\na@acme.example\n',
    });
    expect(said(loaded)).toEqual([
      'customers/a.yaml:5:31: error[CONFIG_IMPORT_TWICE]: "customers/u.csv" is imported already. Import it once.',
    ]);
  });

  it('go only so deep', async () => {
    const chain = Array.from({ length: 15 }, (_, index) => [
      `imports/${index}.yaml`,
      `${USERS}imports: [{users: ${index + 1}.yaml}]\n`,
    ]);
    const loaded = await load({
      'rollcall.yaml': WORKSPACE,
      'customers/a.yaml': IMPORTING.replace('one', '0'),
      ...Object.fromEntries(chain),
    });
    expect(said(loaded)).toEqual([
      'imports/9.yaml:3:19: error[CONFIG_INCLUDE_CYCLE]: Imports go no more than 10 files deep.',
    ]);
  });

  it('of a customer file are told of by its kind', async () => {
    const loaded = await load({
      'rollcall.yaml': WORKSPACE,
      'customers/a.yaml': IMPORTING.replace('../imports/one', '../b'),
      'b.yaml': customer('globex'),
    });
    expect(said(loaded)).toEqual([
      'b.yaml:2:7: error[CONFIG_VALUE]: "kind" must be "Users", but it is "Customer". A customer is named under "customers" in rollcall.yaml.',
    ]);
  });

  it('of two customers may be one file', async () => {
    const loaded = await load({
      'rollcall.yaml': WORKSPACE,
      'customers/a.yaml': `${customer('acme')}imports: [{users: ../none.yaml}]\n`,
      'customers/b.yaml': `${customer('globex')}imports: [{users: ../none.yaml}]\n`,
      'none.yaml': `${USERS}users: []\n`,
    });
    expect(namesOf(loaded)).toEqual(['acme', 'globex']);
    expect(loaded.files).toHaveLength(4);
  });
});

describe('files that are no text of ours', () => {
  const load1 = (content: string | Uint8Array) => load({ 'rollcall.yaml': WORKSPACE, 'customers/a.yaml': content });
  const only = async (content: string | Uint8Array) => {
    const found = said(await load1(content));
    expect(found).toHaveLength(1);
    return found[0];
  };

  it('over 10 MB are not read', async () => {
    expect(await only('#'.repeat(10 * 1024 * 1024 + 60_000))).toMatch(
      /^customers\/a.yaml:1:1: error\[CONFIG_FILE\]: The file has 10\.1 MB; no more than 10 MB are read\. Split it\.$/,
    );
  });

  it('up to 10 MB are', async () => {
    expect(namesOf(await load1(`${customer('acme')}${`#${'x'.repeat(1022)}\n`.repeat(10_200)}`))).toEqual(['acme']);
  });

  it('in Latin-1 are told of by line', async () => {
    expect(await only(Buffer.from(`${customer('acme')}displayName: Büro\n`, 'latin1'))).toMatch(
      /^customers\/a.yaml:5:1: error\[CONFIG_FILE\]: The file is not UTF-8: a character here is in another encoding/,
    );
  });

  it('in UTF-16 are told of as such', async () => {
    expect(await only(Buffer.from(`\ufeff${customer('acme')}`, 'utf16le'))).toMatch(
      /:1:1: error\[CONFIG_FILE\]: The file is UTF-16/,
    );
  });

  it('with a byte-order mark and Windows line ends are text', async () => {
    expect(namesOf(await load1(`\ufeff${customer('acme').replaceAll('\n', '\r\n')}`))).toEqual(['acme']);
  });

  it('that are binary are told of', async () => {
    expect(await only(Uint8Array.from({ length: 1000 }, (_, index) => (index * 7919) % 256))).toMatch(
      /error\[CONFIG_FILE\]/,
    );
  });

  it('a CSV file in Latin-1 is told of by its line', async () => {
    const loaded = await load({
      'rollcall.yaml': WORKSPACE,
      'customers/a.yaml': `${customer('acme')}imports: [{csv: u.csv}]\n`,
      'customers/u.csv': Buffer.from('address,displayName\na@acme.example,A\nb@acme.example,Büro\n', 'latin1'),
    });
    expect(said(loaded)).toEqual([expect.stringMatching(/^customers\/u.csv:3:1: error\[CONFIG_FILE\]: .*not UTF-8/)]);
  });
});

describe('paths that are no files', () => {
  const imports = (path: string) => ({
    'rollcall.yaml': WORKSPACE,
    'customers/a.yaml': `${customer('acme')}imports: [{csv: ${path}}]\n`,
  });

  it('a folder is told of where it is named', async () => {
    expect(said(await load({ ...imports('..') }))).toEqual([
      'customers/a.yaml:5:17: error[CONFIG_FILE]: .: This is a folder, not a file.',
    ]);
  });

  it('a pipe does not block', async () => {
    await write(imports('pipe'));
    execFileSync('sh', ['-c', 'mkfifo "$0"', join(root, 'customers/pipe')]);
    expect(said(await loadWorkspace(root))).toEqual([
      'customers/a.yaml:5:17: error[CONFIG_FILE]: customers/pipe: This is not a regular file.',
    ]);
  });

  it('links that lead nowhere, or in a circle, are told of', async () => {
    await write(imports('nowhere.csv'));
    await symlink('gone.csv', join(root, 'customers/nowhere.csv'));
    await symlink('../customers', join(root, 'customers/again'));
    expect(said(await loadWorkspace(root))).toEqual([
      'customers/a.yaml:5:17: error[CONFIG_FILE]: customers/nowhere.csv: There is no such file.',
    ]);
    await writeFile(join(root, 'customers/a.yaml'), imports('loop.csv')['customers/a.yaml']);
    await symlink('loop.csv', join(root, 'customers/loop.csv'));
    expect(said(await loadWorkspace(root))).toEqual([
      'customers/a.yaml:5:17: error[CONFIG_FILE]: customers/loop.csv: The file is a symbolic link that leads back to itself.',
    ]);
  });

  it('a pattern over a folder that links back to itself finds every file once', async () => {
    await write({ 'rollcall.yaml': `${WORKSPACE}customers: ["**/*.yaml"]\n`, 'customers/a.yaml': customer('acme') });
    await symlink('..', join(root, 'customers/up'));
    const loaded = await loadWorkspace(root);
    expect(namesOf(loaded)).toEqual(['acme']);
    expect(loaded.files).toEqual(['customers/a.yaml', 'rollcall.yaml']);
  });

  it('a file that may not be read is told of', async () => {
    await write({ 'rollcall.yaml': WORKSPACE, 'customers/a.yaml': customer('acme') });
    await chmod(join(root, 'customers/a.yaml'), 0o000);
    const found = said(await loadWorkspace(root));
    // The superuser may read everything.
    if (process.getuid?.() === 0) expect(found).toEqual([]);
    else
      expect(found).toEqual(['customers/a.yaml:1:1: error[CONFIG_FILE]: The file cannot be read: permission denied.']);
  });
});

it('a secret in clear is in nothing that comes back', async () => {
  const secret = 'Sommer-2026-geheim';
  const loaded = await load({
    'rollcall.yaml': WORKSPACE,
    'customers/a.yaml': `${customer('acme')}directory:
  type: ldap
  url: ldaps://svc:${secret}@dc
  baseDN: ["dc=acme"]
  bind: {dn: cn=x, password: ${secret}}
`,
  });
  expect(loaded.findings.map(({ code }) => code)).toEqual(['CONFIG_CLEAR_SECRET', 'CONFIG_CLEAR_SECRET']);
  expect(JSON.stringify(loaded)).not.toContain(secret);
});

describe('the service of a workspace', () => {
  const OWN = `apiVersion: rollcall/v1
kind: ServiceProfile
name: own
regions: {main: {mx: [mx.gw.example]}}
`;
  const regionsOf = (loaded: LoadedWorkspace) => (loaded.ok ? loaded.config.workspace.service?.regions : said(loaded));

  it.each(['vipre', 'mailprotector', 'self-hosted'])('may be %s, which is shipped', async (name) => {
    const loaded = await load({ 'rollcall.yaml': `${WORKSPACE}service: ${name}\n`, 'customers/a.yaml': customer('a') });
    expect(said(loaded)).toEqual([]);
    expect(loaded).toMatchObject({
      config: { workspace: { service: { name } } },
      files: ['customers/a.yaml', 'rollcall.yaml'],
    });
  });

  it('comes with what the vendor publishes, and without what it does not', async () => {
    const loaded = await load({ 'rollcall.yaml': `${WORKSPACE}service: vipre\n`, 'customers/a.yaml': customer('a') });
    expect(regionsOf(loaded)).toMatchObject([
      { name: 'dk', ranges: expect.arrayContaining(['2a01:77c0:1180::/46', '2a01:77c0:6::/47']), mx: [] },
      { name: 'na', ranges: ['208.70.128.0/21', '72.35.12.0/24', '72.35.23.0/24'], smartHost: null },
      { name: 'se' },
      { name: 'uk', spfInclude: 'spf.mailanyone.net', mx: [] },
    ]);
  });

  it('may be a file of the workspace', async () => {
    const loaded = await load({
      'rollcall.yaml': `${WORKSPACE}service: {profile: ./own.yaml, regions: {main: {smartHost: out.gw.example}}}\n`,
      'own.yaml': OWN,
      'customers/a.yaml': customer('a'),
    });
    expect(regionsOf(loaded)).toMatchObject([{ name: 'main', mx: ['mx.gw.example'], smartHost: 'out.gw.example' }]);
    expect(loaded.files).toEqual(['customers/a.yaml', 'own.yaml', 'rollcall.yaml']);
  });

  it('is said to be wrong once, where it is', async () => {
    const gated = `${customer('a')}gates: {mx: block}\nregion: nowhere\n`;
    const found = async (service: string, files: Readonly<Record<string, string>> = {}) =>
      said(await load({ 'rollcall.yaml': `${WORKSPACE}service: ${service}\n`, 'customers/a.yaml': gated, ...files }));
    expect(await found('vipr')).toEqual([
      'rollcall.yaml:3:10: error[CONFIG_SERVICE]: There is no service profile "vipr". Shipped: mailprotector, self-hosted, vipre. Did you mean "vipre"? A file of your own is named by its path, as ./vipr.yaml.',
    ]);
    expect(await found('./gone.yaml')).toEqual([
      'rollcall.yaml:3:10: error[CONFIG_FILE]: gone.yaml: There is no such file.',
    ]);
    expect(await found('./own.yaml', { 'own.yaml': OWN.replace('regions', 'region') })).toEqual([
      'own.yaml:4:1: error[CONFIG_UNKNOWN_KEY]: There is no "region". Did you mean "regions"?',
    ]);
    expect(await found('./own.yaml', { 'own.yaml': OWN })).toEqual([
      'customers/a.yaml:6:9: error[CONFIG_REGION]: The profile own has no region "nowhere". It has: main.',
    ]);
  });
});
