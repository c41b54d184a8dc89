/** The jobs that need the state: a change is planned, merged, and applied as it was planned; drift keeps one issue. */
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGithub } from './forge-stub.ts';
import { type Clone, on, type Repository, rosters } from './repository.ts';

const FIRST_DAY = on('1-first-day');
/** A name that git allows, and that a shell must never read. */
const HOSTILE = `x";$(touch\${IFS}pwned);'\`touch\${IFS}pwned\`'`;

let repository: Repository;
let main: Clone;

/** Plans and applies what `main` has now. */
async function applyMain(): Promise<void> {
  expect(await main.job('plan.sh', FIRST_DAY)).toMatchObject({ code: 0 });
  expect(await main.job('apply.sh')).toMatchObject({ code: 0 });
}

const kept = () => readdirSync(repository.path('plans')).sort();
const pull = () => main.git('pull', '--quiet', 'origin', 'main');

beforeAll(async () => {
  repository = await rosters();
  main = await repository.clone();
  await applyMain();
});
afterAll(() => repository[Symbol.dispose]());

describe('plan and apply', () => {
  it('applies exactly the plan of what was merged, also where other files of the branch have changed meanwhile', async () => {
    const work = await repository.clone();
    await work.git('checkout', '--quiet', '-b', HOSTILE);
    work.edit('customers/acme.yaml', 'exceptions:', 'exceptions:\n    - {user: rosa.keane@acme.example}');
    await work.push('Leave Rosa out');
    main.write('README.md', 'Rosters\n');
    await main.push('Say what this is');
    await work.git('fetch', '--quiet');

    const before = new Set(kept());
    const planned = await work.job('plan.sh', { ...FIRST_DAY, ROLLCALL_ONTO: 'origin/main', ROLLCALL_AUTHOR: 'ann' });
    expect(planned).toMatchObject({ code: 0 });
    const [name = ''] = kept().filter((one) => !before.has(one));
    const folder = repository.path('plans', name);
    expect(readdirSync(folder).sort()).toEqual(['about', 'plan.html', 'plan.json', 'plan.md']);
    const plan = JSON.parse(readFileSync(join(folder, 'plan.json'), 'utf8')) as { digest: string; author: string };
    expect(plan.author).toBe('ann');
    expect(readFileSync(join(folder, 'about'), 'utf8')).toContain(`digest ${plan.digest}\n`);
    expect(readFileSync(join(folder, 'plan.md'), 'utf8')).toContain('rosa.keane@acme.example');

    await main.git('fetch', '--quiet');
    await main.git('merge', '--quiet', '--squash', `origin/${HOSTILE}`);
    await main.push('Leave Rosa out (#5)');
    await using forge = await startGithub();
    const applied = await main.job('apply.sh', { ...forge.env, ROLLCALL_PULL_REQUEST: '5' });
    expect(applied).toMatchObject({
      code: 0,
      stdout: 'acme: 1 change applied, serial 2\nRun 2: 1 change applied to 1 customer, 1 customer unchanged.\n',
    });
    expect(forge.comments.get(5)).toEqual([
      expect.objectContaining({
        body: expect.stringMatching(/^<!-- rollcall:apply -->\n## Rollcall: applied\n\n {4}acme: 1 change applied/),
      }),
    ]);
    expect(
      (await main.rollcall('why', 'rosa.keane@acme.example', '--snapshot', FIRST_DAY['ROLLCALL_SNAPSHOT'] ?? ''))
        .stdout,
    ).toContain('flagged');
    expect([existsSync(work.path('pwned')), existsSync(main.path('pwned'))]).toEqual([false, false]);
  });

  it('refuses what was merged into something else than it was planned on, and says what to do', async () => {
    const work = await repository.clone();
    await work.git('checkout', '--quiet', '-b', 'later');
    work.edit('customers/birch.yaml', 'deleteAfter: 30d', 'deleteAfter: 60d');
    await work.push('Keep people longer');
    await work.job('plan.sh', { ...FIRST_DAY, ROLLCALL_ONTO: 'origin/main' });
    main.edit('customers/acme.yaml', 'deleteAfter: 14d', 'deleteAfter: 15d');
    await main.push('Keep people a day longer');
    await pull();
    await main.git('fetch', '--quiet');
    await main.git('merge', '--quiet', '--no-edit', 'origin/later');

    const refused = await main.job('apply.sh');
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/No plan is kept.*Run the job that plans on this branch/),
    });
    await applyMain();
  });

  it('refuses a plan that the state has moved on from, and says what to do', async () => {
    await main.job('plan.sh', on('2-next-day'));
    await main.rollcall('apply', '--auto-approve', '-q', '--snapshot', on('2-next-day')['ROLLCALL_SNAPSHOT'] ?? '');
    const refused = await main.job('apply.sh');
    expect(refused).toMatchObject({ code: 1, stdout: expect.stringContaining('The state has moved on') });
    const told = main.read('rollcall-out/apply.md');
    expect(told).toContain('## Rollcall: not applied');
    expect(told).toContain('Run the job that plans on this branch as it is now');
  });

  it('keeps exit code 3 where a customer is blocked', async () => {
    expect(await main.job('plan.sh', on('3-wrong-filter'))).toMatchObject({ code: 3 });
    expect(await main.job('apply.sh')).toMatchObject({ code: 3 });
    expect(main.read('rollcall-out/apply.md')).toContain('## Rollcall: applied, but for who is blocked');
  });

  it('applies only what is approved, where that is asked for', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const pem = (key: typeof publicKey, type: 'spki' | 'pkcs8') => key.export({ type, format: 'pem' }).toString();
    main.write('ben.pub.pem', pem(publicKey, 'spki'));
    main.edit(
      'rollcall.yaml',
      'customers:',
      'approvals: {required: 1, keys: [{name: ben, file: ben.pub.pem}]}\ncustomers:',
    );
    await main.push('Have plans approved');
    await main.job('plan.sh', { ...on('2-next-day'), ROLLCALL_AUTHOR: 'ann' });
    const required = { ROLLCALL_REQUIRE_APPROVAL: 'true' };
    expect(await main.job('apply.sh', required)).toMatchObject({ code: 1 });
    const key = { ROLLCALL_APPROVER: 'ben', ROLLCALL_APPROVAL_KEY: pem(privateKey, 'pkcs8') };
    expect(await main.job('approve.sh', key)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Approved by ben'),
    });
    expect(await main.job('apply.sh', required)).toMatchObject({ code: 0 });
  });
});

describe('drift', () => {
  const NEXT_DAY = on('2-next-day');

  it('opens one issue where a target was edited by hand, keeps it, and closes it when all is in step', async () => {
    await using forge = await startGithub();
    const state = () =>
      forge.issues.map(({ state, body, comments }) => [state, body.includes('scanner@acme.example'), comments.length]);
    expect(await main.job('drift.sh', { ...NEXT_DAY, ...forge.env })).toMatchObject({ code: 0 });
    expect(state()).toEqual([]);

    const file = repository.path('exports/acme.csv');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace(/^scanner@.*\n/m, ''));
    expect(await main.job('drift.sh', { ...NEXT_DAY, ...forge.env })).toMatchObject({ code: 0 });
    expect(state()).toEqual([['open', true, 0]]);
    expect(forge.issues[0]?.title).toBe('Rollcall: out of step');
    writeFileSync(file, text.replace(/^(scanner|rosa)[^\n]*\n/gm, ''));
    await main.job('drift.sh', { ...NEXT_DAY, ...forge.env });
    expect(forge.issues).toHaveLength(1);
    expect(forge.issues[0]?.body).toContain('rosa');

    // Nothing is said of what could not be looked at.
    const nothing = { ROLLCALL_SNAPSHOT: repository.path() };
    expect(await main.job('drift.sh', { ...nothing, ...forge.env })).toMatchObject({ code: 1 });
    expect(state()).toEqual([['open', true, 0]]);

    writeFileSync(file, text);
    expect(await main.job('drift.sh', { ...NEXT_DAY, ...forge.env })).toMatchObject({ code: 0 });
    expect(state()).toEqual([['closed', true, 1]]);
  });
});
