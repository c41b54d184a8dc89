/** The step of the domains: each shows by a TXT record whose it is (DOM-1). */
import type { DomainConfig } from '../../domain/config.ts';
import { dayOf } from '../../domain/instant.ts';
import { assessDomain } from '../dns/assess.ts';
import { isGone, type OwnershipAssessment } from '../dns/ownership.ts';
import { applyCommand } from './apply-first.ts';
import type { SetupInputs } from './inputs.ts';
import { type Found, type Instruction, note, type SetupRecord, type StepFindings } from './step.ts';

/** One domain; the record that it lacks, and whether an apply is what it waits for. */
interface Settled extends Omit<Found, 'about'> {
  readonly record?: SetupRecord;
  readonly waits?: Exclude<keyof typeof APPLY, 'record'>;
  readonly hint?: string;
}

export function domainsStep(inputs: SetupInputs): StepFindings {
  const { customer } = inputs;
  const domains = customer.domains.map((domain): Settled & Found => ({
    about: domain.name,
    ...settled(domain, inputs),
  }));
  const records = domains.flatMap(({ record }) => record ?? []);
  const hints = [...new Set(domains.flatMap(({ hint }) => hint ?? []))].map(note);
  const applies = new Set<keyof typeof APPLY>(domains.flatMap(({ waits }) => waits ?? []));
  if (records.length > 0) applies.add('record');
  return {
    found: domains.map(({ about, status, message }) => ({ status, about, message })),
    todo: [
      ...(records.length === 0 ? [] : [recordsToAdd(records)]),
      ...hints,
      ...[...applies].map((waits) => applyCommand(customer.name, APPLY[waits])),
    ],
  };
}

/** What an apply does for domains that wait for one. */
const APPLY = {
  token: 'Apply once, to make the token that the record of a domain has to show:',
  word: 'Apply, to take the domain on:',
  seen: 'The next apply or sync verifies the domain, and lets its users in:',
  record: 'Once the records are there, the next apply or sync sees them and verifies the domains:',
} as const;

function recordsToAdd(records: readonly SetupRecord[]): Instruction {
  const text =
    records.length === 1
      ? 'Add this TXT record, at whoever hosts the DNS of the domain. Other records may stand beside it.'
      : 'Add these TXT records, at whoever hosts the DNS of the domains. Other records may stand beside them.';
  return { kind: 'records', action: 'add', text, records };
}

function settled(domain: DomainConfig, { customer, roster, claims, observations }: SetupInputs): Settled {
  const stored = roster.domains.find(({ name }) => name === domain.name);
  const observation = observations.get(domain.name) ?? null;
  const { ownership } = assessDomain(domain, stored?.token ?? null, customer, observation);
  if (stored?.status === 'verified' && (stored.verifiedAt !== null || domain.verification === 'none')) {
    return verified(ownership, stored.verifiedAt === null ? '' : ` since ${dayOf(stored.verifiedAt)}`);
  }
  const holder = claims.holder(domain.name);
  if (holder !== null && !domain.takeover) {
    const message = `It is verified for the customer ${holder.customer}, and a domain is one customer's only.`;
    return { status: 'failed', message, hint: HANDED_OVER };
  }
  if (domain.verification === 'none') {
    const message = 'It needs no record (verification: none), and is not applied yet.';
    return { status: 'pending', message, waits: 'word' };
  }
  if (ownership.record === null) return { status: 'pending', message: 'It has no token yet.', waits: 'token' };
  return open(ownership, ownership.record);
}

const HANDED_OVER =
  'Take the domain out of the other customer and apply that, or say takeover: true at the domain here (DOM-3).';

/** Verified stays verified (DOM-2). */
function verified(ownership: OwnershipAssessment, since: string): Settled {
  if (!isGone(ownership) || ownership.record === null) return { status: 'done', message: `It is verified${since}.` };
  const { name, value } = ownership.record;
  const message = `It is verified${since} and stays so, but its record is gone. Publish it again: ${name} TXT "${value}".`;
  return { status: 'done', message };
}

function open({ status, propagation, problem }: OwnershipAssessment, record: SetupRecord): Settled {
  const spread = propagation === null ? '' : ` ${propagation.charAt(0).toUpperCase()}${propagation.slice(1)}.`;
  switch (status) {
    case 'verified':
      return { status: 'pending', message: 'Its record is there; the next apply verifies it.', waits: 'seen' };
    case 'missing':
      return { status: 'pending', message: `Its record is not there yet.${spread}`, record };
    case 'wrong':
      return {
        status: 'failed',
        message: `A record with another token is there.${spread}`,
        record,
        hint: 'Take the record with the other token away: it is of another customer, of another state, or misspelt.',
      };
    case 'unknown': {
      const why = problem === null ? '' : ` ${problem.message} ${problem.hint}`;
      return { status: 'unknown', message: `Whether its record is there could not be asked.${why}`, record };
    }
  }
}
