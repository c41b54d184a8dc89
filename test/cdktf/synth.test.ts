/** The constructs of the Terraform CDK: what is synthesized, and what changes it. */
import { NullProvider } from '@cdktf/provider-null/lib/provider/index.js';
import { describe, expect, test } from 'vitest';
import type { ResourceKind } from '../../src/cdktf/index.ts';
import { customerFile, type TestWorkspace, workspace } from '../support/workspace.ts';
import { outputIn, SERVICE, type Synthesized, synthesized } from './stack.ts';

const KINDS: readonly ResourceKind[] = ['terraform_data', 'null_resource'];

function two(): Promise<TestWorkspace> {
  return workspace({ customers: { acme: customerFile('acme'), birch: customerFile('birch') } });
}

/** A customer of a service, with a domain to be verified and servers on two ports. */
async function served(): Promise<TestWorkspace> {
  const acme = `apiVersion: rollcall/v1
kind: Customer
name: acme
displayName: Acme Tools
domains:
  - {name: acme.example}
  - {name: acme.test, verification: none}
sites:
  - name: main
    default: true
    servers: [{address: mail.acme.example}, {address: 192.0.2.9, port: 2525}]
users:
  - {address: scanner@acme.test, displayName: Scanner}
`;
  const made = await workspace({ customers: { acme }, workspace: 'service: ./service.yaml\n' });
  made.write('service.yaml', SERVICE);
  return made;
}

describe.each(KINDS)('a stack with %s', (resource) => {
  test('has a resource for each customer, which applies it without a shell when its digest changes', async () => {
    using made = await two();
    const { json, resources } = await synthesized(made, { resource });
    expect(Object.keys(json.resource)).toEqual([resource]);
    expect(Object.keys(resources).toSorted()).toEqual(['acme', 'birch']);
    expect(resources['acme']?.provisioner).toEqual([
      {
        'local-exec': {
          interpreter: ['rollcall', 'apply', '--customer', 'acme', '--auto-approve'],
          command: '-q',
          working_dir: '../../..',
        },
      },
    ]);
    expect(digestOf(resources['acme'])).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(digestOf(resources['birch'])).not.toBe(digestOf(resources['acme']));
  });

  test('is the same twice, byte by byte', async () => {
    using made = await two();
    const first = await synthesized(made, { resource });
    expect((await synthesized(made, { resource })).text).toBe(first.text);
  });

  test('changes in one resource alone when one customer is edited, and not for a comment', async () => {
    using made = await two();
    const before = await synthesized(made, { resource });
    made.write('customers/acme.yaml', `# Asked for on the telephone.\n${customerFile('acme')}\n`);
    expect((await synthesized(made, { resource })).text).toBe(before.text);
    made.write('customers/acme.yaml', customerFile('acme', { directory: 'deleteAfter: 30d' }));
    const after = await synthesized(made, { resource });
    expect(digestOf(after.resources['acme'])).not.toBe(digestOf(before.resources['acme']));
    expect(withDigest(after, digestOf(before.resources['acme']))).toBe(before.text);
  });
});

/** The text as it would be with another digest of acme. */
function withDigest({ text, resources }: Synthesized, digest: string): string {
  return text.replaceAll(digestOf(resources['acme']), digest);
}

function digestOf(resource: Synthesized['resources'][string] | undefined): string {
  return resource?.triggers_replace?.['digest'] ?? resource?.triggers?.['digest'] ?? 'none';
}

describe('a stack', () => {
  test('needs no provider for terraform_data, and the null provider once for null_resource', async () => {
    using made = await two();
    const builtIn = await synthesized(made);
    expect(builtIn.json).not.toHaveProperty('provider');
    expect(builtIn.json.terraform).not.toHaveProperty('required_providers');
    const { json } = await synthesized(made, { resource: 'null_resource' });
    expect(json.provider).toEqual({ null: [{}] });
    expect(json.terraform.required_providers).toMatchObject({ null: { source: 'null' } });
    const own = await synthesized(
      made,
      { resource: 'null_resource' },
      { before: (stack) => new NullProvider(stack, 'mine') },
    );
    expect(own.json.provider).toEqual({ null: [{}] });
  });

  test('has the program and the options that are given, each word by itself', async () => {
    using made = await two();
    const { resources } = await synthesized(made, {
      command: ['npx', 'rollcall'],
      applyOptions: ['--snapshot', 'of $\u007bpath.root} %{if}'],
      workingDirectory: '/srv/mail',
      customers: ['acme'],
    });
    expect(Object.keys(resources)).toEqual(['acme']);
    expect(resources['acme']?.provisioner[0]['local-exec']).toEqual({
      interpreter: [
        ...['npx', 'rollcall', 'apply', '--customer', 'acme', '--auto-approve'],
        ...['--snapshot', 'of $$\u007bpath.root} %%{if}'],
      ],
      command: '-q',
      working_dir: '/srv/mail',
    });
  });

  test.each([[[]], [['rollcall', '']], [['roll\0call']]])('refuses the command %j', async (command) => {
    using made = await two();
    await expect(synthesized(made, { command })).rejects.toThrow('A word of the command is');
  });

  test('is not synthesized from files with errors, whose places are all named', async () => {
    using made = await two();
    made.write('customers/acme.yaml', customerFile('acme', { directory: 'deleteAfter: soon', further: 'seats: -1' }));
    made.write('customers/birch\u001b[31m.yaml', customerFile('birch', { further: 'colour: red' }));
    const failed = await synthesized(made).catch((error: unknown) => error);
    expect(failed).toMatchObject({ name: 'WorkspaceNotValid', code: 'WORKSPACE_NOT_VALID', hint: expect.any(String) });
    const lines = String(failed).split('\n').slice(1);
    expect([...new Set(lines.map((line) => line.split(' ', 1)[0]))]).toEqual([
      'customers/acme.yaml:10:16:',
      'customers/acme.yaml:11:8:',
      'customers/birch\\u{1b}[31m.yaml:10:1:',
      'customers/birch.yaml:3:1:',
      'customers/birch.yaml:5:12:',
    ]);
  });

  test('carries warnings about the files, and about what is not known', async () => {
    using made = await workspace({
      customers: { acme: customerFile('acme') },
    });
    made.write(
      'rollcall.yaml',
      `${made.read('rollcall.yaml').replace('[customers/*.yaml]', '[customers/*.yaml, gone/*.yaml]')}`,
    );
    const { warnings } = await synthesized(made);
    expect(warnings).toEqual([
      'mail/rollcall: rollcall.yaml:3:31: warning[CONFIG_NO_CUSTOMERS]: "gone/*.yaml" matches no file.',
      'mail/rollcall/acme: There is no profile of the service to take the MX hosts from. Name one under service.',
      'mail/rollcall/acme: There is no profile of the service to take the SPF include from. Name one under service.',
      'mail/rollcall/acme: There is no profile of the service to take the IP ranges from. Name one under service.',
    ]);
  });

  test('hands its customers out by name', async () => {
    using made = await two();
    const { workspace: constructs } = await synthesized(made);
    expect(constructs.customer('birch').customer.displayName).toBe('birch');
    expect(() => constructs.customer('cedar')).toThrow('There are acme, birch.');
  });
});

describe('the needs of a customer', () => {
  test('are MX and SPF records and networks from the first day', async () => {
    using made = await served();
    const { json, workspace: constructs, warnings } = await synthesized(made, { ttl: 300 });
    const mx = (name: string, host: string) => ({
      purpose: 'mx',
      ...{ name, type: 'MX', ttl: 300, value: `${host}.harbour.example`, priority: 10 },
    });
    const spf = (name: string) => ({
      purpose: 'spf',
      ...{ name, type: 'TXT', ttl: 300, value: 'v=spf1 include:spf.harbour.example ~all', priority: null },
    });
    const records = [
      ...[mx('acme.example', 'mx1'), mx('acme.example', 'mx2'), mx('acme.test', 'mx1'), mx('acme.test', 'mx2')],
      ...[spf('acme.example'), spf('acme.test')],
    ];
    const firewall = {
      ipv4: ['198.51.100.0/24'],
      ipv6: ['2001:db8:25::/48'],
      ports: [25, 2525],
      servers: ['mail.acme.example:25', '192.0.2.9:2525'],
    };
    const acme = constructs.customer('acme');
    expect(acme.dnsRecords).toEqual(records);
    expect(acme.firewall).toEqual(firewall);
    expect(outputOf(json, 'dns_records')).toEqual(records);
    expect(outputOf(json, 'firewall')).toEqual(firewall);
    expect(warnings).toEqual([
      'mail/rollcall/acme: The state has no token for acme.example, so its ownership record is not known: apply once.',
    ]);
  });

  test('have the ownership record once there is a token, and keep it; the resource stays as it was', async () => {
    using made = await served();
    const before = await synthesized(made);
    made.write('recordings/.keep', '');
    const applied = await made.run('apply', '--auto-approve', '--snapshot', 'recordings', '-q');
    expect(applied.stderr).toBe('');
    const [{ value }] = JSON.parse((await made.run('setup', 'acme', '--step', 'domains', '--format', 'json')).stdout)
      .steps[0].todo[0].records;
    const { json, warnings } = await synthesized(made);
    expect(value).toMatch(/^harbour=.{16,}/);
    expect(outputOf(json, 'dns_records')).toContainEqual({
      purpose: 'ownership',
      ...{ name: 'acme.example', type: 'TXT', ttl: 3600, value, priority: null },
    });
    expect(outputOf(json, 'dns_record_sets')).toContainEqual({
      ...{ name: 'acme.example', type: 'TXT', ttl: 3600 },
      values: [value, 'v=spf1 include:spf.harbour.example ~all'],
    });
    expect(json.resource).toEqual(before.json.resource);
    expect(warnings).toEqual([]);
  });

  test('come as one set for each name and type too', async () => {
    using made = await served();
    const { json } = await synthesized(made);
    expect(outputOf(json, 'dns_record_sets')).toContainEqual({
      ...{ name: 'acme.test', type: 'MX', ttl: 3600 },
      values: ['10 mx1.harbour.example.', '10 mx2.harbour.example.'],
    });
  });

  test('leave in the SPF record who else may send', async () => {
    using made = await served();
    const spfOf = async (record: string) => {
      const { workspace: constructs } = await synthesized(made, { spfRecords: { 'acme.test': record } });
      const records = constructs.customer('acme').dnsRecords;
      return records.find(({ purpose, name }) => purpose === 'spf' && name === 'acme.test')?.value;
    };
    const whole = 'v=spf1 mx include:spf.harbour.example -all';
    expect(await spfOf('v=spf1 mx -all')).toBe(whole);
    expect(await spfOf(whole)).toBe(whole);
    await expect(spfOf('mx -all')).rejects.toMatchObject({ code: 'SPF_NOT_USABLE' });
    const stranger = synthesized(made, { spfRecords: { 'acme.invalid': 'v=spf1 -all' } });
    await expect(stranger).rejects.toThrow('No customer has the domain "acme.invalid".');
  });
});

function outputOf({ output }: Synthesized['json'], name: string): unknown {
  return outputIn(output, name).value;
}
