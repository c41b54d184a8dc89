/** Two at once: a customer that somebody else is applying is waited for, or left with a word about who has it. */
import { hostname } from 'node:os';
import { describe, expect, test } from 'vitest';
import { openStateStore } from '../../src/adapters/state/sqlite.ts';
import type { CustomerId } from '../../src/domain/roster.ts';
import type { StateStore } from '../../src/ports/state.ts';
import { at, person } from '../support/builders.ts';
import { customerFile, MONDAY, READ, type TestWorkspace, workspace } from '../support/workspace.ts';

const NAMES = ['acme', 'globex'];
const APPLY = ['apply', 'plan.json', '--at', MONDAY] as const;

async function planned(users = 2): Promise<TestWorkspace> {
  const made = await workspace({
    customers: Object.fromEntries(NAMES.map((name) => [name, customerFile(name)])),
    directories: Object.fromEntries(
      NAMES.map((name) => [
        name,
        Array.from({ length: users }, (_, n) => person(`${name}-${n}`, `user${n}@${name}.example`)),
      ]),
    ),
  });
  const { code, stderr } = await made.run('plan', ...READ, '-o', 'plan.json');
  expect(code, stderr).toBe(0);
  return made;
}

/** The state as somebody else opens it, who is this test. */
function openAsOlga(made: TestWorkspace): Promise<StateStore> {
  const now = () => at('2026-11-23T08:59:00Z');
  return openStateStore(made.path('.rollcall/state.db'), { who: 'olga', host: hostname(), pid: process.pid, now });
}

function lockAcme(store: StateStore): Promise<AsyncDisposable> {
  return store.lock('acme' as CustomerId, { timeoutMs: 0, signal: new AbortController().signal });
}

async function serials(made: TestWorkspace): Promise<Record<string, number>> {
  const list: { customer: string; serial: number }[] = JSON.parse(
    (await made.run('state', 'list', '--format', 'json')).stdout,
  );
  return Object.fromEntries(list.map(({ customer, serial }) => [customer, serial]));
}

describe.concurrent('a customer whom somebody else has locked', () => {
  test('is left, with who has it since when, and the others are applied', async () => {
    using made = await planned();
    await using olga = await openAsOlga(made);
    await using _lock = await lockAcme(olga);
    const { code, stdout, stderr } = await made.run(...APPLY);
    expect(code).toBe(1);
    expect(stdout).toBe('Run 1: 3 changes applied to 1 customer, 1 customer failed.\n');
    expect(stderr).toContain(
      `acme: failed: acme is locked by olga (process ${process.pid} on ${hostname()}) since 2026-11-23T08:59:00.000Z`,
    );
    expect(await serials(made)).toEqual({ globex: 1 });
  });

  test('is waited for with --lock-timeout', async () => {
    using made = await planned();
    await using olga = await openAsOlga(made);
    const lock = await lockAcme(olga);
    const { ended, said } = await made.start({}, ...APPLY, '--lock-timeout', '90s');
    await said('waiting for it');
    await lock[Symbol.asyncDispose]();
    const { code, stdout, stderr } = await ended;
    expect(code, stderr).toBe(0);
    expect(stdout).toBe('Run 1: 6 changes applied to 2 customers.\n');
    const held = `acme is locked by olga (process ${process.pid} on ${hostname()}) since 2026-11-23T08:59:00.000Z`;
    expect(stderr.split('\n').filter((one) => one.includes('locked'))).toEqual([
      `${held}; waiting for it, 90s at most.`,
    ]);
  });

  test('is not waited for any longer than that', async () => {
    using made = await planned();
    await using olga = await openAsOlga(made);
    await using _lock = await lockAcme(olga);
    const start = performance.now();
    const { code, stderr } = await made.run(...APPLY, '--lock-timeout', '1s');
    expect(code).toBe(1);
    expect(performance.now() - start).toBeGreaterThan(1000);
    expect(stderr).toContain('waiting for it, 1s at most');
    expect(stderr).toContain('acme: failed: acme is locked by olga');
    expect((await made.run(...APPLY, '--lock-timeout', '1s', '-q')).stderr).not.toContain('waiting');
  });

  test('Ctrl-C ends the waiting, and the same file does the rest', async () => {
    using made = await planned();
    await using olga = await openAsOlga(made);
    const lock = await lockAcme(olga);
    const { child, ended, said } = await made.start({}, ...APPLY, '--lock-timeout', '10m');
    await said('waiting for it');
    child.kill('SIGINT');
    const { code, stdout } = await ended;
    expect(code).toBe(130);
    expect(stdout).toContain('apply the same plan again to do the rest');
    await lock[Symbol.asyncDispose]();
    expect((await made.run(...APPLY)).code).toBe(0);
    expect(await serials(made)).toEqual({ acme: 1, globex: 1 });
  });

  test('holds up a push as well', async () => {
    using made = await planned();
    await made.run(...APPLY);
    made.write('state.json', (await made.run('state', 'pull')).stdout);
    await using olga = await openAsOlga(made);
    await using _lock = await lockAcme(olga);
    const { code, stderr } = await made.run('state', 'push', 'state.json');
    expect(code).toBe(1);
    expect(stderr).toContain('error[LOCK_HELD]: acme is locked by olga');
    expect(stderr).toContain('--lock-timeout');
    const waited = await made.run('state', 'push', 'state.json', '--lock-timeout', '1s', '--log-format', 'json');
    expect(JSON.parse(waited.stderr.split('\n')[0] ?? '')).toMatchObject({
      level: 'info',
      waiting: { lock: 'acme', holder: { who: 'olga', pid: process.pid }, timeoutMs: 1000 },
    });
  });

  test('can be planned all the same', async () => {
    using made = await planned();
    await using olga = await openAsOlga(made);
    await using _lock = await lockAcme(olga);
    const { code, stdout } = await made.run('plan', ...READ);
    expect(code).toBe(0);
    expect(stdout).toContain('6 to create');
  });
});

test('several applies of one plan at once do it once', async () => {
  using made = await planned(1000);
  const applies = await Promise.all(Array.from({ length: 4 }, () => made.run(...APPLY, '--lock-timeout', '60s')));
  expect(
    applies.map(({ code }) => code),
    applies.map(({ stderr }) => stderr).join(''),
  ).toEqual([0, 0, 0, 0]);
  expect(await serials(made)).toEqual({ acme: 1, globex: 1 });
  const { stdout } = await made.run('plan', ...READ);
  expect(stdout).toContain('no changes');
});

test('different plans at once: a customer gets the one or the other, and who came second is told', async () => {
  using made = await planned(1000);
  await made.record('acme', []);
  await made.record('globex', [person('globex-new', 'new@globex.example')]);
  await made.run('plan', ...READ, '-o', 'other.json');
  const applies = await Promise.all(
    ['plan.json', 'other.json'].map((file) => made.run('apply', file, '--at', MONDAY, '--lock-timeout', '60s')),
  );
  const entries: { entries: number }[] = JSON.parse((await made.run('state', 'list', '--format', 'json')).stdout);
  const globex = entries.at(-1)?.entries;
  expect([1, 1000]).toContain(globex);
  expect(applies.map(({ code }) => code)).toContain(1);
  expect(applies.map(({ stderr }) => stderr).join('')).toMatch(/moved on since|has changed since/);
});
