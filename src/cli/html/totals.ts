/** What a plan does, in one sentence and in numbers. */
import { ACTIONS, type Action, isEntryChange } from '../../domain/change.ts';
import type { Plan, PlanSummary } from '../../domain/plan.ts';
import { count, grouped, listed } from '../../domain/words.ts';
import { type Loss, lossesIn, stopsMail } from '../losses.ts';
import { ACTION_ORDER, plannedIn } from './plan-lists.ts';

/** All customers together. */
function totalOf(plan: Plan): PlanSummary {
  const summaries = plannedIn(plan).map(({ summary }) => summary);
  const sum = (pick: (summary: PlanSummary) => number) => summaries.reduce((total, one) => total + pick(one), 0);
  const actions = ACTIONS.map((action) => [action, sum((summary) => summary[action])] as const);
  return {
    ...(Object.fromEntries(actions) as Record<Action, number>),
    billable: { before: sum(({ billable }) => billable.before), after: sum(({ billable }) => billable.after) },
  };
}

/** `1 customer is blocked. 3 recipients lose mail when this is applied …`, for the reader who reads nothing else. */
export function verdict(plan: Plan): string {
  const ready = plannedIn(plan).filter(({ status }) => status === 'ready');
  const losses = ready.flatMap(({ changes }) => lossesIn(changes));
  const now = losses.filter(stopsMail).length;
  const later = losses.filter(({ kind }) => kind === 'flag').length;
  const aliases = losses.reduce((sum, loss) => sum + aliasesGone(loss), 0);
  const flagged = `${later === 1 ? 'is' : 'are'} flagged, to be deleted when due`;
  const parts = [
    ...(now === 0 ? [] : [`${count(now, 'recipient loses', 'recipients lose')} mail when this is applied`]),
    ...(aliases === 0 ? [] : [count(aliases, 'alias goes', 'aliases go')]),
    ...(later === 0 ? [] : [`${now === 0 ? count(later, 'recipient') : grouped(later)} ${flagged}`]),
  ];
  const held = heldBack(plan);
  const nobody = held.length === 0 ? 'Nobody loses mail' : 'Nobody else loses mail';
  return [...held, parts.length === 0 ? nobody : listed(parts)].map((part) => `${part}.`).join(' ');
}

/** How many addresses go of somebody who stays, and go on with nobody else. */
function aliasesGone({ kind, change, others, heirs }: Loss): number {
  return kind === 'reduce' && isEntryChange(change) ? others.filter((address) => !heirs.has(address)).length : 0;
}

function heldBack({ customers }: Plan): readonly string[] {
  const blocked = customers.filter((customer) => customer.status === 'blocked');
  const failed = customers.filter(({ status }) => status === 'failed').length;
  const held = blocked.reduce((sum, { changes }) => sum + lossesIn(changes).length, 0);
  const removals = held === 0 ? '' : `, and ${count(held, 'removal')} with ${blocked.length === 1 ? 'it' : 'them'}`;
  return [
    ...(blocked.length === 0 ? [] : [`${count(blocked.length, 'customer is', 'customers are')} blocked${removals}`]),
    ...(failed === 0 ? [] : [`${count(failed, 'customer is', 'customers are')} not planned`]),
  ];
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
