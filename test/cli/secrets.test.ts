/** A password goes from its reference to the directory, and nowhere else: not to a terminal, a plan, a log or the state. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { person, personDN } from '../support/people.ts';
import type { Outcome, RunOptions } from '../support/rollcall.ts';
import { type Slapd, startSlapd } from '../support/slapd.ts';
import { customerFile, type TestWorkspace, temporaryFolder, workspace } from '../support/workspace.ts';

const PASSWORD = 'reader-secret';
const WRONG = 'Wr0ng-but-still-secret';
/** As base64, percent-encoded and in hexadecimal it would be just as public. */
const FORMS = [PASSWORD, WRONG].flatMap((secret) => [
  secret,
  Buffer.from(secret).toString('base64'),
  Buffer.from(secret).toString('hex'),
  encodeURIComponent(secret),
]);

let slapd: Slapd;

beforeAll(async () => {
  slapd = await startSlapd({ ldif: [person('ann'), person('bob')].join('') });
});
afterAll(async () => slapd?.stop());

function customer(name: string, password: string, url = slapd.ldapsUrl): string {
  return `apiVersion: rollcall/v1
kind: Customer
name: ${name}
domains: [{name: ${name === 'acme' ? 'example.test' : `${name}.test`}, verification: none}]
directory:
  type: ldap
  url: ${url}
  tls: {ca: ${slapd.caFile}, serverName: localhost}
  baseDN: ['${slapd.suffix}']
  bind: {dn: '${slapd.readerDN}', password: ${password}}
`;
}

/** Every command line that has to do with a directory, a plan or the state. */
const COMMANDS: readonly (readonly string[])[] = [
  ['validate', '-v'],
  ['validate', '--format', 'json'],
  ['plan', '-v', '-o', 'plan.json'],
  ['plan', '-v', '--format', 'json', '--log-format', 'json'],
  ['show', 'plan.json', '--all-changes', '-v'],
  ['apply', 'plan.json', '-v'],
  ['apply', 'plan.json', '-v'],
  ['sync', '--now', '-v'],
  ['why', 'ann@example.test', '-v'],
  ['why', 'nobody@example.test', '-v', '--format', 'json'],
  ['directory', '-v'],
  ['check', 'directory', '-v'],
  ['check', 'directory', '-v', '--format', 'json', '--log-format', 'json'],
  ['snapshot', '-o', 'recordings', '-v'],
  ['plan', '--snapshot', 'recordings', '-v'],
  ['users', 'export', '-v'],
  ['conflicts', '-v'],
  ['history', '-v'],
  ['history', '1', '--format', 'json'],
  ['state', 'pull', '-v'],
  ['state', 'show', '-v'],
];

async function runAll(made: TestWorkspace, options: RunOptions): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const args of COMMANDS) outcomes.push(await made.runWith(options, ...args));
  return outcomes;
}

function expectNoSecret(text: string, where: string): void {
  for (const form of FORMS) expect(text.includes(form), `a secret is in ${where}:\n${text.slice(0, 2000)}`).toBe(false);
}

function expectNowhere(made: TestWorkspace, outcomes: readonly Outcome[]): void {
  for (const [index, { stdout, stderr }] of outcomes.entries()) {
    expectNoSecret(stdout, `stdout of ${COMMANDS[index]?.join(' ')}`);
    expectNoSecret(stderr, `stderr of ${COMMANDS[index]?.join(' ')}`);
  }
  for (const file of readdirSync(made.root, { recursive: true, encoding: 'utf8' })) {
    const path = join(made.root, file);
    if (statSync(path).isFile()) expectNoSecret(readFileSync(path).toString('latin1'), file);
  }
}

describe.concurrent('a password is printed and stored nowhere', () => {
  test('from the environment', async () => {
    using made = await workspace({ customers: { acme: customer('acme', '{env: SECRET_OF_ACME}') } });
    const outcomes = await runAll(made, { env: { SECRET_OF_ACME: PASSWORD } });
    expect(
      outcomes.map(({ code }) => code),
      outcomes.map(({ stderr }) => stderr).join(''),
    ).toEqual(COMMANDS.map(() => 0));
    expectNowhere(made, outcomes);
  });

  test('from a file', async () => {
    using secrets = temporaryFolder();
    const file = join(secrets.path, 'secret');
    writeFileSync(file, `${PASSWORD}\n`);
    using made = await workspace({ customers: { acme: customer('acme', `{file: ${file}}`) } });
    const outcomes = await runAll(made, {});
    expect(outcomes.map(({ code }) => code)).toEqual(COMMANDS.map(() => 0));
    expectNowhere(made, outcomes);
  });

  test('from a command, also one that complains about itself', async () => {
    const command = "{command: [node, -e, 'console.error(process.env.HIDDEN); console.log(process.env.HIDDEN)']}";
    using made = await workspace({ customers: { acme: customer('acme', command) } });
    const outcomes = await runAll(made, { env: { HIDDEN: PASSWORD } });
    expect(outcomes.map(({ code }) => code)).toEqual(COMMANDS.map(() => 0));
    expectNowhere(made, outcomes);
  });

  test('where it is wrong, where the server is gone, and where the command fails', async () => {
    const fails =
      "{command: [node, -e, 'console.log(process.env.WRONG); console.error(process.env.WRONG); process.exit(3)']}";
    using made = await workspace({
      customers: {
        acme: customer('acme', '{env: WRONG}'),
        globex: customer('globex', '{env: WRONG}', 'ldaps://127.0.0.1:9'),
        hooli: customer('hooli', fails),
      },
    });
    const outcomes = await runAll(made, { env: { WRONG } });
    const planned = outcomes[2];
    expect(planned?.code).toBe(1);
    expect(planned?.stdout).toContain('acme: not planned (LDAP_BIND)');
    expect(planned?.stdout).toContain('globex: not planned (LDAP_CONNECT)');
    expect(planned?.stdout).toContain('ended with exit code 3');
    expectNowhere(made, outcomes);
  });

  test('with the password of a user changed in the directory under way', async () => {
    await slapd.modify(`dn: ${personDN('ann')}\nchangetype: modify\nreplace: userPassword\nuserPassword: ${WRONG}\n`);
    using made = await workspace({ customers: { acme: customer('acme', '{env: SECRET_OF_ACME}') } });
    expectNowhere(made, await runAll(made, { env: { SECRET_OF_ACME: PASSWORD } }));
  });
});

describe.concurrent('a password in clear text in the YAML', () => {
  test.each([
    ['as the password', `password: ${WRONG}`],
    ['as a list', `password: [${WRONG}]`],
    ['beside a reference', `password: {env: X, value: ${WRONG}}`],
    ['as a key', `password: {${WRONG}: x}`],
    ['as a command in one text', `password: {command: "echo ${WRONG}"}`],
  ])('%s is an error with its place, and is not echoed', async (_, line) => {
    using made = await workspace({
      customers: { acme: customerFile('acme', { directory: `bind: {dn: 'cn=rollcall,dc=acme,dc=example', ${line}}` }) },
    });
    for (const args of [
      ['validate'],
      ['validate', '--format', 'json'],
      ['plan', '-v'],
      ['plan', '--log-format', 'json'],
    ]) {
      const { code, stdout, stderr } = await made.run(...args);
      expect(code).toBe(1);
      expect(stdout + stderr).toMatch(/customers\/acme\.yaml:10:\d+: error|"line": ?10/);
      expect(stdout + stderr).not.toContain(WRONG);
    }
  });

  test('in the URL of the directory', async () => {
    using made = await workspace({
      customers: { acme: customerFile('acme').replace('ldaps://', `ldaps://reader:${WRONG}@`) },
    });
    const { code, stdout, stderr } = await made.run('validate');
    expect(code).toBe(1);
    expect(stdout + stderr).not.toContain(WRONG);
  });
});
