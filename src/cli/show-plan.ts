/** Shows a plan in the format that was asked for. */
import type { PlanRecord } from '../planner/document.ts';
import type { Context } from './context.ts';
import type { ReviewFormat } from './options.ts';
import type { ShownPlan } from './shown-plan.ts';
import { type PlanView, renderPlan } from './text/plan.ts';

export interface ShowPlanOptions {
  readonly format: ReviewFormat;
  readonly allChanges?: boolean;
}

export async function printPlan(record: PlanRecord, options: ShowPlanOptions, context: Context): Promise<void> {
  await context.terminal.print(await rendered(record, options, context));
}

async function rendered(
  record: PlanRecord,
  options: ShowPlanOptions,
  context: Context,
): Promise<string | Iterable<string>> {
  const { planFiles } = context.adapters;
  const shown = (): ShownPlan => ({
    plan: record.plan,
    digest: planFiles.digest(record),
    author: record.author ?? null,
  });
  switch (options.format) {
    case 'text':
      return renderPlan(record.plan, viewOf(options, context));
    case 'json':
      return planFiles.text(record);
    case 'markdown':
      return (await import('./markdown/plan.ts')).renderPlanMarkdown(shown());
    case 'html':
      return (await import('./html/plan.ts')).renderPlanHtml(shown());
    case 'junit':
      return (await import('./junit/plan.ts')).renderPlanJunit(record.plan);
  }
}

export function viewOf(
  { allChanges }: { readonly allChanges?: boolean },
  { terminal, verbose }: Pick<Context, 'terminal' | 'verbose'>,
): PlanView {
  return { colors: terminal.colors, full: allChanges === true, verbose };
}
