/** The contract of noteTargets, targetStandings, noteConfig and appliedConfig. */
import { describe, expect, test } from 'vitest';
import type { TargetOutcome } from '../../src/ports/run.ts';
import { ACME } from '../support/builders.ts';
import { APPLY, type FreshState, GLOBEX, useFreshState } from './state-store-fixture.ts';

function outcome(parts: Partial<TargetOutcome>): TargetOutcome {
  const counts = { added: 0, changed: 0, removed: 0 };
  return { target: 'edge', customer: ACME, outcome: 'pending', serial: 1, ...counts, message: null, ...parts };
}

export function describeTargets(fresh: FreshState): void {
  describe('what a store keeps of targets', () => {
    const { store, run } = useFreshState(fresh);
    const noted = async (id: number) => (await store().run(id))?.targets;

    test('is nothing before anything is noted', async () => {
      expect(await store().targetStandings()).toEqual([]);
      expect(await noted(run())).toEqual([]);
    });

    test('of each target and customer the latest word in a run stays', async () => {
      const id = run();
      await store().noteTargets(id, [outcome({}), outcome({ target: 'crm' }), outcome({ customer: GLOBEX })]);
      const done = outcome({ outcome: 'converged', serial: 2, added: 3, changed: 2, removed: 1 });
      const failed = outcome({ target: 'crm', outcome: 'failed', message: 'The server is away.' });
      await store().noteTargets(id, [done, failed]);
      await store().noteTargets(id, [done, failed]);
      expect(await noted(id)).toEqual([failed, done, outcome({ customer: GLOBEX })]);
    });

    test('a standing is the latest outcome, and remembers what was last written', async () => {
      const first = run();
      await store().noteTargets(first, [outcome({ outcome: 'converged', serial: 4 })]);
      const second = await store().begin(APPLY);
      await store().noteTargets(second, [outcome({ outcome: 'failed', serial: 5, message: 'No room.' })]);
      const standing = { target: 'edge', customer: ACME, outcome: 'failed', message: 'No room.', writtenAt: 4 };
      expect(await store().targetStandings()).toEqual([standing]);
      await store().noteTargets(second, [outcome({ outcome: 'unchanged', serial: 5 })]);
      expect(await store().targetStandings()).toEqual([
        { ...standing, outcome: 'unchanged', message: null, writtenAt: 5 },
      ]);
      expect(await noted(first)).toEqual([outcome({ outcome: 'converged', serial: 4 })]);
    });

    test('a failure that got something written counts as written, and one that got nothing does not', async () => {
      const failed = { outcome: 'failed', message: 'One of them.' } as const;
      await store().noteTargets(run(), [outcome({ ...failed, serial: 2, added: 9 })]);
      await store().noteTargets(run(), [outcome({ ...failed, serial: 3 })]);
      expect(await store().targetStandings()).toMatchObject([{ outcome: 'failed', writtenAt: 2 }]);
    });

    test('what was never written has no serial', async () => {
      const id = run();
      await store().noteTargets(id, [outcome({ outcome: 'blocked', message: 'Too many.' })]);
      expect(await store().targetStandings()).toEqual([
        { target: 'edge', customer: ACME, outcome: 'blocked', message: 'Too many.', writtenAt: null },
      ]);
    });
  });

  describe('the configuration that a customer was applied with', () => {
    const { store } = useFreshState(fresh);

    test('is none before the first', async () => {
      expect(await store().appliedConfig(ACME)).toBeNull();
    });

    test('is the last one, of each customer its own', async () => {
      const first = { digest: 'sha256:1', files: { 'rollcall.yaml': 'sha256:a', 'customers/acme.yaml': 'sha256:b' } };
      await store().noteConfig(ACME, first);
      await store().noteConfig(GLOBEX, { digest: 'sha256:2', files: {} });
      expect(await store().appliedConfig(ACME)).toEqual(first);
      const next = { digest: 'sha256:3', files: { 'rollcall.yaml': 'sha256:c' } };
      await store().noteConfig(ACME, next);
      await store().noteConfig(ACME, next);
      expect(await store().appliedConfig(ACME)).toEqual(next);
      expect(await store().appliedConfig(GLOBEX)).toEqual({ digest: 'sha256:2', files: {} });
    });
  });
}
