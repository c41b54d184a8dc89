/** What a plan does, in one sentence and in numbers. */
import { ACTIONS, type Action } from '../../domain/change.ts';
import type { Plan, PlanSummary } from '../../domain/plan.ts';
import { count, grouped, listed } from '../../domain/words.ts';
import { ACTION_ORDER, plannedIn } from './plan-lists.ts';

/** All customers together. */
export function totalOf(plan: Plan): PlanSummary {
  const summaries = plannedIn(plan).map(({ summary }) => summary);
  const sum = (pick: (summary: PlanSummary) => number) => summaries.reduce((total, one) => total + pick(one), 0);
  const actions = ACTIONS.map((action) => [action, sum((summary) => summary[action])] as const);
  return {
    ...(Object.fromEntries(actions) as Record<Action, number>),
    billable: { before: sum(({ billable }) => billable.before), after: sum(({ billable }) => billable.after) },
  };
}

/** `2 deleted, 1 flagged: …`, for the reader who reads nothing else. */
export function verdict(plan: Plan): string {
  const total = totalOf(plan);
  const now = total.delete + total.deactivate;
  const parts = [
    ...(now === 0 ? [] : [`${count(now, 'entry loses', 'entries lose')} mail with the apply`]),
    ...(total.flag === 0
      ? []
      : [`${grouped(total.flag)} ${total.flag === 1 ? 'is' : 'are'} flagged to be deleted when due`]),
  ];
  const held = [...heldBack(plan, 'blocked', 'blocked'), ...heldBack(plan, 'failed', 'not planned')];
  const first = parts.length === 0 ? 'Nobody loses mail' : sentence(listed(parts));
  return held.length === 0 ? `${first}.` : `${first}. ${sentence(listed(held))}.`;
}

function heldBack({ customers }: Plan, status: 'blocked' | 'failed', words: string): readonly string[] {
  const number = customers.filter((customer) => customer.status === status).length;
  return number === 0 ? [] : [`${count(number, 'customer is', 'customers are')} ${words}`];
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A tile for each action, and one for the billable users. */
export function tiles(plan: Plan): string {
  const total = totalOf(plan);
  const { before, after } = total.billable;
  const actions = ACTION_ORDER.map((action) => {
    const number = `<b>${grouped(total[action])}</b> <span>to ${action}</span>`;
    return total[action] === 0
      ? `<li class="none">${number}</li>`
      : `<li class="act-${action}"><a href="#action=${action}">${number}</a></li>`;
  });
  const users = before === after ? grouped(after) : `${grouped(before)} → ${grouped(after)}`;
  return `<ul class="tiles">${actions.join('')}<li class="users"><b>${users}</b> <span>billable users</span></li></ul>\n`;
}
