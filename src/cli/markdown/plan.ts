/** A plan as Markdown, for a comment in a pull request. */
import pc from 'picocolors';
import type { ShownPlan } from '../shown-plan.ts';
import { renderPlan } from '../text/plan.ts';
import { fenced } from './fenced.ts';

export function renderPlanMarkdown({ plan }: ShownPlan): string {
  return fenced([...renderPlan(plan, { colors: pc.createColors(false), full: false, verbose: false })].join(''));
}
