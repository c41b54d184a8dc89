/** Directories are tried out several at once, and one that fails stops no other. */
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { checkDirectories } from '../../src/app/check-directory.ts';
import { Interrupted } from '../../src/app/interrupted.ts';
import type { CustomerConfig } from '../../src/domain/config.ts';
import type { CheckStep, DirectoryCheck } from '../../src/domain/directory-check.ts';
import type { CustomerId } from '../../src/domain/roster.ts';
import { customer, directory } from '../support/builders.ts';

const problem = { code: 'LDAP_CONNECT', message: 'nobody there', hint: 'try again' };

function checkOf(status: 'passed' | 'warning' | 'failed'): DirectoryCheck {
  const reach: CheckStep =
    status === 'passed' ? { step: 'reach', status, message: 'there it is' } : { step: 'reach', status, problem };
  const signIn: CheckStep = { step: 'signIn', status: 'untried' };
  return {
    server: 'ldap://dc1.test',
    directory: null,
    steps: [reach, signIn],
    objects: { users: 1, groups: 1 },
    elapsedMs: 1,
  };
}

function customers(count: number): readonly CustomerConfig[] {
  return Array.from({ length: count }, (_, n) => customer({ name: `c${n}` as CustomerId }));
}

const signal = new AbortController().signal;

test('a check passes unless a step failed; each result stands in the place of its customer', async () => {
  const statuses = ['passed', 'failed', 'warning'] as const;
  const check = async ({ name }: CustomerConfig) => {
    const number = Number(name.slice(1));
    await wait(20 - 5 * number);
    return checkOf(statuses[number] ?? 'failed');
  };
  const done: string[] = [];
  const onDone = (name: string) => done.push(name);
  const results = await checkDirectories(customers(3), { tester: { check }, parallelism: 3, signal, onDone });
  expect(results).toEqual([
    { customer: 'c0', status: 'checked', ok: true, check: checkOf('passed') },
    { customer: 'c1', status: 'checked', ok: false, check: checkOf('failed') },
    { customer: 'c2', status: 'checked', ok: true, check: checkOf('warning') },
  ]);
  expect(done.toSorted()).toEqual(['c0', 'c1', 'c2']);
});

test('a directory that there is not, or that is switched off, is not tried', async () => {
  const check = () => Promise.reject(new Error('it was asked'));
  const name = 'acme' as CustomerId;
  const without = [customer({ name, directory: null }), customer({ name, directory: directory({ enabled: false }) })];
  expect(await checkDirectories(without, { tester: { check }, parallelism: 1, signal })).toEqual([
    { customer: name, status: 'none' },
    { customer: name, status: 'disabled' },
  ]);
});

test.each([1, 3])('no more than --parallelism %i are tried at once', async (parallelism) => {
  let now = 0;
  let most = 0;
  const check = async () => {
    now += 1;
    most = Math.max(most, now);
    await wait(5);
    now -= 1;
    return checkOf('passed');
  };
  await checkDirectories(customers(6), { tester: { check }, parallelism, signal });
  expect(most).toBe(parallelism);
});

test('once it is interrupted, no further directory is tried, and there is no result', async () => {
  const controller = new AbortController();
  let tried = 0;
  const check = async () => {
    tried += 1;
    controller.abort();
    return checkOf('failed');
  };
  const request = { tester: { check }, parallelism: 1, signal: controller.signal };
  await expect(checkDirectories(customers(3), request)).rejects.toThrow(Interrupted);
  expect(tried).toBe(1);
});
