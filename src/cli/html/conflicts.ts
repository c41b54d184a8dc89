/** Conflicts as a page. */
import type { Conflict } from '../../app/conflicts.ts';
import { inert } from '../../domain/inert.ts';
import { escaped, page } from './page.ts';

export function renderConflictsHtml(conflicts: readonly Conflict[]): Iterable<string> {
  const lines = conflicts.map(
    ({ customer, address, due }) => `<li>${escaped(inert(`${customer} ${address} ${due ?? ''}`))}`,
  );
  return page('Conflicts', ['<ul>', ...lines, '</ul>']);
}
