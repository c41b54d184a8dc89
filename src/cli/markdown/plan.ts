/** A plan as Markdown, for a comment in a pull request. */
import type { ShownPlan } from '../shown-plan.ts';
import { code } from './escape.ts';
import { headlineOf } from './headline.ts';
import { planSections } from './plan-sections.ts';
import { reviewed } from './reviewed.ts';
import { COMMENT_ROOM, sizeOf } from './room.ts';

const ELSEWHERE = '`rollcall show FILE --all-changes` lists everything.';

/** At most 65,000 characters, and octets: who loses mail, totals per customer, problems, all removals, and of the rest what there is room for. */
export function renderPlanMarkdown(shown: ShownPlan): string {
  const plan = reviewed(shown.plan);
  const heading = `## ${headlineOf(plan)}`;
  const footer = footerOf(shown);
  const room = COMMENT_ROOM - sizeOf(heading) - sizeOf(footer) - 5;
  return `${[heading, planSections(plan, { room, elsewhere: ELSEWHERE }), footer].join('\n\n')}\n`;
}

function footerOf({ plan, digest, author }: ShownPlan): string {
  const redacted =
    plan.redacted === true ? ' Redacted: names, phones and notes are pseudonyms; it cannot be applied.' : '';
  const by = author === null ? '' : `, made by ${code(author)}`;
  return `Plan ${code(digest)} of ${code(plan.at)}${by}.${redacted}`;
}
