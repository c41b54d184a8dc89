/** The due date in words. A plan keeps no due date (DEL-2), so who shows plans reads it back from the reason that states it. */
import { afterOf, type Change, isEntry } from '../domain/change.ts';
import { dayOf, type Instant } from '../domain/instant.ts';
import { isUser } from '../domain/roster.ts';

/** Stands at the end of a message, after a semicolon. */
export function dueWords(due: Instant | null): string {
  return due === null ? 'deleteAfter is "never"' : `due on ${dayOf(due)}`;
}

/** The day, `2026-12-05`, on which a user who is flagged after this change is due; null for never, and where no reason states one. */
export function statedDueDay(change: Change): string | null {
  const after = afterOf(change);
  if (!isEntry(after) || !isUser(after) || after.status !== 'flagged') return null;
  const days = change.reasons.map(({ message }) => /; due on (\d{4}-\d{2}-\d{2})$/.exec(message)?.[1]);
  return days.find((day) => day !== undefined) ?? null;
}
