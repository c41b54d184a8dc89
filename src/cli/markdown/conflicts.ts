/** Conflicts as Markdown. */
import type { Conflict } from '../../app/conflicts.ts';
import { inert } from '../../domain/inert.ts';
import { fenced } from './fenced.ts';

export function renderConflictsMarkdown(conflicts: readonly Conflict[]): string {
  return fenced(conflicts.map(({ customer, address, due }) => inert(`${customer} ${address} ${due ?? ''}`)).join('\n'));
}
