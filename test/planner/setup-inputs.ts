/** A customer on its way on board, with whatever a test does not speak of as it should be. */
import type { DomainName } from '../../src/domain/address.ts';
import type { CustomerConfig } from '../../src/domain/config.ts';
import type { DomainObservation } from '../../src/domain/observations.ts';
import type { Roster } from '../../src/domain/roster.ts';
import type { SmtpAnswer, SmtpProbe } from '../../src/domain/smtp-probe.ts';
import { setupChecklist } from '../../src/planner/setup/checklist.ts';
import type { SetupInputs } from '../../src/planner/setup/inputs.ts';
import type { Instruction, SetupStep, StepId } from '../../src/planner/setup/step.ts';
import { customer, domain, line, NOW, roster, user, verified } from '../support/builders.ts';
import { mx, observed, service, spf } from '../support/observations.ts';

const SERVER = { address: 'mail.acme.example', port: 25 };
const SITE = { name: 'main', isDefault: true, servers: [{ ...SERVER, priority: 10 }], location: line(7) };
const RELAY = { name: 'exchange', addresses: ['192.0.2.25/32'], location: line(8) };

/** Everything of it is stated, and applied if the roster is the one below. */
export const ACME: CustomerConfig = customer({
  service: service(),
  domains: [{ ...domain('acme.example', 'dns'), site: 'main' }],
  sites: [SITE],
  relays: [RELAY],
});

export const APPLIED: Roster = {
  ...roster([user('ann@acme.example')]),
  serial: 1,
  syncedAt: NOW,
  domains: [{ ...verified('acme.example'), token: 'abc' }],
  sites: [{ name: 'main', default: true, servers: [{ ...SERVER, priority: 10 }] }],
  relays: [{ name: 'exchange', addresses: ['192.0.2.25/32'] }],
};

/** What the DNS shows once all is right. */
export const RIGHT: DomainObservation = observed('acme.example', {
  mx: mx('10 mx1.gw.example', '20 mx2.gw.example'),
  spf: spf('v=spf1 include:spf.gw.example -all', ['pass', 'pass']),
});

export function said(code: number, text: string, enhanced: string | null = null): SmtpAnswer {
  const verdict = code < 300 ? 'accepted' : code < 500 ? 'deferred' : 'refused';
  return { status: 'answered', verdict, reply: { code, enhanced, lines: [text] } };
}

/** A server that knows its people and takes mail for them from anybody. */
export function probe(parts: Partial<SmtpProbe> = {}): SmtpProbe {
  const [knownRecipient, randomRecipient] = ['ann@acme.example', 'nobody@acme.example'];
  return {
    server: SERVER,
    question: { knownRecipient, randomRecipient, helo: 'rollcall.example.test', sender: '' },
    observedAt: NOW,
    elapsedMs: 12,
    connect: { status: 'connected', ip: '192.0.2.1' },
    banner: said(220, 'mail.acme.example'),
    hello: said(250, 'mail.acme.example'),
    extensions: { keywords: ['SIZE'], maxSize: null },
    startTls: { status: 'notOffered' },
    mailFrom: said(250, 'Ok'),
    knownRecipient: said(250, 'Ok'),
    randomRecipient: said(550, 'User unknown', '5.1.1'),
    quit: said(221, 'Bye'),
    ...parts,
  };
}

export interface World extends Partial<Omit<SetupInputs, 'observations' | 'claims'>> {
  readonly seen?: readonly DomainObservation[];
  /** The customer that the domains are verified for, if that is another one. */
  readonly holder?: string;
}

export function checklistOf({ seen = [RIGHT], holder, ...parts }: World = {}) {
  const held = holder === undefined ? null : { customer: holder as CustomerConfig['name'], verifiedAt: NOW };
  return setupChecklist({
    customer: ACME,
    roster: APPLIED,
    claims: { holder: () => held, lostTo: () => null },
    observations: new Map<DomainName, DomainObservation>(seen.map((one) => [one.domain, one])),
    probes: null,
    confirmed: new Set(),
    ...parts,
  });
}

export function stepOf(id: StepId, world: World = {}): SetupStep {
  const step = checklistOf(world).steps.find((one) => one.id === id);
  if (step === undefined) throw new Error(`there is no step ${id}`);
  return step;
}

/** The only instruction of this kind. */
export function todo<K extends Instruction['kind']>(step: SetupStep, kind: K): Extract<Instruction, { kind: K }> {
  const [first, ...others] = step.todo.filter((one): one is Extract<Instruction, { kind: K }> => one.kind === kind);
  if (first === undefined || others.length > 0) {
    throw new Error(`there are ${others.length} more instructions of the kind ${kind} than one, or none`);
  }
  return first;
}
