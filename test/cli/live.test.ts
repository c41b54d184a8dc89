/** Commands that read a directory, against a real OpenLDAP server. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { group, person, personDN } from '../support/people.ts';
import { changesIn, planOfText } from '../support/rollcall-plan.ts';
import { type Slapd, startSlapd } from '../support/slapd.ts';
import { type TestWorkspace, workspace } from '../support/workspace.ts';

const ENV = { ACME_LDAP_PASSWORD: 'reader-secret' };

let slapd: Slapd;

beforeAll(async () => {
  slapd = await startSlapd({
    ldif: [
      person('ann', { departmentNumber: 'sales', displayName: 'Ann Lee' }),
      person('bob', { departmentNumber: 'sales' }),
      person('cleo', { departmentNumber: 'legal' }),
      person('dan', { departmentNumber: 'sales', userAccountControl: '514' }),
      person('eve', { departmentNumber: 'sales', mail: 'eve@elsewhere.test' }),
      group('team', [personDN('ann'), personDN('bob')]),
    ].join(''),
  });
});
afterAll(async () => slapd?.stop());

function customer(directory = ''): string {
  return `apiVersion: rollcall/v1
kind: Customer
name: acme
domains:
  - {name: example.test, verification: none}
directory:
  type: ldap
  url: ${slapd.ldapsUrl}
  tls: {ca: ${slapd.caFile}, serverName: localhost}
  baseDN: ['${slapd.suffix}']
  bind: {dn: '${slapd.readerDN}', password: {env: ACME_LDAP_PASSWORD}}
${directory}`;
}

function acme(directory?: string): Promise<TestWorkspace> {
  return workspace({ customers: { acme: customer(directory) } });
}

describe.concurrent('a live directory', () => {
  test('is planned from, with proof that the reading was whole', async () => {
    using made = await acme();
    const { code, stdout, stderr } = await made.runWith({ env: ENV }, 'plan', '--format', 'json');
    expect(code, stderr).toBe(0);
    const plan = planOfText(stdout);
    expect(changesIn(plan)).toEqual([
      'acme create domain example.test DOM-1',
      'acme create group team@example.test SEL-9',
      'acme create user ann@example.test SEL-1',
      'acme create user bob@example.test SEL-1',
      'acme create user cleo@example.test SEL-1',
    ]);
    expect(plan.customers[0]?.directory).toMatchObject({ type: 'ldap', complete: true, objects: 6 });
  });

  test('snapshot records it once, and a plan from the recording is the same', async () => {
    using made = await acme();
    const { code, stdout, stderr } = await made.runWith({ env: ENV }, 'snapshot', '-o', 'recordings');
    expect(code, stderr).toBe(0);
    expect(stdout).toBe('1 directory recorded in recordings\n');
    expect(stderr).toContain('acme: 6 objects in recordings/acme.ndjson');
    const live = planOfText((await made.runWith({ env: ENV }, 'plan', '--format', 'json')).stdout);
    const replayed = planOfText((await made.run('plan', '--snapshot', 'recordings', '--format', 'json')).stdout);
    expect(replayed.customers[0]?.changes).toEqual(live.customers[0]?.changes);
    expect(replayed.customers[0]?.directory?.digest).toBe(live.customers[0]?.directory?.digest);
  });

  test('directory lists every object, in or out, with the rule that decided', async () => {
    using made = await acme(`  exceptions: [{user: bob@example.test}]\n`);
    const { stdout } = await made.runWith({ env: ENV }, 'directory', 'list', '--format', 'json');
    const listed: { address: string; inSync: boolean; rule: string; kind: string }[] = JSON.parse(stdout);
    expect(
      listed.map(({ address, inSync, rule, kind }) => `${address} ${inSync ? 'in' : 'out'} ${rule} ${kind}`),
    ).toEqual([
      'ann@example.test in SEL-1 user',
      'bob@example.test out SEL-5 user',
      'cleo@example.test in SEL-1 user',
      'dan@example.test out SEL-2 user',
      'eve@elsewhere.test out SEL-6 user',
      'team@example.test in SEL-9 group',
    ]);
    const text = (await made.runWith({ env: ENV }, 'directory')).stdout;
    expect(text).toMatch(
      /^acme +no +bob@example\.test +user +SEL-5 +cn=bob,\S+ +excepted in customers\/acme\.yaml:12/m,
    );
  });

  test('why says when the filter hides somebody', async () => {
    using made = await acme('  filter: (departmentNumber=sales)\n');
    const why = async (address: string) => (await made.runWith({ env: ENV }, 'why', address)).stdout;
    expect(await why('cleo@example.test')).toContain(
      `SEL-4   ${personDN('cleo')}, which has the address, is not matched by the filter (departmentNumber=sales) (customers/acme.yaml:12)`,
    );
    expect(await why('ann@example.test')).toContain(`SEL-1   in the directory as ${personDN('ann')}`);
    expect(await why('nobody@example.test')).toContain('SEL-1   nothing in the directory has the address');
  });

  test('-v prints each search as ldapsearch would be called, without the password', async () => {
    using made = await acme();
    const { stderr } = await made.runWith({ env: ENV }, 'plan', '-v');
    const searches = stderr.split('\n').filter((line) => line.includes('ldapsearch'));
    expect(searches.length).toBeGreaterThan(0);
    for (const line of searches) expect(line).toContain(`-D ${slapd.readerDN}`);
    expect(stderr).not.toContain('reader-secret');
    const json = await made.runWith({ env: ENV }, 'plan', '-v', '--log-format', 'json');
    const lines = json.stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 'debug', message: expect.stringContaining('ldapsearch') }),
    );
  });
});

describe.concurrent('SAF-2 A read that did not end cleanly', () => {
  const globex = () => customer().replace('name: acme', 'name: globex').replace('example.test,', 'globex.test,');

  test('a wrong password fails that customer alone: nobody is removed, the others go on, exit 1', async () => {
    using made = await workspace({ customers: { acme: customer(), globex: globex().replace('ACME_', 'GLOBEX_') } });
    const env = { ...ENV, GLOBEX_LDAP_PASSWORD: 'not-the-password' };
    const { code, stdout } = await made.runWith({ env }, 'apply', '--auto-approve');
    expect(code).toBe(1);
    expect(stdout).toContain('globex: not planned (LDAP_BIND)');
    expect(stdout).toContain('5 changes applied to 1 customer, 1 customer failed.');
    expect(stdout).not.toContain('not-the-password');
  });

  test('a server that is gone after an apply removes nobody', async () => {
    using made = await acme();
    await made.runWith({ env: ENV }, 'apply', '--auto-approve');
    made.write('customers/acme.yaml', customer().replace(/url: .*/, 'url: ldaps://127.0.0.1:9'));
    const { code, stdout } = await made.runWith({ env: ENV }, 'apply', '--auto-approve', '--allow-removals', '1000');
    expect(code).toBe(1);
    expect(stdout).toContain('not planned (LDAP_CONNECT)');
    expect(JSON.parse((await made.run('users', '--format', 'json')).stdout)).toHaveLength(3);
  });

  test('a password that is not there is said by its reference', async () => {
    using made = await acme();
    const { code, stdout } = await made.runWith({ env: { ACME_LDAP_PASSWORD: undefined } }, 'plan');
    expect(code).toBe(1);
    expect(stdout).toContain('ACME_LDAP_PASSWORD');
  });
});

test('the filter, the domain and the account decide as the directory changes', async () => {
  using made = await acme('  deleteAfter: 14d\n');
  await made.runWith({ env: ENV }, 'apply', '--auto-approve');
  await slapd.modify(
    `dn: ${personDN('bob')}\nchangetype: delete\n\ndn: ${personDN('ann')}\nchangetype: modify\nreplace: mail\nmail: ann.lee@example.test\n`,
  );
  const { stdout } = await made.runWith({ env: ENV }, 'plan', '--format', 'json');
  expect(changesIn(planOfText(stdout))).toEqual([
    'acme update group team@example.test SEL-9',
    'acme rename user ann.lee@example.test MRG-1',
    'acme flag user bob@example.test DEL-1',
  ]);
});
