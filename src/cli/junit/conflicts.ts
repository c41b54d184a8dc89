/** Conflicts as JUnit XML: one that nobody has decided is a failure. */
import type { Conflict } from '../../app/conflicts.ts';
import { type JunitCase, renderJunit } from './junit.ts';

export function renderConflictsJunit(conflicts: readonly Conflict[]): readonly string[] {
  const cases = conflicts.map(
    ({ customer, address, status, due, decision }): JunitCase => ({
      name: address,
      className: `rollcall.conflicts.${customer}`,
      outcome: decision === null ? 'failure' : 'passed',
      status,
      text: decision === null ? `no decision; due ${due ?? 'never'}` : `${decision.action}: ${decision.reason ?? ''}`,
    }),
  );
  return renderJunit('rollcall conflicts', [{ name: 'conflicts', cases }]);
}
