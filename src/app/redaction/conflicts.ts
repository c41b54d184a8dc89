/** Conflicts without personal data. */
import { onlyOnce, type Pseudonym } from '../../domain/pseudonym.ts';
import type { Conflict } from '../conflicts.ts';

/** Why somebody decided what they did is a note about the user; all else are addresses and dates. */
export function redactConflict({ decision, ...conflict }: Conflict, pseudonym: Pseudonym): Conflict {
  if (decision === null || decision.reason === null) return { ...conflict, decision };
  return { ...conflict, decision: { ...decision, reason: onlyOnce(pseudonym)('notes', decision.reason) } };
}
