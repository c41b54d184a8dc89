/** The stored state without personal data. */
import { onlyOnce, type Pseudonym } from '../../domain/pseudonym.ts';
import type { State } from '../../domain/roster.ts';
import { redactedEntry } from './entries.ts';

/** The state with pseudonyms in the place of names, phones and notes. It says that it is redacted, and is never pushed. */
export function redactState(state: State, pseudonym: Pseudonym): State {
  const once = onlyOnce(pseudonym);
  const rosters = [...state.rosters].map(([customer, roster]) => {
    const entries = roster.entries.map((entry) => redactedEntry(entry, once));
    return [customer, { ...roster, entries }] as const;
  });
  return { ...state, redacted: true, rosters: new Map(rosters) };
}
