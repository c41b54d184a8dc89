/** What a page says where no script runs: the totals and every removal. */
import { addressOf } from '../../domain/change.ts';
import { count } from '../../domain/words.ts';
import { statedDueDay } from '../../planner/due-words.ts';
import { escaped, outside } from './page.ts';
import { nameOf, withoutWords } from './plan-data.ts';
import { changesInOrder, type PlacedChange, type PlanList } from './plan-lists.ts';

export function* removalsWithoutScript(lists: readonly PlanList[]): Generator<string> {
  yield '<noscript>\n';
  for (const { title, plan } of lists) {
    const all = changesInOrder(plan);
    const removals = all.filter(({ loss }) => loss !== null);
    const heading = lists.length === 1 ? 'All removals' : `${title}: all removals`;
    yield `<h2>${escaped(heading)}</h2>\n<p>Without JavaScript the list of changes cannot be shown. ${removals.length === 0 ? 'None' : count(removals.length, 'removal')} of ${count(all.length, 'change')}${removals.length === 0 ? ' is a removal' : ', in full'}.</p>\n`;
    if (removals.length > 0) yield* table(removals);
  }
  yield '</noscript>\n';
}

function* table(removals: readonly PlacedChange[]): Generator<string> {
  const head = ['Customer', 'Action', 'Address', 'Name', 'Due', 'Why'].map((name) => `<th scope="col">${name}</th>`);
  yield `<div class="scroll"><table class="removals"><thead><tr>${head.join('')}</tr></thead><tbody>\n`;
  for (const { customer, change, loss } of removals) {
    const kind = change.resource === 'user' ? '' : `${change.resource} `;
    const why = change.reasons.map(({ rule, message }) => `<span class="rule">${rule}</span> ${outside(message)}`);
    const without = loss === null ? null : withoutWords(loss);
    const cells = [
      escaped(customer.customer),
      change.action,
      `${kind}${outside(addressOf(change))}`,
      outside(nameOf(change) ?? ''),
      statedDueDay(change) ?? '',
      [...(without === null ? [] : [`without ${outside(without)}`]), ...why].join('<br>'),
    ];
    yield `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>\n`;
  }
  yield '</tbody></table></div>\n';
}
