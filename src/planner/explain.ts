/** Why one address is as it is: the chain of rules, with the places in the configuration that they rest on. */
import { type AddressKey, domainOf, keyOf } from '../domain/address.ts';
import type { Change } from '../domain/change.ts';
import type { CustomerConfig, DecisionConfig } from '../domain/config.ts';
import { type Diagnostic, type Location, placeOf } from '../domain/diagnostic.ts';
import type { DirectoryObject, DirectoryReading } from '../domain/directory.ts';
import { dayOf, type Instant } from '../domain/instant.ts';
import type { CustomerPlan } from '../domain/plan.ts';
import { type CustomerId, type Entry, isUser, type Roster } from '../domain/roster.ts';
import type { RuleId } from '../domain/rule.ts';
import { addressesOf } from './addresses.ts';
import { type CustomerInputs, type Decided, decide } from './decide.ts';
import { isVoid } from './decisions.ts';
import { dueOf } from './deletion.ts';
import { holds, isAbout, nextText, type Standing, standingOf, standingText } from './explain-words.ts';
import type { Surroundings } from './plan.ts';

/** One link of the chain. */
export interface ExplanationStep {
  readonly rule: RuleId;
  readonly message: string;
  readonly location: Location | null;
}

/** Why an address is as it is. */
export interface Explanation {
  readonly address: string;
  readonly customer: CustomerId;
  /** How the address stands in the roster now. */
  readonly standing: Standing;
  /** The whole answer in a sentence. */
  readonly summary: string;
  readonly steps: readonly ExplanationStep[];
  /** What the next apply does about it, or null. */
  readonly next: Change | null;
}

/** All that an explanation is made from: what the plan was made from, and the plan. */
export interface ExplainInputs {
  readonly customer: CustomerConfig;
  readonly roster: Roster;
  readonly reading: DirectoryReading;
  readonly surroundings: Surroundings;
  readonly now: Instant;
  /** The plan of the same inputs. */
  readonly plan: CustomerPlan;
  /** What the directory holds without its filter, if that was read: then the filter can be named as the reason. */
  readonly unfiltered: readonly DirectoryObject[] | null;
}

/** Explains one address of one customer. Pure; agrees with the plan, for it asks the same decisions. */
export function explain(address: { key: AddressKey; display: string }, inputs: ExplainInputs): Explanation {
  const { customer, roster, reading, plan } = inputs;
  const { key } = address;
  const decided = reading.status === 'failed' ? null : decideAgain(inputs, reading);
  const stored = roster.entries.find((entry) => holds(entry, key));
  const next = plan.status === 'failed' ? null : (plan.changes.find((change) => isAbout(change, key)) ?? null);
  const directory = directorySteps(key, stored, decided, inputs);
  return {
    address: address.display,
    customer: customer.name,
    standing: standingOf(stored, key),
    summary: `${standingText(address.display, key, stored, customer)}${nextText(key, next, plan)}`,
    steps: [
      ...domainSteps(key, decided, inputs),
      ...rosterSteps(key, stored, inputs),
      ...configurationSteps(key, inputs).filter((one) => !directory.some((other) => isSame(one, other))),
      ...directory,
      ...diagnosticSteps(key, plan.diagnostics),
      ...(next === null ? [] : blockSteps(plan)),
    ],
    next,
  };
}

function decideAgain(
  { customer, roster, surroundings, now }: ExplainInputs,
  reading: CustomerInputs['reading'],
): Decided {
  return decide({ customer, roster, reading, ...surroundings, now });
}

/** Two ways to say one thing: the same rule at the same place. */
function isSame(one: ExplanationStep, other: ExplanationStep): boolean {
  return one.rule === other.rule && one.location !== null && stepPlace(one) === stepPlace(other);
}

function step(rule: RuleId, message: string, location: Location | null = null): ExplanationStep {
  return { rule, message, location };
}

function domainSteps(
  key: AddressKey,
  decided: Decided | null,
  { customer, roster }: ExplainInputs,
): readonly ExplanationStep[] {
  const name = domainOf(key);
  const domain = customer.domains.find((one) => one.name === name);
  if (domain === undefined) {
    return [step('SEL-6', `the domain ${name} is not managed for ${customer.name}`, customer.location)];
  }
  const winner = decided?.domains.lost.get(name);
  if (winner !== undefined) {
    return [step('DOM-3', `the domain ${name} is taken over by the customer ${winner}`, domain.location)];
  }
  const verified =
    decided === null
      ? roster.domains.some((one) => one.name === name && one.status === 'verified')
      : decided.standing(name) === 'managed';
  if (domain.verification === 'none') return [step('SEL-6', `the domain ${name} is managed`, domain.location)];
  return [
    verified
      ? step('SEL-6', `the domain ${name} is managed, and verified`, domain.location)
      : step('SEL-6', `the domain ${name} is not verified yet: nobody in it is added or removed`, domain.location),
  ];
}

function rosterSteps(
  key: AddressKey,
  stored: Entry | undefined,
  { customer, roster, now }: ExplainInputs,
): readonly ExplanationStep[] {
  if (stored === undefined) {
    const tombstone = roster.tombstones.find(({ addresses }) => addresses.some((address) => keyOf(address) === key));
    return tombstone === undefined
      ? []
      : [step('DEL-5', `deleted on ${dayOf(tombstone.deletedAt)}, as ${tombstone.addresses[0]}; the archive is kept`)];
  }
  if (!isUser(stored) || stored.status !== 'flagged' || stored.flaggedAt === null) return [];
  const due = dueOf(stored, customer);
  const location = customer.directory?.locations.deleteAfter ?? null;
  const flagged = step('DEL-1', `flagged on ${dayOf(stored.flaggedAt)}, when it was gone from the sync`);
  if (due === null) return [flagged, step('DEL-2', 'deleteAfter is "never": it is not deleted by itself', location)];
  return [flagged, step(now < due ? 'DEL-3' : 'DEL-5', `due on ${dayOf(due)}`, location)];
}

function configurationSteps(key: AddressKey, { customer, now }: ExplainInputs): readonly ExplanationStep[] {
  const { directory } = customer;
  const user = customer.users.find((one) => one.key === key || one.aliases.some((alias) => keyOf(alias) === key));
  const addition = directory?.additions.find((one) => one.key === key);
  const exceptions = (directory?.exceptions ?? []).filter(
    ({ subject }) => 'address' in subject && subject.address === key,
  );
  const decision = customer.decisions.find((one) => one.key === key);
  return [
    ...(user === undefined
      ? []
      : [
          step(
            'MRG-3',
            `${user.key === key ? 'a user' : `an alias of ${user.address}`} of the configuration (source ${user.source})`,
            user.location,
          ),
        ]),
    ...(addition === undefined ? [] : [step('MRG-4', 'named under "additions"', addition.location)]),
    ...exceptions.map(({ kind, location }) => step('SEL-5', `excepted from the sync, as {${kind}: …}`, location)),
    ...(decision === undefined
      ? []
      : [step('DEL-7', decisionWords(decision, isVoid(decision, now)), decision.location)]),
  ];
}

function decisionWords({ action, until, reason }: DecisionConfig, over: boolean): string {
  if (over) return `the decision to ${action} has run out${until === null ? '' : `, on ${dayOf(until)}`}`;
  return `decided: ${action}${until === null ? '' : ` until ${dayOf(until)}`}${reason === null ? '' : `, ${reason}`}`;
}

function directorySteps(
  key: AddressKey,
  stored: Entry | undefined,
  decided: Decided | null,
  inputs: ExplainInputs,
): readonly ExplanationStep[] {
  const { customer, reading } = inputs;
  if (reading.status === 'failed')
    return [step('SAF-2', `the directory could not be read: ${reading.problem.message}`)];
  if (reading.status === 'none' || decided === null) {
    return [
      step('DEL-10', 'there is no directory to compare with: directory users stay as they are', customer.location),
    ];
  }
  const { selection } = decided;
  const selected = selection.selected.flatMap(({ object, primary, aliases }) =>
    primary.key === key
      ? [step(object.kind === 'group' ? 'SEL-9' : 'SEL-1', `in the directory as ${object.name}`)]
      : aliases.some((alias) => alias.key === key)
        ? [step('ADR-2', `in the directory as an alias of ${object.name} (${primary.display})`)]
        : [],
  );
  const skipped = selection.skipped
    .filter(({ primary, aliases }) => primary?.key === key || aliases.some((alias) => alias.key === key))
    .map(({ object, rule, message, location }) =>
      step(rule, `in the directory as ${object.name}, and not in the sync: ${message}`, location),
    );
  const dropped = selection.dropped
    .filter(({ alias }) => alias.key === key)
    .map(({ object, rule, message }) =>
      step(rule, `in the directory as an alias of ${object.name}, and left out: ${message}`),
    );
  const found = [...selected, ...skipped, ...dropped];
  return found.length > 0 ? found : [...movedAway(stored, selection), ...notFound(key, inputs)];
}

/** The object that the holder of the address is bound to, if it is still there, without the address. */
function movedAway(stored: Entry | undefined, { selected, skipped }: Decided['selection']): readonly ExplanationStep[] {
  if (stored === undefined || stored.objectId === null) return [];
  const here = selected.find(({ object }) => object.id === stored.objectId);
  if (here !== undefined) {
    const { object, primary } = here;
    return [step('MRG-1', `${object.name}, whom ${stored.address} is, has the primary ${primary.display} now`)];
  }
  const out = skipped.find(({ object }) => object.id === stored.objectId);
  if (out === undefined) return [];
  return [
    step(out.rule, `${out.object.name}, whom ${stored.address} is, is not in the sync: ${out.message}`, out.location),
  ];
}

/** Nothing that was read has the address: the filter may be why. */
function notFound(key: AddressKey, { customer, unfiltered }: ExplainInputs): readonly ExplanationStep[] {
  const filter = customer.directory?.connection.filter ?? null;
  const location = customer.directory?.locations.filter ?? null;
  const hidden = unfiltered?.find((object) => {
    const { primary, aliases } = addressesOf(object);
    return primary?.key === key || aliases.some((alias) => alias.key === key);
  });
  if (hidden !== undefined) {
    return [step('SEL-4', `${hidden.name}, which has the address, is not matched by the filter ${filter}`, location)];
  }
  if (filter !== null && unfiltered === null) {
    return [step('SEL-4', `nothing that the filter ${filter} matches has the address`, location)];
  }
  return [step('SEL-1', 'nothing in the directory has the address')];
}

/** What holds the customer's changes back. */
function blockSteps(plan: CustomerPlan): readonly ExplanationStep[] {
  return plan.status === 'blocked' ? plan.blocks.map(({ rule, message }) => step(rule, message)) : [];
}

/** What the plan has to say about the address itself, such as a second claim to it (ADR-3, ADR-4). */
function diagnosticSteps(key: AddressKey, diagnostics: readonly Diagnostic[]): readonly ExplanationStep[] {
  return diagnostics
    .filter(({ address, rule }) => address !== null && keyOf(address) === key && /^(ADR|DEL-8)/.test(rule))
    .map(({ rule, message, location }) => step(rule, message, location));
}

/** `customers/acme.yaml:14`, or nothing. */
export function stepPlace({ location }: ExplanationStep): string {
  return location === null ? '' : placeOf(location);
}
