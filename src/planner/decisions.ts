/** Decisions about users in conflict: which are in force, and which have no effect (DEL-7, DEL-8). */
import type { AddressKey } from '../domain/address.ts';
import type { CustomerConfig, DecisionConfig } from '../domain/config.ts';
import { type Diagnostic, diagnostic, placeOf } from '../domain/diagnostic.ts';
import { dayOf, type Instant } from '../domain/instant.ts';
import { TELL } from './telling.ts';

/** Decisions in force at `now`, by the address that they name. */
export function decisionsInForce(customer: CustomerConfig, now: Instant): ReadonlyMap<AddressKey, DecisionConfig> {
  return new Map(
    customer.decisions
      .filter((decision) => !isVoid(decision, now))
      .map((decision) => [decision.key, decision] as const),
  );
}

/** Past `until` a decision is void. */
export function isVoid(decision: DecisionConfig, now: Instant): boolean {
  return decision.until !== null && now >= decision.until;
}

/** `decided in customers/acme.yaml:31 until 2027-02-12: parental leave`. */
export function decisionText({ location, until, reason }: DecisionConfig): string {
  const end = until === null ? '' : ` until ${dayOf(until)}`;
  const place = `${placeOf(location)}${end}`;
  return reason === null ? `decided in ${place}` : TELL.decided.say({ place, remark: reason });
}

/** Whom decisions can be about, by primary. */
export interface Subjects {
  /** Those about whom a decision was carried out, or is. */
  readonly used: ReadonlySet<AddressKey>;
  /** Those who wait for a domain to be verified: nothing happens to them until then (SEL-6). */
  readonly waiting: ReadonlySet<AddressKey>;
  /** Those whom a live source supplies. */
  readonly supplied: ReadonlySet<AddressKey>;
  /** The users of the roster. */
  readonly stored: ReadonlySet<AddressKey>;
  /** Whose alias in the roster an address is. */
  readonly primaryOf: (alias: AddressKey) => string | undefined;
}

/**
 * What the reader should know of decisions that do nothing: the user is supplied by a live source, or is not there. Ignoring or deactivating
 * somebody who is supplied is merely idle; deleting is an error, since the next sync would bring the user back (DEL-8).
 */
export function idleDecisions(
  decisions: readonly DecisionConfig[],
  subjects: Subjects,
  now: Instant,
): readonly Diagnostic[] {
  return decisions
    .filter(({ key }) => !subjects.used.has(key))
    .map((decision) => {
      if (isVoid(decision, now)) return ranOut(decision, now);
      if (subjects.supplied.has(decision.key)) return suppliedAnyway(decision);
      return subjects.stored.has(decision.key) ? notInConflict(decision, subjects) : nobody(decision, subjects);
    });
}

function ranOut({ action, address, location, until }: DecisionConfig, now: Instant): Diagnostic {
  const message = `The decision to ${action} ${address} ran out on ${dayOf(until ?? now)}. Take it out of the configuration, or give it a later "until".`;
  return diagnostic('info', 'DEL-7', message, { address, location });
}

function notInConflict({ key, action, address, location }: DecisionConfig, { waiting }: Subjects): Diagnostic {
  const message = waiting.has(key)
    ? `The decision to ${action} ${address} waits: a domain of the user is not verified yet.`
    : `The decision to ${action} ${address} has no effect: the user is not in conflict.`;
  return diagnostic('warning', 'DEL-8', message, { address, location });
}

function nobody({ key, action, address, location }: DecisionConfig, { primaryOf }: Subjects): Diagnostic {
  const primary = primaryOf(key);
  if (primary === undefined) {
    const message = `The decision to ${action} ${address} names nobody in the roster. If it has been carried out, take it out of the configuration.`;
    return diagnostic('info', 'DEL-7', message, { address, location });
  }
  const message = `The decision to ${action} ${address} has no effect: the address is an alias of ${primary}. Name the user by that.`;
  return diagnostic('warning', 'DEL-8', message, { address, location });
}

function suppliedAnyway({ action, address, location }: DecisionConfig): Diagnostic {
  return action === 'delete'
    ? diagnostic(
        'error',
        'DEL-8',
        `${address} cannot be deleted by a decision: a live source supplies the user, and the next sync would bring it back. Except the user (directory.exceptions), or delete it in the directory.`,
        { address, location },
      )
    : diagnostic(
        'warning',
        'DEL-8',
        `The decision to ${action} ${address} has no effect: a live source supplies the user. It takes effect once the user is gone from the sync.`,
        { address, location },
      );
}
