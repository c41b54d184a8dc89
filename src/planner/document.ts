/**
 * The plan as a document, `rollcall.plan/1` (schemas/plan.schema.json). Its text is canonical JSON (RFC 8785), which this file gets by
 * building every object with its keys in sorted order: canonicalizing again would take as long as planning.
 */
import {
  addressOf,
  afterOf,
  beforeOf,
  type Change,
  type Reason,
  type Resource,
  type Stored,
} from '../domain/change.ts';
import type { Diagnostic, Problem } from '../domain/diagnostic.ts';
import type { Instant } from '../domain/instant.ts';
import type { Block, CustomerPlan, Plan, PlanSummary, ReadingSummary } from '../domain/plan.ts';
import type { Attributes, CustomerId, Domain, Entry, Relay, Site } from '../domain/roster.ts';

export const PLAN_FORMAT = 'rollcall.plan/1';

/** A plan with the configuration that it was made from. */
export interface PlanRecord {
  readonly plan: Plan;
  /** `sha256:…` over what of the configuration decides the plan. */
  readonly configDigest: string;
  /** Who made it, where that was said: its author's approval does not count. */
  readonly author?: string | undefined;
}

type PlannedCustomer = Exclude<CustomerPlan, { status: 'failed' }>;

/** A line for each change, so that a saved plan can be compared by line, and read without holding its whole text. */
export interface PlanText {
  /** Everything before the `digest` member, in canonical order. Joined, this and `tail` are what the digest is over. */
  readonly head: Iterable<string>;
  readonly tail: string;
}

/** The canonical text of a plan, without its digest. */
export function planText({ plan, configDigest, author }: PlanRecord): PlanText {
  const planned = plan.customers.filter((customer) => customer.status !== 'failed');
  const errors = plan.customers.flatMap((customer) => (customer.status === 'failed' ? [errorDocument(customer)] : []));
  return {
    head: headLines({ at: plan.at, author, configDigest }, planned),
    tail: JSON.stringify({ errors, format: PLAN_FORMAT, lineage: plan.lineage, redacted: plan.redacted }).slice(1),
  };
}

interface Head {
  readonly at: Instant;
  readonly author: string | undefined;
  readonly configDigest: string;
}

function* headLines(head: Head, customers: readonly PlannedCustomer[]): Generator<string> {
  yield `${JSON.stringify(head).slice(0, -1)},"customers":[`;
  for (const [index, customer] of customers.entries()) {
    yield `{"blocked":${JSON.stringify(blocksOf(customer).map(blockDocument))},"changes":[`;
    const last = customer.changes.length - 1;
    for (const [i, change] of customer.changes.entries()) {
      yield JSON.stringify(changeDocument(change)) + (i === last ? '' : ',');
    }
    yield `],${customerMembers(customer)}}${index === customers.length - 1 ? '' : ','}`;
  }
  yield '],';
}

function blocksOf(customer: PlannedCustomer): readonly Block[] {
  return customer.status === 'blocked' ? customer.blocks : [];
}

/** The members of a customer that come after `changes`. */
function customerMembers({ customer, diagnostics, directory, stateSerial, summary }: PlannedCustomer): string {
  const members = {
    customer,
    diagnostics: diagnostics.map(diagnosticDocument),
    directory: directory === null ? null : directoryDocument(directory),
    stateSerial,
    summary: summaryDocument(summary),
  };
  return JSON.stringify(members).slice(1, -1);
}

/** One change as it stands in a plan and in the journal. */
export function changeDocument(change: Change): ChangeDocument {
  return {
    action: change.action,
    address: addressOf(change),
    after: resourceDocument(change.resource, afterOf(change)),
    before: resourceDocument(change.resource, beforeOf(change)),
    reasons: change.reasons.map(({ message, rule }) => ({ message, rule })),
    resource: change.resource,
  };
}

export interface ChangeDocument {
  readonly action: Change['action'];
  readonly address: string;
  readonly after: Stored | null;
  readonly before: Stored | null;
  readonly reasons: readonly Reason[];
  readonly resource: Resource;
}

/** The change that a document states. The document has been held against the schema before. */
export function changeFromDocument({ action, after, before, reasons, resource }: ChangeDocument): Change {
  const states = action === 'create' ? { after } : action === 'delete' ? { before } : { before, after };
  return { action, resource, reasons, ...states } as Change;
}

function resourceDocument(kind: Resource, resource: Stored | null): Stored | null {
  if (resource === null) return null;
  switch (kind) {
    case 'domain': {
      const { name, site, status, token, verifiedAt } = resource as Domain;
      return { name, site, status, token, verifiedAt };
    }
    case 'site': {
      const { default: isDefault, name, servers } = resource as Site;
      return {
        default: isDefault,
        name,
        servers: servers.map(({ address, port, priority }) => ({ address, port, priority })),
      };
    }
    case 'relay': {
      const { addresses, name } = resource as Relay;
      return { addresses, name };
    }
    default:
      return entryDocument(resource as Entry);
  }
}

function entryDocument(resource: Entry): Entry {
  if (resource.type === 'group') {
    const { address, aliases, displayName, members, objectId, source, type } = resource;
    return { address, aliases, displayName, members, objectId, source, type };
  }
  const { addition, address, aliases, archive, flaggedAt, objectId, source, status, type } = resource;
  const attributes = attributesDocument(resource.attributes);
  const rules = { allow: resource.rules.allow, deny: resource.rules.deny };
  return { addition, address, aliases, archive, attributes, flaggedAt, objectId, rules, source, status, type };
}

// Undefined members are not written.
function attributesDocument(attributes: Attributes): Attributes {
  const { company, department, displayName, givenName, homePhone, mobile, notes, surname } = attributes;
  return { company, department, displayName, givenName, homePhone, mobile, notes, surname } as Attributes;
}

function blockDocument({ allowed, message, removals, rule }: Block): Block {
  return { allowed, message, removals, rule };
}

function diagnosticDocument({ address, location, message, rule, severity }: Diagnostic): Diagnostic {
  const place = location === null ? null : { column: location.column, file: location.file, line: location.line };
  return { address, location: place, message, rule, severity };
}

export interface DirectoryDocument {
  readonly complete: true;
  readonly digest: string;
  /** Milliseconds. */
  readonly elapsed: number;
  readonly identity: string;
  readonly objects: number;
  readonly pages: number;
  readonly ranges: number;
  readonly redacted?: true | undefined;
  readonly referrals: readonly string[];
  readonly since: Instant | null;
  readonly throttled: number;
  readonly type: 'ldap' | 'entra';
}

function directoryDocument({ identity, proof }: ReadingSummary): DirectoryDocument {
  return {
    complete: true,
    digest: proof.digest,
    elapsed: proof.elapsedMs,
    identity: identity.id,
    objects: proof.entries,
    pages: proof.pages,
    ranges: proof.ranges,
    redacted: proof.redacted,
    referrals: proof.referrals,
    since: proof.since,
    throttled: proof.throttled,
    type: identity.type,
  };
}

function directoryFromDocument(document: DirectoryDocument): ReadingSummary {
  return {
    identity: { type: document.type, id: document.identity },
    proof: {
      pages: document.pages,
      entries: document.objects,
      ranges: document.ranges,
      referrals: document.referrals,
      throttled: document.throttled,
      since: document.since,
      elapsedMs: document.elapsed,
      digest: document.digest,
      ...(document.redacted === true ? { redacted: true } : {}),
    },
  };
}

function summaryDocument(summary: PlanSummary): PlanSummary {
  const { billable, create, deactivate, flag, ignore, rename, restore, update } = summary;
  const { before, after } = billable;
  return {
    billable: { after, before },
    create,
    deactivate,
    delete: summary.delete,
    flag,
    ignore,
    rename,
    restore,
    update,
  };
}

/** A customer whose reading failed. */
export interface ErrorDocument extends Problem {
  readonly customer: CustomerId;
}

function errorDocument({ customer, problem }: Extract<CustomerPlan, { status: 'failed' }>): ErrorDocument {
  return { code: problem.code, customer, hint: problem.hint, message: problem.message };
}

/** A customer of a plan document; its changes may be given apart. */
export interface CustomerDocument {
  readonly blocked: readonly Block[];
  readonly changes: readonly ChangeDocument[];
  readonly customer: CustomerId;
  readonly diagnostics: readonly Diagnostic[];
  readonly directory: DirectoryDocument | null;
  readonly stateSerial: number;
  readonly summary: PlanSummary;
}

/** The planned customer that a document states, with the changes that were read from it. */
export function customerFromDocument(
  document: Omit<CustomerDocument, 'changes'>,
  changes: readonly Change[],
): CustomerPlan {
  const { customer, diagnostics, directory, stateSerial, summary } = document;
  const planned = {
    customer,
    diagnostics,
    directory: directory === null ? null : directoryFromDocument(directory),
    stateSerial,
    summary,
    changes,
  };
  const [block, ...blocks] = document.blocked;
  return block === undefined
    ? { ...planned, status: 'ready' }
    : { ...planned, status: 'blocked', blocks: [block, ...blocks] };
}

export function customerFromError({ customer, code, message, hint }: ErrorDocument): CustomerPlan {
  return { customer, status: 'failed', problem: { code, message, hint }, diagnostics: [] };
}
