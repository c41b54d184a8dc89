/** Terraform itself with what is synthesized: from nothing to applied, edited, applied again, and destroyed. Without any network. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { TerraformOutput } from 'cdktf';
import { describe, expect, test } from 'vitest';
import { person } from '../support/builders.ts';
import { programPath } from '../support/rollcall.ts';
import { customerFile, READ, type TestWorkspace, workspace } from '../support/workspace.ts';
import { outputIn, SERVICE, type Synthesized, synthesized, TERRAFORM } from './stack.ts';

if (TERRAFORM === null) {
  // biome-ignore lint/suspicious/noConsole: what is not tested is said, and Debian has no package that would bring it.
  console.warn(
    'Terraform cannot be found, so what the CDK makes is only run as local-exec would run it. Get it from https://developer.hashicorp.com/terraform/install',
  );
}

/** What a shell, or a template of Terraform, would make something else of. */
const HOSTILE = [
  ...['two words', "it's", '"; exit 1; "', '`id`', '$(id)', '$HOME', '*', '-n', 'line\nline', '%PATH%', '\\', 'é'],
  ...['$\u007bpath.module}', '$$\u007bpath.module}', '%\u007bif true}', '%%\u007b', '$'],
] as const;

/** A program that writes down with which words it was run, and where. */
const WITNESS = `import { writeFileSync } from 'node:fs';
writeFileSync('witness.json', JSON.stringify(process.argv.slice(2)));
`;

const BIRCH = [person('ann-birch', 'ann@birch.example')];

async function two(): Promise<TestWorkspace> {
  const made = await twoOneUnread();
  await made.record('birch', BIRCH);
  return made;
}

/** Of birch there is no recording yet. */
function twoOneUnread(): Promise<TestWorkspace> {
  return workspace({
    customers: { acme: customerFile('acme'), birch: customerFile('birch') },
    directories: { acme: [person('ann-acme', 'ann@acme.example'), person('ben-acme', 'ben@acme.example')] },
  });
}

/** Applies as the built program does, with recordings in place of directories. */
async function withProgram(made: TestWorkspace): Promise<Synthesized> {
  return synthesized(made, { command: [process.execPath, await programPath()], applyOptions: READ });
}

async function withWitness(made: TestWorkspace): Promise<Synthesized> {
  made.write('witness.mjs', WITNESS);
  return synthesized(made, {
    command: [process.execPath, 'witness.mjs', ...HOSTILE],
    customers: ['acme'],
  });
}

function witnessed(made: TestWorkspace): unknown {
  return JSON.parse(made.read('witness.json'));
}

const WITNESSED = [...HOSTILE, 'apply', '--customer', 'acme', '--auto-approve', '-q'];

test('the program is the interpreter of the last word, so that every word arrives as it is', async () => {
  using made = await two();
  const { json, folder } = await withWitness(made);
  const [resource] = Object.values(json.resource['terraform_data'] ?? {});
  const { interpreter, command, working_dir } = resource?.provisioner[0]['local-exec'] ?? absent();
  const [program = '', ...words] = [...interpreter, command].map(evaluated);
  await promisify(execFile)(program, words, { cwd: `${folder}/${working_dir}` });
  expect(witnessed(made)).toEqual(WITNESSED);
});

/** A template of Terraform without anything to evaluate in it. */
function evaluated(template: string): string {
  expect(template.replaceAll(/[$%]{2}\{/g, '')).not.toMatch(/[$%]\{/);
  return template.replaceAll(/([$%])\1\{/g, '$1{');
}

function absent(): never {
  throw new Error('The stack has no resource of this kind.');
}

describe.skipIf(TERRAFORM === null)('Terraform', () => {
  test('hands every word on as it is', async () => {
    using made = await two();
    const { folder } = await withWitness(made);
    await terraform(folder, 'init');
    expect(JSON.parse((await terraform(folder, 'validate', '-json')).stdout)).toMatchObject({ valid: true });
    await terraform(folder, 'apply', '-auto-approve');
    expect(witnessed(made)).toEqual(WITNESSED);
  });

  test('takes names and records for what they are, also where they look like its templates', async () => {
    const further = `displayName: ${JSON.stringify('Acme $\u007bpath.module} %\u007bif')}`;
    using made = await workspace({
      customers: { acme: customerFile('acme', { further }) },
      workspace: 'service: ./service.yaml\n',
    });
    made.write('service.yaml', SERVICE);
    // A macro of SPF (RFC 7208 7.2).
    const spfRecords = { 'acme.example': 'v=spf1 exists:%\u007bi}._spf.acme.example -all' };
    const { folder, workspace: constructs } = await synthesized(
      made,
      { command: ['true'], spfRecords },
      {
        after: (stack, { customers }) => {
          new TerraformOutput(stack, 'other', { value: spfOf(customers[0]?.dnsRecords) });
        },
      },
    );
    const acme = constructs.customer('acme');
    await terraform(folder, 'init');
    await terraform(folder, 'apply', '-auto-approve');
    const { outputs } = JSON.parse((await terraform(folder, 'show', '-json')).stdout).values;
    const spf = 'v=spf1 exists:%\u007bi}._spf.acme.example include:spf.harbour.example -all';
    expect(spfOf(acme.customer.dnsRecords)).toBe(spf);
    expect(outputs.other.value).toBe(spf);
    const records = acme.customer.dnsRecords.map((record) => ({ ...record, ttl: 3600 }));
    expect(outputIn<{ value: unknown }>(outputs, 'dns_records').value).toEqual(records);
    expect(outputIn<{ value: unknown }>(outputs, 'firewall').value).toEqual(acme.firewall);
  });

  test('applies each customer, then only the one that was edited, and leaves the rosters when it is destroyed', async () => {
    using made = await two();
    const { folder } = await withProgram(made);
    await terraform(folder, 'init');
    expect(await planned(folder)).toEqual({ acme: ['create'], birch: ['create'] });
    await terraform(folder, 'apply', '-auto-approve', 'next.tfplan');
    expect(await users(made)).toEqual(['ann@acme.example', 'ann@birch.example', 'ben@acme.example']);

    made.write('customers/acme.yaml', `# Asked for on the telephone.\n${customerFile('acme')}`);
    await withProgram(made);
    expect(await planned(folder)).toEqual({ acme: ['no-op'], birch: ['no-op'] });

    const runs = await runsOf(made);
    const scanner = 'users:\n  - {address: scanner@acme.example, displayName: Scanner}\n';
    made.write('customers/acme.yaml', customerFile('acme', { further: scanner }));
    await withProgram(made);
    expect(await planned(folder)).toEqual({ acme: ['delete', 'create'], birch: ['no-op'] });
    await terraform(folder, 'apply', '-auto-approve', 'next.tfplan');
    expect((await runsOf(made)).slice(0, -runs.length)).toEqual([['acme']]);
    expect(await planned(folder)).toEqual({ acme: ['no-op'], birch: ['no-op'] });

    const after = ['ann@acme.example', 'ann@birch.example', 'ben@acme.example', 'scanner@acme.example'];
    expect(await users(made)).toEqual(after);
    await terraform(folder, 'destroy', '-auto-approve');
    expect(await users(made)).toEqual(after);
  });

  test('fails where Rollcall fails, and tries again the next time', async () => {
    using made = await twoOneUnread();
    const { folder } = await withProgram(made);
    await terraform(folder, 'init');
    const failed = await terraform(folder, 'apply', '-auto-approve').catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining('local-exec provisioner error') });
    expect(await users(made)).toEqual(['ann@acme.example', 'ben@acme.example']);
    await made.record('birch', BIRCH);
    expect(await planned(folder)).toEqual({ acme: ['no-op'], birch: ['delete', 'create'] });
    await terraform(folder, 'apply', '-auto-approve', 'next.tfplan');
    expect(await users(made)).toEqual(['ann@acme.example', 'ann@birch.example', 'ben@acme.example']);
  });
});

function spfOf(records: readonly { readonly purpose: string; readonly value: string }[] = []): string | undefined {
  return records.find(({ purpose }) => purpose === 'spf')?.value;
}

interface TerraformOutcome {
  readonly stdout: string;
  readonly stderr: string;
}

/** Rejects if it does not end well. It reads no configuration of the machine, and asks nobody for anything. */
function terraform(folder: string, ...args: readonly string[]): Promise<TerraformOutcome> {
  const { TF_CLI_CONFIG_FILE: _, ...inherited } = process.env;
  const env = { ...inherited, TF_IN_AUTOMATION: '1', TF_INPUT: '0', CHECKPOINT_DISABLE: '1', NO_COLOR: '1' };
  return promisify(execFile)(TERRAFORM ?? 'terraform', [...args, ...(args[0] === 'show' ? [] : ['-no-color'])], {
    cwd: folder,
    env,
    timeout: 60_000,
  });
}

/** Plans into next.tfplan. What it would do, by the customer's name. */
async function planned(folder: string): Promise<Readonly<Record<string, readonly string[]>>> {
  await terraform(folder, 'plan', '-out=next.tfplan');
  const { stdout } = await terraform(folder, 'show', '-json', 'next.tfplan');
  const changes: readonly { readonly name: string; readonly change: { readonly actions: readonly string[] } }[] =
    JSON.parse(stdout).resource_changes;
  return Object.fromEntries(changes.map(({ name, change }) => [name.split('_')[1], change.actions]));
}

/** The addresses of the rosters, sorted. */
async function users(made: TestWorkspace): Promise<readonly string[]> {
  const { stdout } = await made.run('users', '--format', 'json');
  return JSON.parse(stdout)
    .map(({ address }: { readonly address: string }) => address)
    .toSorted();
}

/** The customers of each run, the latest first. */
async function runsOf(made: TestWorkspace): Promise<readonly (readonly string[])[]> {
  const runs: readonly { readonly outcomes: readonly { readonly customer: string }[] }[] = JSON.parse(
    (await made.run('history', '--format', 'json')).stdout,
  );
  return runs.map(({ outcomes }) => outcomes.map(({ customer }) => customer));
}
