/** Drift as Markdown, for the text of an issue. */
import pc from 'picocolors';
import type { Drift } from '../../app/drift.ts';
import { renderDrift } from '../text/drift.ts';
import { fenced } from './fenced.ts';

export function renderDriftMarkdown(drift: Drift): string {
  return fenced([...renderDrift(drift, { colors: pc.createColors(false), full: false, verbose: false })].join(''));
}
