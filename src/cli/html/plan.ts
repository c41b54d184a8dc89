/** A plan as a page. */
import pc from 'picocolors';
import type { ShownPlan } from '../shown-plan.ts';
import { renderPlan } from '../text/plan.ts';
import { escaped, page } from './page.ts';

const PLAIN = { colors: pc.createColors(false), full: true, verbose: true };

export function renderPlanHtml({ plan }: ShownPlan): Iterable<string> {
  return page('Plan', ['<pre>', escaped([...renderPlan(plan, PLAIN)].join('')), '</pre>']);
}
