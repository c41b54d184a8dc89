/** How an address stands, and what the next apply does to it, in a sentence each. */
import { type AddressKey, keyOf } from '../domain/address.ts';
import { afterOf, beforeOf, type Change, isEntry } from '../domain/change.ts';
import type { CustomerConfig } from '../domain/config.ts';
import type { CustomerPlan } from '../domain/plan.ts';
import { type Entry, isUser, type Status } from '../domain/roster.ts';
import { count } from '../domain/words.ts';

/** How an address stands in the roster. */
export type Standing = Status | 'group' | 'alias' | 'absent';

export function holds(entry: Entry, key: AddressKey): boolean {
  return keyOf(entry.address) === key || entry.aliases.some((alias) => keyOf(alias) === key);
}

/** Whether a change is about a resource that has the address, before it or after it. */
export function isAbout(change: Change, key: AddressKey): boolean {
  return [beforeOf(change), afterOf(change)].some((resource) => isEntry(resource) && holds(resource, key));
}

export function standingOf(stored: Entry | undefined, key: AddressKey): Standing {
  if (stored === undefined) return 'absent';
  if (keyOf(stored.address) !== key) return 'alias';
  return isUser(stored) ? stored.status : 'group';
}

export function standingText(
  address: string,
  key: AddressKey,
  stored: Entry | undefined,
  { name }: Pick<CustomerConfig, 'name'>,
): string {
  if (stored === undefined) return `${address} is not in the roster of ${name}: mail to it is not accepted.`;
  if (!isUser(stored)) {
    const group = `a group of ${name} with ${count(stored.members.length, 'member')}`;
    return keyOf(stored.address) === key
      ? `${address} is ${group}.`
      : `${address} is an alias of ${stored.address}, ${group}.`;
  }
  const kind = stored.type === 'publicFolder' ? 'public folder' : 'user';
  const what = `${article(stored.status)} ${kind} of ${name}: ${effectOf(stored.status)}`;
  return keyOf(stored.address) === key
    ? `${address} is ${what}.`
    : `${address} is an alias of ${stored.address}, ${what}.`;
}

/** What the next apply does to the address, which is not always what it does to its holder. */
export function nextText(key: AddressKey, next: Change | null, plan: CustomerPlan): string {
  if (next === null) return '';
  const held = plan.status === 'blocked' ? ', were the customer not blocked' : '';
  return ` The next apply ${plan.status === 'blocked' ? 'would' : 'will'} ${effectOfNext(key, next)}${held}.`;
}

function effectOfNext(key: AddressKey, next: Change): string {
  const [before, after] = [beforeOf(next), afterOf(next)];
  if (!isEntry(before) || !isEntry(after)) return `${next.action} it`;
  const [had, has] = [holds(before, key), holds(after, key)];
  const renamed = keyOf(before.address) !== keyOf(after.address);
  if (had && !has) return renamed && keyOf(before.address) === key ? `rename it to ${after.address}` : 'remove it';
  if (!had && keyOf(after.address) === key) return `rename ${before.address} to it`;
  if (!had) return `make it an alias of ${after.address}`;
  if (renamed && keyOf(before.address) === key) return `rename the user to ${after.address}, and keep it as an alias`;
  return keyOf(after.address) === key ? `${next.action} it` : `${next.action} ${after.address}, and leave it there`;
}

function article(status: Status): string {
  return status === 'active' || status === 'ignored' ? `an ${status}` : `a ${status}`;
}

function effectOf(status: Status): string {
  switch (status) {
    case 'active':
    case 'ignored':
      return 'mail is accepted';
    case 'flagged':
      return 'mail is accepted, the portal is closed';
    case 'deactivated':
      return 'mail is not accepted, the portal is closed';
  }
}
