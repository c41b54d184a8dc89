/** A setup as a page. */
import pc from 'picocolors';
import type { Checklist } from '../../planner/setup/checklist.ts';
import { renderSetup } from '../text/setup.ts';
import { escaped, page } from './page.ts';

const PLAIN = { colors: pc.createColors(false), full: true, verbose: true };

export function renderSetupHtml(setup: Checklist): Iterable<string> {
  return page('Setup', ['<pre>', escaped([...[renderSetup(setup, PLAIN.colors)]].join('')), '</pre>']);
}
