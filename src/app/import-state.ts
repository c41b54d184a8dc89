/** Which customers a recording may be taken into the state for. */
import type { CustomerConfig } from '../domain/config.ts';
import type { Problem } from '../domain/diagnostic.ts';
import type { State } from '../domain/roster.ts';
import { count, listed } from '../domain/words.ts';

/** Those that nothing was ever applied to, and those that have a roster. */
export interface Newcomers {
  readonly untouched: readonly CustomerConfig[];
  readonly applied: readonly CustomerConfig[];
}

/** Tells customers apart by whether their rosters have ever changed. */
export function newcomersAmong(customers: readonly CustomerConfig[], { rosters }: State): Newcomers {
  const isNew = ({ name }: CustomerConfig) => (rosters.get(name)?.serial ?? 0) === 0;
  return { untouched: customers.filter(isNew), applied: customers.filter((customer) => !isNew(customer)) };
}

const NAMED_MAX = 5;

/** Why these are passed over. */
export function appliedBefore(applied: readonly CustomerConfig[]): Problem {
  const names = applied.map(({ name }) => name);
  const rest = names.length - NAMED_MAX;
  const who = rest > 0 ? `${names.slice(0, NAMED_MAX).join(', ')} and ${count(rest, 'more customer')}` : listed(names);
  const them = names.length === 1 ? 'it' : 'them';
  return {
    code: 'IMPORT_STATE_APPLIED',
    message: `The state has a roster of ${who} already: a recording would set ${them} back to the past.`,
    hint: `Nothing is done to ${them}. Plan from the live directory, or from the recording: rollcall plan --snapshot DIR`,
  };
}
