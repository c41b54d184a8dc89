/** A drift as a page. */
import pc from 'picocolors';
import type { Drift } from '../../app/drift.ts';
import { renderDrift } from '../text/drift.ts';
import { escaped, page } from './page.ts';

const PLAIN = { colors: pc.createColors(false), full: true, verbose: true };

export function renderDriftHtml(drift: Drift): Iterable<string> {
  return page('Drift', ['<pre>', escaped([...renderDrift(drift, PLAIN)].join('')), '</pre>']);
}
