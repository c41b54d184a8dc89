/** A plan as a page. */
import type { NonEmpty } from '../../domain/change.ts';
import { type Instant, parseInstant } from '../../domain/instant.ts';
import type { Plan } from '../../domain/plan.ts';
import { count, grouped } from '../../domain/words.ts';
import { statedDueDay } from '../../planner/due-words.ts';
import type { ShownPlan } from '../shown-plan.ts';
import { blastRadius } from './blast-radius.ts';
import { type ConfigFileDifference, configFiles } from './config-files.ts';
import { type DueStrip, dueStrip } from './due-strip.ts';
import { notices } from './notices.ts';
import { escaped, outside, page } from './page.ts';
import { planData } from './plan-data.ts';
import { type PlanList, type PlanLists, plannedIn } from './plan-lists.ts';
import { removalsWithoutScript } from './removals.ts';
import { tiles, verdict } from './totals.ts';

export interface PlanPage {
  readonly title: string;
  /** Facts under the title, each a name and a piece of HTML (`escaped`, `outside`). */
  readonly facts: readonly (readonly [name: string, html: string])[];
  /** What it comes down to, in a sentence; null for what the first plan does. */
  readonly verdict: string | null;
  /** Pieces of HTML that stand before all else. */
  readonly intro: Iterable<string>;
  readonly files: readonly ConfigFileDifference[];
  /** A tab for each; totals, banners, bars and dates are of the first. */
  readonly lists: PlanLists;
}

/** The page of a saved plan, in pieces. */
export function renderPlanHtml({ plan, digest, author }: ShownPlan): Iterable<string> {
  return planPage({
    title: `Plan for ${count(plan.customers.length, 'customer')}`,
    facts: [
      ['Planned', moment(plan.at)],
      ...(author === null ? [] : [['Author', outside(author)] as const]),
      ['Digest', `<code class="digest">${escaped(digest)}</code>`],
    ],
    verdict: null,
    intro: [],
    files: [],
    lists: onlyList(plan),
  });
}

/** A page about one plan or several: a replay shows what a change of the configuration does, and what it does no longer. */
export function planPage(parts: PlanPage): Iterable<string> {
  const { title, facts, lists } = parts;
  const redacted = lists.some(({ plan }) => plan.redacted) ? [REDACTED] : [];
  return page({ title, facts: [...facts, ...redacted], body: bodyOf(parts), data: planData(lists) });
}

const REDACTED = ['Redacted', 'names, phones and notes are pseudonyms, and the plan cannot be applied'] as const;

export function onlyList(plan: Plan): NonEmpty<PlanList> {
  return [{ title: 'Changes', note: '', plan }];
}

/** `2026-11-21 12:00 UTC`, with the whole of it for programs. */
export function moment(at: Instant): string {
  return `<time datetime="${at}">${at.slice(0, 10)} ${at.slice(11, 16)} UTC</time>`;
}

function* bodyOf({ intro, files, lists, verdict: said }: PlanPage): Generator<string> {
  yield* intro;
  yield* planSections(lists, said, files);
}

/** All about the plans, for a page that carries `planData` of them. */
export function* planSections(
  lists: PlanLists,
  said: string | null = null,
  files: PlanPage['files'] = [],
): Generator<string> {
  const [{ plan }] = lists;
  yield `<p class="verdict">${outside(said ?? verdict(plan))}</p>\n${tiles(plan)}`;
  yield* configFiles(files);
  yield* notices(plan);
  yield* blastRadius(plannedIn(plan));
  yield* dueDates(plan);
  yield* removalsWithoutScript(lists);
  yield '<section id="changes" class="interactive" aria-labelledby="changes-title"><h2 id="changes-title">Changes</h2></section>\n';
}

function* dueDates(plan: Plan): Generator<string> {
  const due = new Map<string, number>();
  let deleted = 0;
  for (const change of plannedIn(plan).flatMap(({ changes }) => changes)) {
    const day = statedDueDay(change);
    if (day !== null) due.set(day, (due.get(day) ?? 0) + 1);
    if (change.action === 'delete') deleted += 1;
  }
  if (due.size === 0 && deleted === 0) return;
  const strip: DueStrip = {
    today: plan.at,
    now: deleted === 0 ? null : { count: deleted, href: '#action=delete', words: 'deleted by this plan' },
    due,
    href: (day) => `#due=${day}`,
  };
  yield '<section aria-labelledby="dates"><h2 id="dates">When they are deleted</h2>\n';
  yield* dueStrip(strip);
  yield `${dueWords(due)}</section>\n`;
}

function dueWords(due: ReadonlyMap<string, number>): string {
  const days = [...due.keys()].toSorted();
  const [first] = days;
  if (first === undefined || parseInstant(first) === null) return '';
  const number = [...due.values()].reduce((sum, one) => sum + one, 0);
  const last = days.at(-1) ?? first;
  const when = first === last ? `on ${first}` : `from ${first} to ${last}`;
  return `<p class="quiet">${grouped(number)} flagged by this plan, due ${when}, unless they come back or are decided about.</p>\n`;
}
