/** What becomes of roster entries that no live source supplies: they stay, are marked, wait, or go (DEL, MRG-5). */
import { type AddressKey, type DomainName, domainOf, keyOf } from '../domain/address.ts';
import type { NonEmpty, Reason } from '../domain/change.ts';
import type { CustomerConfig, DecisionConfig } from '../domain/config.ts';
import { addDays, dayOf, type Instant } from '../domain/instant.ts';
import { type CustomerId, type Entry, followsDirectory, isUser, type ObjectId, type User } from '../domain/roster.ts';
import { decisionText } from './decisions.ts';
import type { DomainStanding } from './domain-changes.ts';
import { whyForeign } from './domains.ts';
import { dueWords } from './due-words.ts';
import type { Skipped } from './select.ts';
import { TELL } from './telling.ts';

/** What becomes of one such entry. */
export type Fate =
  | { readonly kind: 'stays'; readonly entry: Entry; readonly reason: Reason }
  | {
      readonly kind: 'changes';
      readonly entry: User;
      readonly action: 'flag' | 'ignore' | 'deactivate';
      readonly after: User;
      readonly reasons: NonEmpty<Reason>;
    }
  | { readonly kind: 'goes'; readonly entry: Entry; readonly reasons: NonEmpty<Reason> };

export interface DeletionInputs {
  readonly customer: CustomerConfig;
  readonly now: Instant;
  /** Whether there is a directory that was read; without one nobody is newly flagged (DEL-10). */
  readonly hasReading: boolean;
  /** The reading is of another directory than before (DEL-11). */
  readonly switched: boolean;
  readonly standing: (domain: DomainName) => DomainStanding;
  /** Domains that were lost to other customers (DOM-3). */
  readonly lost: ReadonlyMap<DomainName, CustomerId>;
  readonly decisions: ReadonlyMap<AddressKey, DecisionConfig>;
  /** Objects that were read and are not in the sync, to say why somebody is gone. */
  readonly skipped: ReadonlyMap<ObjectId, Skipped>;
}

/** Decides for one entry. The order of the questions is the order of the rules' strength: domain, verification, origin, decision, due. */
export function fateOf(entry: Entry, inputs: DeletionInputs): Fate {
  const domain = domainOf(keyOf(entry.address));
  const standing = inputs.standing(domain);
  if (standing === 'foreign') {
    return goes(entry, {
      rule: 'DEL-9',
      message: inputs.lost.has(domain)
        ? `the domain ${domain} ${whyForeign(domain, inputs.lost)}`
        : `the domain ${domain} is no longer under "domains" of this customer`,
    });
  }
  const waits = waitsForDomain(entry, standing, inputs);
  if (waits !== null) return stays(entry, 'SEL-6', `the domain ${waits} is not verified yet`);
  if (!followsDirectory(entry)) {
    return goes(entry, { rule: 'MRG-5', message: `taken out of the configuration (source ${entry.source})` });
  }
  if (!isUser(entry)) return groupFate(entry, inputs);
  return userFate(entry, inputs);
}

/** The pending domain that holds an entry where it is, if there is one (SEL-6): its own, or the one its object has moved to. */
function waitsForDomain(entry: Entry, standing: DomainStanding, { skipped }: DeletionInputs): string | null {
  if (standing === 'pending') return domainOf(keyOf(entry.address));
  const object = entry.objectId === null ? undefined : skipped.get(entry.objectId);
  return object?.deferred === true && object.primary !== null ? object.primary.domain : null;
}

function groupFate(entry: Entry, inputs: DeletionInputs): Fate {
  if (!inputs.hasReading) return stays(entry, 'DEL-10', 'there is no directory to compare with');
  const { rule, message } = whyGone(entry, inputs);
  return goes(entry, { rule: 'SEL-9', message: 'the group is gone from the sync' }, { rule, message });
}

function userFate(user: User, inputs: DeletionInputs): Fate {
  const decision = inputs.decisions.get(keyOf(user.address));
  const inConflict = inputs.hasReading || user.status !== 'active';
  if (decision !== undefined && (inConflict || decision.action === 'delete')) {
    return decidedFate(user, decision, inputs);
  }
  switch (user.status) {
    case 'active':
      return inputs.hasReading ? flag(user, inputs) : stays(user, 'DEL-10', 'there is no directory to compare with');
    case 'flagged':
      return dueFate(user, inputs);
    case 'ignored':
    case 'deactivated':
      if (!inputs.hasReading) return stays(user, 'DEL-10', 'there is no directory: nobody is newly flagged');
      return flagAnew(user, user.status, inputs);
  }
}

function flag(user: User, inputs: DeletionInputs): Fate {
  const after = flagged(user, inputs);
  return changes(user, 'flag', after, [
    { rule: 'DEL-1', message: `gone from the sync; ${dueWords(dueOf(after, inputs.customer))}` },
    whyGone(user, inputs),
  ]);
}

/** Flagged again although it was decided about once: that decision is void, or gone from the configuration (DEL-7). */
function flagAnew(user: User, was: 'ignored' | 'deactivated', inputs: DeletionInputs): Fate {
  const decision = was === 'ignored' ? 'ignore' : 'deactivate';
  const after = flagged(user, inputs);
  return changes(user, 'flag', after, [
    {
      rule: 'DEL-7',
      message: `the decision to ${decision} is no longer in force; ${dueWords(dueOf(after, inputs.customer))}`,
    },
    whyGone(user, inputs),
  ]);
}

function flagged(user: User, { now }: DeletionInputs): User {
  return { ...user, status: 'flagged', flaggedAt: now };
}

function decidedFate(user: User, decision: DecisionConfig, inputs: DeletionInputs): Fate {
  const reason: Reason = { rule: 'DEL-7', message: decisionText(decision) };
  switch (decision.action) {
    case 'delete':
      return goes(user, reason);
    case 'ignore':
    case 'deactivate': {
      const status = decision.action === 'ignore' ? 'ignored' : 'deactivated';
      if (user.status === status) return stays(user, 'DEL-7', reason.message);
      const newlyGone: readonly Reason[] = user.status === 'active' ? [whyGone(user, inputs)] : [];
      return changes(user, decision.action, { ...user, status, flaggedAt: null }, [reason, ...newlyGone]);
    }
  }
}

function dueFate(user: User, inputs: DeletionInputs): Fate {
  const due = dueOf(user, inputs.customer);
  const since = user.flaggedAt === null ? '' : `flagged on ${dayOf(user.flaggedAt)}`;
  if (due === null) return stays(user, 'DEL-2', `${since}, and deleteAfter is "never"`);
  if (inputs.now < due) return stays(user, 'DEL-3', `${since}, due on ${dayOf(due)}`);
  return goes(user, { rule: 'DEL-5', message: `${since}, was due on ${dayOf(due)}` });
}

/** When a flagged user is due by the policy as it stands (DEL-2); null for never, and for who is not flagged. */
export function dueOf(user: User, customer: CustomerConfig): Instant | null {
  if (user.status !== 'flagged' || user.flaggedAt === null) return null;
  const days = customer.directory?.deleteAfterDays ?? DEFAULT_DELETE_AFTER_DAYS;
  return days === 'never' ? null : addDays(user.flaggedAt, days);
}

/** Where no directory says otherwise (DEL-2, DEL-10). */
const DEFAULT_DELETE_AFTER_DAYS = 7;

/** What became of the directory's object. */
function whyGone(entry: Entry, { skipped, customer, hasReading, switched }: DeletionInputs): Reason {
  const object = entry.objectId === null ? undefined : skipped.get(entry.objectId);
  if (object !== undefined) {
    return { rule: object.rule, message: TELL.leftOut.say({ name: object.object.name, why: object.message }) };
  }
  if (!hasReading) return { rule: 'DEL-10', message: 'there is no directory that supplies it' };
  if (isUser(entry) && entry.addition && entry.objectId === null) {
    const key = keyOf(entry.address);
    return customer.directory?.additions.some((addition) => addition.key === key) === true
      ? { rule: 'SEL-5', message: 'an addition that is excepted: exceptions win' }
      : { rule: 'MRG-4', message: 'taken out of "additions", and not in the directory' };
  }
  if (switched) return { rule: 'DEL-11', message: 'not in the new directory' };
  // Whoever no directory was ever seen to supply was taken over by an import.
  const gone = entry.objectId === null ? 'not in the directory' : 'not in the directory any more';
  return customer.directory?.connection.filter == null
    ? { rule: 'SEL-1', message: gone }
    : { rule: 'SEL-4', message: `${gone}, or not matched by the filter` };
}

function stays(entry: Entry, rule: Reason['rule'], message: string): Fate {
  return { kind: 'stays', entry, reason: { rule, message } };
}

function changes(entry: User, action: 'flag' | 'ignore' | 'deactivate', after: User, reasons: NonEmpty<Reason>): Fate {
  return { kind: 'changes', entry, action, after, reasons };
}

function goes(entry: Entry, ...reasons: NonEmpty<Reason>): Fate {
  return { kind: 'goes', entry, reasons };
}
