/** What every tester of directories must do, whatever is behind it. */
import { describe, expect, it } from 'vitest';
import type { CustomerConfig } from '../../src/domain/config.ts';
import type { CheckStep, CheckStepName, DirectoryCheck } from '../../src/domain/directory-check.ts';
import type { DirectoryTester } from '../../src/ports/directory.ts';

export interface TesterUnderTest {
  readonly tester: DirectoryTester;
  /** A customer whose directory holds so many users and groups, and can be read. */
  readonly customer: CustomerConfig;
  readonly objects: DirectoryCheck['objects'];
  /** The same with a secret that the directory does not take. */
  readonly refused: CustomerConfig;
  /** The same with a directory that is not there. */
  readonly absent: { readonly tester: DirectoryTester; readonly customer: CustomerConfig };
  /** A tester whose secret cannot be had. */
  readonly secretless: DirectoryTester;
}

const STEPS: readonly CheckStepName[] = ['reach', 'signIn', 'read', 'rights', 'count'];

/** Registers the contract for one kind of tester; `open` is called in each test. */
export function directoryTesterContract(name: string, open: () => TesterUnderTest): void {
  const check = async (tester: DirectoryTester, customer: CustomerConfig, signal = new AbortController().signal) => {
    const result = await tester.check(customer, signal);
    expect(result.steps.map(({ step }) => step)).toEqual(STEPS);
    expect(result.server).not.toBe('');
    expect(result.elapsedMs).toBeGreaterThanOrEqual(0);
    for (const one of result.steps) expectTold(one);
    return { ...result, statuses: result.steps.map(({ status }) => status) };
  };

  describe(`${name} as a tester of directories`, () => {
    it('passes each step, counts, and says what answered', async () => {
      const { tester, customer, objects } = open();
      const result = await check(tester, customer);
      expect(result.statuses).toEqual(STEPS.map(() => 'passed'));
      expect(result.objects).toEqual(objects);
      expect(result.directory).not.toBeNull();
    });

    it('stops at a secret that is not taken, and tries nothing that needs it', async () => {
      const { tester, refused } = open();
      const result = await check(tester, refused);
      expect(result.statuses).toEqual(['passed', 'failed', 'untried', 'untried', 'untried']);
      expect(result.objects).toEqual({ users: null, groups: null });
    });

    it('stops where nothing answers', async () => {
      const { absent } = open();
      const result = await check(absent.tester, absent.customer);
      expect(result.statuses).toEqual(['failed', 'untried', 'untried', 'untried', 'untried']);
      expect(result).toMatchObject({ directory: null, objects: { users: null, groups: null } });
    });

    it('says of a secret that cannot be had why, and does not reject', async () => {
      const { secretless, customer } = open();
      const result = await check(secretless, customer);
      expect(result.statuses).toContain('failed');
      expect(JSON.stringify(result.steps)).toContain('the vault is locked');
    });

    it('does not go on when it is interrupted', async () => {
      const { tester, customer } = open();
      const result = await check(tester, customer, AbortSignal.abort());
      expect(result.statuses).not.toContain('passed');
      expect(JSON.stringify(result.steps)).toContain('INTERRUPTED');
    });
  });
}

/** Every step says what it found, or what to do. */
function expectTold(step: CheckStep): void {
  if (step.status === 'passed') expect(step.message).toMatch(/\.$/);
  if (!('problem' in step)) return;
  expect(step.problem.code).toMatch(/^[A-Z][A-Z_]+$/);
  expect(step.problem.message).not.toBe('');
  expect(step.problem.hint).not.toBe('');
}
