/** How much of each customer a plan touches, as bars. */
import type { Change } from '../../domain/change.ts';
import { isBillable } from '../../domain/roster.ts';
import { count, grouped } from '../../domain/words.ts';
import { escaped } from './page.ts';
import type { PlannedCustomer } from './plan-lists.ts';

/** Of a customer's users and public folders. */
interface Radius {
  readonly customer: string;
  readonly blocked: boolean;
  /** Billable users before the plan. */
  readonly users: number;
  /** Deleted or deactivated by the plan. */
  readonly removed: number;
  readonly flagged: number;
  /** Changed in any other way; those who are new are not among `users`. */
  readonly changed: number;
  readonly created: number;
  /** Changes of groups, domains, sites and relays. */
  readonly besides: number;
}

/** So many are shown unfolded. */
const FOLD = 20;
const WIDTH = 1000;
/** What is there can be seen. */
const NARROWEST = 6;

/** Those with changes, most removals first; the others are counted. */
export function* blastRadius(customers: readonly PlannedCustomer[]): Generator<string> {
  const touched = customers.filter(({ changes }) => changes.length > 0).map(radiusOf);
  const sorted = touched.toSorted((a, b) => losses(b) - losses(a) || share(b) - share(a) || others(b) - others(a));
  if (sorted.length === 0) return;
  yield `<section aria-labelledby="radius"><h2 id="radius">Blast radius</h2>
<p class="quiet">Of each customer's billable users:</p>
<ul class="legend" aria-hidden="true"><li class="removed">removed</li><li class="flagged">flagged</li><li class="changed">other changes</li><li class="unchanged">unchanged</li></ul>
<ol class="radius">
`;
  for (const radius of sorted.slice(0, FOLD)) yield row(radius);
  yield '</ol>\n';
  if (sorted.length > FOLD) {
    yield `<details><summary>${count(sorted.length - FOLD, 'more customer')} with changes</summary><ol class="radius">\n`;
    for (const radius of sorted.slice(FOLD)) yield row(radius);
    yield '</ol></details>\n';
  }
  const quiet = customers.length - sorted.length;
  if (quiet > 0) yield `<p class="quiet">${count(quiet, 'customer')} without changes.</p>\n`;
  yield '</section>\n';
}

function radiusOf({ customer, status, changes, summary }: PlannedCustomer): Radius {
  const users = changes.filter(({ resource }) => resource === 'user' || resource === 'publicFolder');
  const number = (test: (change: Change) => boolean) => users.filter(test).length;
  return {
    customer,
    blocked: status === 'blocked',
    users: summary.billable.before,
    removed: number((change) => change.action === 'deactivate' || wasBilledAndGoes(change)),
    flagged: number(({ action }) => action === 'flag'),
    changed: number(({ action }) => !['delete', 'deactivate', 'flag', 'create'].includes(action)),
    created: number(({ action }) => action === 'create'),
    besides: changes.length - users.length,
  };
}

/** Who was deactivated lost mail when that happened. */
function wasBilledAndGoes(change: Change): boolean {
  return change.action === 'delete' && 'type' in change.before && isBillable(change.before);
}

function losses({ removed, flagged }: Radius): number {
  return removed + flagged;
}

function share(radius: Radius): number {
  return radius.users === 0 ? 0 : losses(radius) / radius.users;
}

function others({ changed, created, besides }: Radius): number {
  return changed + created + besides;
}

function row(radius: Radius): string {
  const { customer, blocked } = radius;
  const held = blocked ? ' <span class="tag blocked">blocked</span>' : '';
  return `<li><span class="who-is"><a class="name" href="#customer=${escaped(encodeURIComponent(customer))}">${escaped(customer)}</a>${held}</span>${bar(radius)}<span class="numbers">${numbers(radius)}</span></li>\n`;
}

/** `12 removed, 3 flagged (6.2%), 4 changed of 241; 2 new; 1 besides users`. */
function numbers(radius: Radius): string {
  const { users, removed, flagged, changed, created, besides } = radius;
  const percent = share(radius) === 0 ? '' : ` (${(share(radius) * 100).toFixed(1)}%)`;
  const gone = [
    ...(removed === 0 ? [] : [`<b class="removed">${grouped(removed)} removed</b>`]),
    ...(flagged === 0 ? [] : [`<b class="flagged">${grouped(flagged)} flagged</b>`]),
  ];
  const parts = [
    ...(gone.length === 0 ? [] : [`${gone.join(', ')}${percent}`]),
    ...(changed === 0 ? [] : [`${grouped(changed)} changed`]),
  ];
  const more = [
    ...(created === 0 ? [] : [`${grouped(created)} new`]),
    ...(besides === 0 ? [] : [`${grouped(besides)} besides users`]),
  ];
  const first = `${parts.length === 0 ? '0' : parts.join(', ')} of ${grouped(users)}`;
  return [first, ...more].join('; ');
}

/** Its whole width is the billable users before, and those who are new. */
function bar({ users, removed, flagged, changed, created }: Radius): string {
  const other = changed + created;
  const whole = Math.max(users + created, removed + flagged + other, 1);
  let x = 0;
  const parts = (
    [
      ['removed', removed],
      ['flagged', flagged],
      ['changed', other],
    ] as const
  ).map(([kind, number]) => {
    if (number === 0) return '';
    const width = Math.max(NARROWEST, (number / whole) * WIDTH);
    const rect = `<rect class="${kind}" x="${x.toFixed(1)}" width="${width.toFixed(1)}" height="12"/>`;
    x += width;
    return rect;
  });
  return `<svg class="bar" viewBox="0 0 ${WIDTH} 12" preserveAspectRatio="none" aria-hidden="true"><rect class="unchanged" width="${WIDTH}" height="12"/>${parts.join('')}</svg>`;
}
