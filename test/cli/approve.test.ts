/** Approvals: an apply that asks for them does nothing that was not approved, by as many others as are required, for as long as that counts. */
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { person } from '../support/builders.ts';
import { customerFile, READ, type TestWorkspace, workspace } from '../support/workspace.ts';

/** Ten minutes after the plan, which is of `READ`. */
const LATER = ['--at', '2026-11-23T09:10:00Z'] as const;
const PEOPLE = ['ann', 'ben', 'cy'];

/** A workspace with a saved plan, and a key for each of three people; Cy's is not in the workspace. */
async function planned({ required = 1, author = '' } = {}): Promise<TestWorkspace> {
  const keys = ['ann', 'ben'].map((name) => `{name: ${name}, file: keys/${name}.pub.pem}`).join(', ');
  const ws = await workspace({
    workspace: `approvals: {required: ${required}, keys: [${keys}]}\n`,
    customers: { acme: customerFile('acme') },
    directories: { acme: [person('ann', 'ann@acme.example')] },
  });
  for (const name of PEOPLE) {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    ws.write(`private/${name}.pem`, privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
    ws.write(`keys/${name}.pub.pem`, publicKey.export({ type: 'spki', format: 'pem' }) as string);
  }
  const by = author === '' ? [] : ['--author', author];
  const { code, stderr } = await ws.run('plan', '-o', 'plan.json', ...by, ...READ);
  expect(code, stderr).toBe(0);
  return ws;
}

function approve(ws: TestWorkspace, name: string, ...options: readonly string[]) {
  return ws.run('approve', 'plan.json', '--as', name, '--key', `private/${name}.pem`, ...LATER, ...options);
}

function apply(ws: TestWorkspace, ...options: readonly string[]) {
  return ws.run('apply', 'plan.json', '--require-approval', ...(options.length === 0 ? LATER : options));
}

/** What an apply that was refused said; nothing must have been applied. */
async function refusal(ws: TestWorkspace, ...options: readonly string[]): Promise<string> {
  const { code, stderr } = await apply(ws, ...options);
  expect(code).toBe(1);
  expect((await ws.run('history')).stdout).toBe('Nothing has been applied yet.\n');
  return stderr;
}

describe('apply --require-approval', () => {
  test('applies what somebody with a key in the workspace has approved', async () => {
    using ws = await planned();
    const approved = await approve(ws, 'ann');
    expect(approved.code, approved.stderr).toBe(0);
    expect(approved.stdout).toMatch(
      /^Plan for 1 customer: 2 to create; .*\nApproved by ann until 2026-11-24T09:10:00\.000Z: sha256:/,
    );
    const { code, stdout, stderr } = await apply(ws);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('Run 1: 2 changes applied to 1 customer.');
  });

  test('refuses what nobody has approved', async () => {
    using ws = await planned();
    expect(await refusal(ws)).toContain(
      'error[PLAN_NOT_APPROVED]: The plan is approved by nobody, and 1 person has to approve it.',
    );
  });

  test('counts each person once, and nobody who made the plan', async () => {
    using ws = await planned({ required: 2, author: 'ann' });
    await approve(ws, 'ann');
    await approve(ws, 'ben');
    await approve(ws, 'ben');
    expect(await refusal(ws)).toContain(
      'approved by ben, and 2 people have to approve it. Not counted: ann made the plan.',
    );
    expect(JSON.parse(ws.read('plan.json.approvals')).approvals).toHaveLength(2);
    expect(JSON.parse(ws.read('plan.json')).author).toBe('ann');
  });

  test('two people approve, and neither made it', async () => {
    using ws = await planned({ required: 2, author: 'dora' });
    await approve(ws, 'ann');
    await approve(ws, 'ben');
    expect((await apply(ws)).code).toBe(0);
  });

  test('an author as NAME@HOST is the same person', async () => {
    using ws = await planned({ author: 'ann@laptop' });
    await approve(ws, 'ann');
    expect(await refusal(ws)).toContain('ann made the plan');
  });

  test('an approval ends', async () => {
    using ws = await planned();
    await approve(ws, 'ann', '--valid-for', '30m');
    expect(await refusal(ws, '--at', '2026-11-23T09:40:00Z')).toContain(
      'the approval of ann ended at 2026-11-23T09:40:00.000Z',
    );
    expect((await apply(ws, '--at', '2026-11-23T09:39:59Z')).code).toBe(0);
  });

  test('an approval of another plan does not count', async () => {
    using ws = await planned();
    await approve(ws, 'ann');
    await ws.record('acme', [person('eve', 'eve@acme.example')]);
    await ws.run('plan', '-o', 'plan.json', ...READ);
    expect(await refusal(ws)).toContain('ann approved another plan');
  });

  test('neither somebody without a key in the workspace counts, nor somebody with the key of another', async () => {
    using ws = await planned();
    await approve(ws, 'cy');
    await ws.run('approve', 'plan.json', '--as', 'ben', '--key', 'private/cy.pem', ...LATER);
    const said = await refusal(ws);
    expect(said).toContain('cy is not under approvals.keys');
    expect(said).toContain('what ben is said to have approved is not signed with the key of ben');
  });

  test.each([
    ['the approver', { approver: 'ben' }],
    ['the moment', { at: '2026-11-23T09:00:00.000Z' }],
    ['the end', { expires: '2027-11-23T09:00:00.000Z' }],
  ])('%s is signed too', async (_, change) => {
    using ws = await planned();
    await approve(ws, 'ann');
    const document = JSON.parse(ws.read('plan.json.approvals'));
    Object.assign(document.approvals[0], change);
    ws.write('plan.json.approvals', JSON.stringify(document));
    expect(await refusal(ws)).toContain('is not signed with the key of');
  });

  test.each(['', '{}', '[]', 'null', '{"format":"rollcall.approvals/1","approvals":[{"approver":5}]}'])(
    'a file of approvals that is damaged (%s) is named',
    async (text) => {
      using ws = await planned();
      ws.write('plan.json.approvals', text);
      expect(await refusal(ws)).toMatch(
        /error\[APPROVAL_UNREADABLE\]: .*plan\.json\.approvals is not a list of approvals/,
      );
    },
  );

  test('a key in the workspace that is none, or that is private, is named with its place', async () => {
    using ws = await planned();
    await approve(ws, 'ann');
    for (const text of ['no key', ws.read('private/ann.pem')]) {
      ws.write('keys/ann.pub.pem', text);
      expect(await refusal(ws)).toMatch(/The key of ann \(rollcall\.yaml:4\) is not a public Ed25519 key as PEM/);
    }
  });

  test('without approvals in the workspace nothing can be approved', async () => {
    using ws = await planned();
    ws.write('rollcall.yaml', ws.read('rollcall.yaml').replace(/^approvals: .*$/m, ''));
    await approve(ws, 'ann');
    expect(await refusal(ws)).toContain('the workspace says of nobody that they may');
  });

  test('goes with a saved plan alone', async () => {
    using ws = await planned();
    const { code, stderr } = await ws.run('apply', '--require-approval', ...READ);
    expect({ code, stderr }).toMatchObject({
      code: 64,
      stderr: expect.stringContaining('--require-approval goes with FILE'),
    });
  });

  test('without being asked for, approvals are not looked at', async () => {
    using ws = await planned();
    expect((await ws.run('apply', 'plan.json', ...LATER)).code).toBe(0);
  });
});

describe('approve', () => {
  test('takes the key from the environment, and shows it nowhere', async () => {
    using ws = await planned();
    const key = ws.read('private/ann.pem');
    const { code, stdout, stderr } = await ws.runWith(
      { env: { APPROVAL_KEY: key } },
      ...['approve', 'plan.json', '--as', 'ann', '--key-env', 'APPROVAL_KEY', '--approvals', 'signed.json', ...LATER],
    );
    expect(code, stderr).toBe(0);
    const secret = key.split('\n')[1] ?? '';
    expect([stdout, stderr, ws.read('signed.json')].join('')).not.toContain(secret);
    expect((await apply(ws, '--approvals', 'signed.json', ...LATER)).code).toBe(0);
  });

  test('refuses a key of another kind, a plan that was changed, and no key at all', async () => {
    using ws = await planned();
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    ws.write('private/ann.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
    const other = await approve(ws, 'ann');
    expect({ code: other.code, stderr: other.stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('error[APPROVAL_KEY]: What --key leads to is not a private Ed25519 key as PEM.'),
    });
    expect((await ws.run('approve', 'plan.json', '--as', 'ann')).code).toBe(64);
    ws.write('plan.json', ws.read('plan.json').replace('ann@acme', 'eve@acme'));
    expect((await approve(ws, 'ben')).stderr).toContain('PLAN_UNREADABLE');
  });
});

describe('approvals in the workspace', () => {
  test('that too few could give, or one person twice, are errors', async () => {
    using ws = await planned();
    const text = ws.read('rollcall.yaml');
    ws.write('rollcall.yaml', text.replace('required: 1', 'required: 3'));
    expect((await ws.run('validate')).stdout).toMatch(
      /rollcall\.yaml:4:12: error\[CONFIG_APPROVALS\]: 3 people have to approve a plan, and 2 can/,
    );
    ws.write('rollcall.yaml', text.replace('name: ben', 'name: ann'));
    expect((await ws.run('validate')).stdout).toContain('"ann" has two keys');
  });
});
