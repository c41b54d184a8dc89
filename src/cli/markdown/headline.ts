/** What a plan does to people, in one line. */
import { count, listed } from '../../domain/words.ts';
import { type Loss, stopsMail } from '../losses.ts';
import { code } from './escape.ts';
import type { Reviewed } from './reviewed.ts';

/** So few are named. */
const MOST_NAMED = 3;

/** Who loses mail, who is flagged, and who is held back; as Markdown for a heading. Of who is blocked nothing is applied. */
export function headlineOf({ plan, customers }: Reviewed): string {
  const changes = customers.reduce((sum, { plan: { changes: all } }) => sum + all.length, 0);
  const ready = customers.filter((customer) => customer.plan.status === 'ready');
  const blocked = customers.filter((customer) => customer.plan.status === 'blocked');
  const failed = plan.customers.length - customers.length;
  const removals = blocked.reduce((sum, { losses }) => sum + losses.length, 0);
  const held = removals === 0 ? '' : ` with ${count(removals, 'removal')}`;
  const taken = ready.flatMap(({ losses }) => losses);
  return [
    changes === 0 ? nothing(plan.customers.length, customers.length) : takenAway(taken, held !== ''),
    ...(blocked.length === 0 ? [] : [`${heldBack(blocked.length)} blocked${held}`]),
    ...(failed === 0 ? [] : [`${heldBack(failed)} not planned`]),
  ].join('; ');
}

function nothing(all: number, planned: number): string {
  return planned === 0 && all > 0 ? 'Nothing could be planned' : 'Nothing to change';
}

function heldBack(number: number): string {
  return count(number, 'customer is', 'customers are');
}

function takenAway(losses: readonly Loss[], isMoreHeld: boolean): string {
  const stops = mailStopsFor(losses);
  const nobody = isMoreHeld ? 'Nobody loses mail yet' : 'Nobody loses mail';
  const parts = [
    stops.length === 0 ? nobody : `Mail stops for ${listed(stops)}`,
    ...flaggedText(losses.filter(({ kind }) => kind === 'flag')),
  ];
  return parts.join('; ');
}

function flaggedText(flagged: readonly Loss[]): readonly string[] {
  if (flagged.length === 0) return [];
  const [first] = flagged.flatMap(({ due }) => due ?? []).toSorted();
  const who =
    flagged.length > MOST_NAMED ? count(flagged.length, 'user') : listed(flagged.map(({ name }) => code(name)));
  const due = first === undefined ? '' : `, due ${flagged.length === 1 ? 'on' : 'from'} ${first}`;
  return [`${who} ${flagged.length === 1 ? 'is' : 'are'} flagged${due}`];
}

/** Users by name where they are few, else numbers: of users, domains, groups, and addresses of those who stay. */
function mailStopsFor(losses: readonly Loss[]): readonly string[] {
  const gone = losses.filter(stopsMail);
  const users = gone.filter(({ change }) => change.resource !== 'group').map(({ name }) => name);
  const domains = losses.filter(({ change, kind }) => change.resource === 'domain' && kind !== 'flag').length;
  const aliases = losses.flatMap(aliasesGone).length;
  return [
    ...(users.length > MOST_NAMED ? [count(users.length, 'user')] : users.map(code)),
    ...numbered(domains, 'domain', 'domains'),
    ...numbered(gone.length - users.length, 'group', 'groups'),
    ...numbered(aliases, 'alias', 'aliases'),
  ];
}

/** Those that nobody has afterwards, of who stays. */
function aliasesGone({ kind, change, others, heirs }: Loss): readonly string[] {
  const stays = kind === 'reduce' || kind === 'flag';
  return stays && change.resource !== 'relay' ? others.filter((address) => !heirs.has(address)) : [];
}

function numbered(number: number, one: string, many: string): readonly string[] {
  return number === 0 ? [] : [count(number, one, many)];
}
