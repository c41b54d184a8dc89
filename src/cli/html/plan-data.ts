/** The changes of a page as the data of its script. */
import { addressOf, afterOf, beforeOf, type Change, isEntry } from '../../domain/change.ts';
import { inert } from '../../domain/inert.ts';
import { isUser } from '../../domain/roster.ts';
import { statedDueDay } from '../../planner/due-words.ts';
import type { Loss } from '../losses.ts';
import { changeDetails } from '../text/change.ts';
import { fieldsOf } from './fields.ts';
import { embedded } from './page.ts';
import type { ChangeData, CustomerData, PageData } from './page-data.ts';
import { changesInOrder, type PlacedChange, type PlanLists, plannedIn } from './plan-lists.ts';

/** The pieces of a `PageData` as JSON, one for each change. */
export function* planData(lists: PlanLists): Generator<string> {
  const customers = customersOf(lists);
  const places = new Map(customers.map(({ name }, place) => [name, place]));
  const titles: PageData['lists'] = lists.map(({ title, note }) => ({ title: inert(title), note: inert(note) }));
  yield `{"lists":${embedded(titles)},"customers":${embedded(customers)},"changes":[`;
  let separator = '';
  for (const [list, { plan }] of lists.entries()) {
    for (const placed of changesInOrder(plan)) {
      yield `${separator}\n${embedded(changeData(placed, list, places.get(placed.customer.customer) ?? 0))}`;
      separator = ',';
    }
  }
  yield '\n]}';
}

/** Sorted by name. One that is blocked in one of the lists is blocked. */
function customersOf(lists: PlanLists): readonly CustomerData[] {
  const blocked = new Map<string, boolean>();
  for (const { customer, status } of lists.flatMap(({ plan }) => plannedIn(plan))) {
    blocked.set(customer, status === 'blocked' || blocked.get(customer) === true);
  }
  return [...blocked].map(([name, held]) => ({ name, blocked: held })).toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function changeData({ change, loss }: PlacedChange, list: number, customer: number): ChangeData {
  return {
    list,
    customer,
    action: change.action,
    resource: change.resource,
    address: inert(addressOf(change)),
    name: nameOf(change),
    due: statedDueDay(change),
    isRemoval: loss !== null,
    without: loss === null ? null : withoutWords(loss),
    summary: inert(changeDetails(change, { full: false })),
    reasons: change.reasons.map(({ rule, message }) => ({ rule, message: inert(message) })),
    fields: fieldsOf(change),
  };
}

/** `shop@acme.example; sales@acme.example, which goes on with ben@acme.example`; null where nothing goes but the thing itself. */
export function withoutWords({ name, others, heirs }: Loss): string | null {
  const gone = heirs.has(name) ? [name, ...others] : others;
  if (gone.length === 0) return null;
  const words = gone.map((one) => (heirs.has(one) ? `${one}, which goes on with ${heirs.get(one)}` : one));
  return inert(words.join('; '));
}

/** What people call whom it is about. */
export function nameOf(change: Change): string | null {
  const stored = afterOf(change) ?? beforeOf(change);
  if (!isEntry(stored)) return null;
  const name = isUser(stored) ? stored.attributes.displayName : stored.displayName;
  return name === undefined || name === null ? null : inert(name);
}
