/**
 * Conflicts as JUnit XML: a suite for each customer, a case for each user. One that is flagged, that nobody has decided and that will be deleted
 * when it is due is a failure: a decision may be wanted before that day.
 */
import type { Conflict } from '../../app/conflicts.ts';
import { placeOf } from '../../domain/diagnostic.ts';
import { inert } from '../../domain/inert.ts';
import { dayOf } from '../../domain/instant.ts';
import { type JunitCase, renderJunit } from './junit.ts';

/** The lines of the report, each with its line end. */
export function renderConflictsJunit(conflicts: readonly Conflict[]): readonly string[] {
  const customers = [...new Set(conflicts.map(({ customer }) => customer))];
  const suites = customers.map((name) => ({
    name,
    cases: conflicts.filter(({ customer }) => customer === name).map(caseOf),
  }));
  return renderJunit('rollcall conflicts', suites);
}

function caseOf(conflict: Conflict): JunitCase {
  const { customer, address, status, flaggedAt, due, decision } = conflict;
  const waits = decision === null && status === 'flagged' && due !== null;
  const since = flaggedAt === null ? status : `${status} since ${dayOf(flaggedAt)}`;
  const when = status !== 'flagged' ? '' : due === null ? ', due never' : `, due on ${dayOf(due)}`;
  return {
    name: address,
    className: `rollcall.conflicts.${customer}`,
    outcome: waits ? 'failure' : 'passed',
    status: decision?.action ?? 'undecided',
    text: `${since}${when}; ${decision === null ? 'no decision' : decisionText(decision)}`,
  };
}

function decisionText({ action, until, reason, location }: NonNullable<Conflict['decision']>): string {
  const end = until === null ? '' : ` until ${dayOf(until)}`;
  return inert(`${action}${end}${reason === null ? '' : `: ${reason}`} (${placeOf(location)})`);
}
