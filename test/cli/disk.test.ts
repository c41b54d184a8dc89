/** A disk that is full, a folder that may not be written, a file that is broken: said with what to do, and nothing is lost. */
import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { person } from '../support/builders.ts';
import { planOfText } from '../support/rollcall-plan.ts';
import { customerFile, MONDAY, READ, type TestWorkspace, workspace } from '../support/workspace.ts';

const APPLY = ['apply', 'plan.json', '--at', MONDAY] as const;

function people(count: number) {
  return Array.from({ length: count }, (_, n) => person(`id-${n}`, `user${n}@acme.example`));
}

async function acme(count = 2000): Promise<TestWorkspace> {
  return workspace({ customers: { acme: customerFile('acme') }, directories: { acme: people(count) } });
}

function expectProblem(stderr: string, code: string): void {
  expect(stderr).toMatch(new RegExp(`^error\\[${code}\\]: .+\\n {2}.+\\n$`, 'm'));
  expect(stderr).not.toContain('fault in Rollcall');
}

describe.concurrent('a plan that cannot be saved', () => {
  test('as the disk is full: exit 1, the old file is as it was, and nothing is left beside it', async () => {
    using made = await acme();
    await made.run('plan', ...READ, '-o', 'plan.json', '--customer', 'acme');
    const before = made.read('plan.json');
    await made.record('acme', people(4000));
    const { code, stderr } = await made.runWith({ largestFile: 64 }, 'plan', ...READ, '-o', 'plan.json');
    expect(code).toBe(1);
    expectProblem(stderr, 'PLAN_NOT_SAVED');
    expect(stderr).toContain('plan.json');
    expect(made.read('plan.json')).toBe(before);
    expect(readdirSync(made.root).filter((file) => file.includes('.tmp'))).toEqual([]);
  });

  test('into a device: /dev/full says so, and stays what it is', async () => {
    using made = await acme(2);
    const { code, stderr } = await made.run('plan', ...READ, '-o', '/dev/full');
    expect(code).toBe(1);
    expectProblem(stderr, 'PLAN_NOT_SAVED');
    expect(stderr).toContain('ENOSPC');
    expect(readdirSync('/dev').filter((file) => file.startsWith('full'))).toEqual(['full']);
  });

  test('into a folder that is not there, or in the place of one', async () => {
    using made = await acme(2);
    for (const file of ['no/such/folder/plan.json', 'customers']) {
      const { code, stderr } = await made.run('plan', ...READ, '-o', file);
      expect(code).toBe(1);
      expectProblem(stderr, 'PLAN_NOT_SAVED');
    }
  });

  test('through a symbolic link is saved to the file behind it', async () => {
    using made = await acme(2);
    mkdirSync(made.path('real'));
    writeFileSync(made.path('real/plan.json'), 'old');
    symlinkSync('real/plan.json', made.path('plan.json'));
    await made.run('plan', ...READ, '-o', 'plan.json');
    expect(planOfText(made.read('real/plan.json')).customers).toHaveLength(1);
  });
});

describe.concurrent('a state that cannot be written', () => {
  test('as the disk is full in the middle of an apply: nothing of that customer is stored, and with room the same file does it', async () => {
    using made = await acme(4000);
    await made.run('plan', ...READ, '-o', 'plan.json');
    const { code, stderr } = await made.runWith({ largestFile: 256 }, ...APPLY);
    expect(code).toBe(1);
    expect(stderr).toMatch(/error\[STATE_(DISK_FULL|IO)\]/);
    expect(stderr).toContain('run the command again');
    expect(JSON.parse((await made.run('users', '--format', 'json')).stdout)).toEqual([]);
    const again = await made.run(...APPLY);
    expect(again.code, again.stderr).toBe(0);
    expect(JSON.parse((await made.run('users', '--format', 'json')).stdout)).toHaveLength(4000);
  });

  test('as its folder cannot be made', async () => {
    using made = await acme(2);
    await made.run('plan', ...READ, '-o', 'plan.json');
    writeFileSync(made.path('.rollcall'), 'a file');
    const { code, stderr } = await made.run(...APPLY);
    expect(code).toBe(1);
    expect(stderr).toMatch(/error\[STATE_\w+\]: .*state\.db/);
  });

  test('as its folder may not be written', async () => {
    using made = await acme(2);
    await made.run('plan', ...READ, '-o', 'plan.json');
    mkdirSync(made.path('.rollcall'));
    chmodSync(made.path('.rollcall'), 0o500);
    const { code, stderr } = await made.runWith({ heedsPermissions: true }, ...APPLY);
    expect(code).toBe(1);
    expect(stderr).toContain('error[STATE_PERMISSION]');
    chmodSync(made.path('.rollcall'), 0o700);
  });

  test('as it is no database', async () => {
    using made = await acme(2);
    await made.run('plan', ...READ, '-o', 'plan.json');
    mkdirSync(made.path('.rollcall'));
    writeFileSync(
      made.path('.rollcall/state.db'),
      'This is something else, and longer than a header of a database is. '.repeat(20),
    );
    for (const args of [['plan', ...READ], APPLY, ['users'], ['state', 'pull']]) {
      const { code, stderr } = await made.run(...args);
      expect(code).toBe(1);
      expectProblem(stderr, 'STATE_FOREIGN');
    }
  });
});

describe.concurrent('a recording that cannot be written', () => {
  test('as the disk is full, leaves none', async () => {
    using made = await acme();
    const { code, stderr } = await made.runWith(
      { largestFile: 16 },
      'snapshot',
      '-o',
      'copies',
      '--snapshot',
      'recordings',
    );
    expect(code).toBe(1);
    expect(stderr).toContain('error[RECORDING_NOT_SAVED]');
    expect(existsSync(made.path('copies/acme.ndjson'))).toBe(false);
    expect(readdirSync(made.path('copies'))).toEqual([]);
  });

  test('as the folder is a file', async () => {
    using made = await acme(2);
    const { code, stderr } = await made.run('snapshot', '-o', 'rollcall.yaml', '--snapshot', 'recordings');
    expect(code).toBe(1);
    expectProblem(stderr, 'RECORDING_NOT_SAVED');
  });
});
