/** What of the DNS is asked for plans: only what something depends on, all of it at once and not too much. */
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { Interrupted } from '../../src/app/interrupted.ts';
import { observeDomains } from '../../src/app/observe.ts';
import type { DomainName } from '../../src/domain/address.ts';
import type { CustomerConfig } from '../../src/domain/config.ts';
import type { DomainObservation, DomainQuestion } from '../../src/domain/observations.ts';
import { type CustomerId, type Domain, emptyRoster, type Roster, type State } from '../../src/domain/roster.ts';
import type { ObservationSource } from '../../src/ports/dns.ts';
import { FileProblem } from '../../src/ports/documents.ts';
import { ACME, customer, domain, stateOf, verified } from '../support/builders.ts';
import { observed, service, shown } from '../support/observations.ts';

const NEVER = new AbortController().signal;
const NO_REGION = { ...service(), region: null };

function pending(name: string, token = 'abc'): Domain {
  return { name, status: 'pending', verifiedAt: null, token, site: null };
}

function rosterOf(name: string, ...domains: readonly Domain[]): Roster {
  return { ...emptyRoster(name as CustomerId), domains };
}

/** Answers whatever is asked, and keeps it. */
function source(answer: (question: DomainQuestion) => DomainObservation | null = ({ domain }) => observed(domain)) {
  const asked: (DomainQuestion & { readonly customer: CustomerId })[] = [];
  const observations: ObservationSource = {
    observe: async (customer, question) => {
      asked.push({ customer, ...question });
      return answer(question);
    },
  };
  return { asked, observations };
}

interface World {
  readonly customers: readonly CustomerConfig[];
  readonly state?: State;
  readonly observations: ObservationSource;
  readonly planned?: readonly CustomerConfig[];
  readonly signal?: AbortSignal;
}

function observing({ customers, state = stateOf(), observations, planned = customers, signal = NEVER }: World) {
  return observeDomains({ config: { customers }, customers: planned, state, observations, signal });
}

async function questionsFor(parts: Partial<CustomerConfig>, ...stored: readonly Domain[]) {
  const { asked, observations } = source();
  const acme = customer(parts);
  await observing({ customers: [acme], state: stateOf(rosterOf('acme', ...stored)), observations }).of(acme);
  return asked;
}

describe('a plan asks the DNS', () => {
  const OWN = { domains: [domain('acme.example')] };
  const PROVED = { domains: [domain('acme.example', 'dns')] };

  test('nothing where the configuration’s word is enough and there is no service to ask for', async () => {
    expect(await questionsFor(OWN)).toEqual([]);
    expect(await questionsFor({ ...OWN, service: NO_REGION })).toEqual([]);
  });

  test('nothing of a domain whose token nobody can know yet', async () => {
    expect(await questionsFor({ ...PROVED, service: service() })).toEqual([]);
  });

  test('for the record alone where there is no service', async () => {
    const ownershipName = '_rollcall.acme.example';
    const question = { customer: 'acme', domain: 'acme.example', ownershipName, mx: false, spf: null };
    expect(await questionsFor(PROVED, pending('acme.example'))).toEqual([question]);
    // DOM-2: whether it has gone since.
    expect(await questionsFor(PROVED, { ...verified('acme.example'), token: 'abc' })).toEqual([question]);
  });

  test('for MX and SPF where the region of the service is known', async () => {
    const [question] = await questionsFor({ ...OWN, service: service() });
    expect(question).toMatchObject({ ownershipName: null, mx: true, spf: { include: 'spf.gw.example' } });
    const [unknown] = await questionsFor({ ...OWN, service: service({ spfInclude: null }) });
    expect(unknown).toMatchObject({ mx: true, spf: null });
  });

  test.each(['mx', 'spf'] as const)(
    'where the gate %s blocks, so that it is closed and not passed over',
    async (gate) => {
      const gates = { mx: 'warn', spf: 'warn', ownership: 'block', [gate]: 'block' } as const;
      const [question, ...others] = await questionsFor({ ...OWN, gates });
      expect(question).toMatchObject({ ownershipName: null, mx: gate === 'mx', spf: null });
      expect(others).toEqual([]);
    },
  );
});

test('domains of all customers are looked at together, 32 at once', async () => {
  let now = 0;
  let most = 0;
  const observe = async (_: CustomerId, question: DomainQuestion) => {
    now += 1;
    most = Math.max(most, now);
    await wait(1);
    now -= 1;
    return observed(question.domain);
  };
  const customers = Array.from({ length: 30 }, (_, n) =>
    customer({
      name: `c${n}` as CustomerId,
      service: service(),
      domains: [0, 1, 2].map((m) => domain(`d${m}.c${n}.example`)),
    }),
  );
  const seeing = observing({ customers, observations: { observe } });
  const seen = await Promise.all(customers.map((one) => seeing.of(one)));
  expect(seen.flatMap((domains) => [...domains.keys()])).toEqual(
    customers.flatMap(({ domains }) => domains.map(({ name }) => name)),
  );
  expect(most).toBe(32);
});

test('a domain that was not recorded has no observation', async () => {
  const acme = customer({ service: service(), domains: [domain('a.example'), domain('b.example')] });
  const { observations } = source((question) => (question.domain === 'a.example' ? observed('a.example') : null));
  const seen = await observing({ customers: [acme], observations }).of(acme);
  expect([...seen.keys()]).toEqual(['a.example']);
});

describe('a hand-over (DOM-3)', () => {
  const brand = (takeover: boolean) => ({ ...domain('brand.example', 'dns'), takeover });
  const buyer = customer({ name: 'buyer' as CustomerId, service: service(), domains: [brand(true)] });
  const seller = customer({ name: 'seller' as CustomerId, domains: [brand(false)] });
  const other = customer({ name: 'other' as CustomerId, domains: [] });
  const state = stateOf(
    rosterOf('buyer', pending('brand.example', 'new')),
    rosterOf('seller', { ...verified('brand.example'), verifiedAt: null, token: 'old' }),
  );
  const handover = [['brand.example', { from: 'seller', to: 'buyer' }]];

  test('is seen by both sides, and by nobody else', async () => {
    const { asked, observations } = source(({ domain }) => shown(domain, 'new'));
    const seeing = observing({ customers: [buyer, other, seller], state, observations });
    const handovers = await Promise.all([buyer, other, seller].map((one) => seeing.handovers(one)));
    expect(handovers.map((one) => [...one])).toEqual([handover, [], handover]);
    expect(asked.map(({ customer }) => customer)).toEqual(['buyer', 'seller']);
  });

  test('is looked for where the claiming side is not planned: its record, and no more', async () => {
    const { asked, observations } = source(({ domain }) => shown(domain, 'new'));
    const seeing = observing({ customers: [buyer, seller], planned: [seller], state, observations });
    expect([...(await seeing.handovers(seller))]).toEqual(handover);
    expect(asked.filter(({ customer }) => customer === 'buyer')).toMatchObject([{ mx: false, spf: null }]);
  });

  test('is none while another token is shown', async () => {
    const { observations } = source(({ domain }) => shown(domain, 'old'));
    const seeing = observing({ customers: [buyer, seller], state, observations });
    expect([...(await seeing.handovers(seller))]).toEqual([]);
  });

  test('that cannot be read concerns its two sides alone', async () => {
    const problem = new FileProblem({ code: 'RECORDING_DAMAGED', message: 'It is damaged.', hint: 'Record anew.' });
    const observe: ObservationSource['observe'] = async (name, { domain }) => {
      if (name === 'buyer') throw problem;
      return observed(domain);
    };
    const seeing = observing({
      customers: [buyer, other, seller],
      planned: [other, seller],
      state,
      observations: { observe },
    });
    await expect(seeing.handovers(seller)).rejects.toBe(problem);
    expect([...(await seeing.handovers(other))]).toEqual([]);
    expect([...(await seeing.of(seller)).keys()]).toEqual(['brand.example']);
  });
});

test('once it is interrupted nothing further is asked, and what was seen is not handed on', async () => {
  const controller = new AbortController();
  const { asked, observations } = source(({ domain: name }) => {
    controller.abort();
    return observed(name as DomainName);
  });
  const domains = Array.from({ length: 40 }, (_, n) => domain(`d${n}.example`));
  const acme = customer({ name: ACME, service: service(), domains });
  const seeing = observing({ customers: [acme], observations, signal: controller.signal });
  await expect(seeing.of(acme)).rejects.toThrow(Interrupted);
  expect(asked.length).toBeLessThan(40);
});
