/** Whose domains are, and what becomes of them. */
import { describe, expect, it } from 'vitest';
import type { CustomerConfig, DomainConfig } from '../../src/domain/config.ts';
import type { DomainObservation } from '../../src/domain/observations.ts';
import type { CustomerId, Domain, Roster } from '../../src/domain/roster.ts';
import { advance } from '../../src/planner/advance.ts';
import { plan } from '../../src/planner/plan.ts';
import {
  ACME,
  afterApply,
  at,
  changesOf,
  configured,
  customer,
  diagnosticsOf,
  directory,
  domain,
  line,
  madePlan,
  messagesOf,
  NOW,
  onlyChange,
  person,
  reading,
  reasonsOf,
  roster,
  rosterAfter,
  stateOf,
  user,
  verified,
  type World,
} from '../support/builders.ts';
import { answered, FAILED, NO_DATA, NO_NAME, observed, ownership, shown } from '../support/observations.ts';

const RECORD = 'the TXT record _rollcall.acme.example with the value rollcall-verification=t0ken';
const DNS = customer({ domains: [domain('acme.example', 'dns')] });
const PENDING: Domain = { name: 'acme.example', status: 'pending', verifiedAt: null, token: 't0ken', site: null };
const VERIFIED: Domain = { ...PENDING, status: 'verified', verifiedAt: at('2026-10-01') };
const ANN = reading([person('ann', 'ann@acme.example')]);

function pendingWorld(observation: DomainObservation | null, parts: Partial<World> = {}): World {
  return {
    customer: DNS,
    roster: roster([], { domains: [PENDING] }),
    newDomains: true,
    observations: observation === null ? [] : [observation],
    ...parts,
  };
}

describe('DOM-1 Pending and verified', () => {
  it('a new domain is pending, with the token that was made for it and the record to publish', () => {
    const world = { customer: DNS, newDomains: true, tokens: { 'acme.example': 't0ken' } };
    expect(onlyChange(world)).toMatchObject({ action: 'create', resource: 'domain', after: PENDING });
    expect(reasonsOf(world)).toEqual([`DOM-1 pending until its record is seen; publish ${RECORD}`]);
    expect(changesOf({ ...afterApply(world), tokens: { 'acme.example': 'another' } })).toEqual([]);
  });

  it('the record is the one that the profile says', () => {
    const service = { ...DNS.service, ownership: { label: '', value: 'gw={token}' } };
    const world = pendingWorld(
      observed('acme.example', {
        ownership: ownership([answered('v=spf1 -all', 'gw=t0ken')], NO_DATA, 'acme.example'),
      }),
      { customer: { ...DNS, service } },
    );
    expect(reasonsOf(world)).toEqual(['DOM-1 verified: its record acme.example was seen']);
  });

  it('is verified as of the moment when its record was seen', () => {
    const seen = { ...shown('acme.example', 't0ken'), observedAt: at('2026-11-20T11:59:30Z') };
    expect(onlyChange(pendingWorld(seen))).toMatchObject({
      action: 'update',
      before: PENDING,
      after: { ...PENDING, status: 'verified', verifiedAt: '2026-11-20T11:59:30.000Z' },
    });
    expect(changesOf(afterApply(pendingWorld(seen)))).toEqual([]);
  });

  const T = answered('rollcall-verification=t0ken');
  const OTHER = answered('rollcall-verification=0ther');
  it.each<[string, DomainObservation['ownership'], boolean]>([
    ['every server has it', ownership([T, T], T), true],
    ['every server that answered has it', ownership([T, FAILED], NO_DATA), true],
    ['one server has it and another not', ownership([T, NO_DATA], T), false],
    ['one server has it and another has an old one', ownership([T, OTHER], T), false],
    ['only the resolver has it', ownership([NO_DATA, NO_NAME], T), false],
    ['no server could be asked and the resolver has it', ownership([FAILED, FAILED], T), true],
    ['no server was to be asked and the resolver has it', ownership([], T), true],
    ['nobody could be asked', ownership([FAILED], FAILED), false],
    [
      'it stands among others, with blanks around it',
      ownership([answered('x', ' rollcall-verification=t0ken ')]),
      true,
    ],
    ['it is but part of a text', ownership([answered('rollcall-verification=t0ken2')]), false],
    ['it was looked for elsewhere', ownership([T], T, '_other.acme.example'), false],
  ])('where %s', (_, seen, isVerified) => {
    const world = pendingWorld(observed('acme.example', { ownership: seen }));
    expect(changesOf(world)).toEqual(isVerified ? ['update domain acme.example by DOM-1'] : []);
  });

  it.each<[string, DomainObservation['ownership'], string]>([
    [
      'how far it has come',
      ownership([T, NO_DATA, T, OTHER], NO_NAME),
      ' 2 of 4 name servers have it; the old answer lives up to 3,600 s more.',
    ],
    [
      'that another token is there',
      ownership([OTHER]),
      ' A record with another token is there. 0 of 1 name servers has it; the old answer lives up to 3,600 s more.',
    ],
    [
      'that nobody could be asked',
      ownership([FAILED], FAILED),
      ' Whether it is there could not be asked. ns1.acme.example did not answer. Try again.',
    ],
  ])('the plan says %s', (_, seen, text) => {
    const world = pendingWorld(observed('acme.example', { ownership: seen }));
    expect(messagesOf(world, 'DOM-1')).toEqual([`acme.example is pending: publish ${RECORD}.${text}`]);
    expect(diagnosticsOf(world)).toEqual(['warning DOM-1']);
  });

  it('nothing changes where nobody looked', () => {
    expect(changesOf(pendingWorld(null))).toEqual([]);
    expect(diagnosticsOf(pendingWorld(null))).toEqual(['info DOM-1']);
    expect(changesOf({ customer: DNS, roster: roster([], { domains: [VERIFIED] }), newDomains: true })).toEqual([]);
  });

  it('users come in with the plan that verifies their domain, and not before (SEL-6)', () => {
    const world = pendingWorld(shown('acme.example', 't0ken'), { reading: ANN });
    expect(changesOf({ ...world, observations: [] })).toEqual([]);
    expect(changesOf(world)).toEqual(['update domain acme.example by DOM-1', 'create user ann@acme.example by SEL-1']);
    expect(changesOf(afterApply(world))).toEqual([]);
  });

  it('the word of the configuration is enough where it says so', () => {
    const world = { customer: customer(), newDomains: true };
    expect(onlyChange(world)).toMatchObject({
      action: 'create',
      after: { name: 'acme.example', status: 'verified', verifiedAt: null, token: null },
    });
    expect(diagnosticsOf(world)).toEqual([]);
    expect(changesOf(afterApply(world))).toEqual([]);
  });

  it('a word that is taken back is worth nothing any more', () => {
    const byWord: Domain = { ...VERIFIED, verifiedAt: null, token: null };
    const world = {
      customer: DNS,
      roster: roster([user('ann@acme.example')], { domains: [byWord] }),
      newDomains: true,
      reading: reading([]),
      tokens: { 'acme.example': 't0ken' },
    };
    expect(onlyChange(world)).toMatchObject({ action: 'update', after: PENDING });
    expect(reasonsOf(world)).toEqual([
      `DOM-1 its ownership was never shown: pending until its record is seen; publish ${RECORD}`,
    ]);
    expect(changesOf(afterApply(world))).toEqual([]);
  });

  it('a token stays the same through everything that happens to the domain', () => {
    const begin = pendingWorld(shown('acme.example', 't0ken'), { tokens: { 'acme.example': 'another' } });
    const byWord = { ...afterApply(begin), customer: customer() };
    const again = { ...afterApply(byWord), customer: DNS };
    expect([begin, byWord, again].map((world) => rosterAfter(world).domains[0]?.token)).toEqual(Array(3).fill('t0ken'));
  });

  it('a domain that is taken out goes with its users (DEL-9)', () => {
    const world = {
      customer: customer({ domains: [] }),
      roster: roster([user('ann@acme.example')], { domains: [VERIFIED] }),
    };
    expect(changesOf(world)).toEqual(['delete domain acme.example by DEL-9', 'delete user ann@acme.example by DEL-9']);
  });
});

describe('DOM-2 Verified stays verified', () => {
  const world = (seen: DomainObservation['ownership']): World => ({
    customer: DNS,
    roster: roster([user('ann@acme.example')], { domains: [VERIFIED] }),
    newDomains: true,
    reading: ANN,
    observations: [observed('acme.example', { ownership: seen })],
  });

  it('when its record is gone, with a warning that says since when it is verified', () => {
    const gone = world(ownership([NO_DATA, NO_NAME]));
    expect(changesOf(gone)).toEqual([]);
    expect(messagesOf(gone, 'DOM-2')).toEqual([
      `acme.example is verified since 2026-10-01 and stays so, but its record is gone. Publish it again: ${RECORD}.`,
    ]);
    expect(diagnosticsOf(gone)).toEqual(['warning DOM-2']);
  });

  it.each<[string, DomainObservation['ownership']]>([
    ['it is there', ownership([answered('rollcall-verification=t0ken')])],
    ['some still have it', ownership([answered('rollcall-verification=t0ken'), NO_DATA])],
    ['nobody could be asked', ownership([FAILED], FAILED)],
    ['nobody looked for it', null],
  ])('without a word while %s', (_, seen) => {
    expect(diagnosticsOf(world(seen))).toEqual([]);
  });
});

describe('DOM-3 A domain of another customer', () => {
  const GLOBEX = 'globex' as CustomerId;
  const taken: DomainConfig = { ...domain('acme.example', 'dns'), takeover: true };
  const globex = (domains: readonly Domain[]): Roster => roster([], { customer: GLOBEX, domains });
  const verifiedElsewhere = globex([{ ...VERIFIED, token: 'theirs' }]);
  const seen = shown('acme.example', 't0ken');

  it('is not claimed, whether or not the other customer still lists it', () => {
    const world = pendingWorld(seen, { others: [verifiedElsewhere], reading: ANN });
    expect(changesOf(world)).toEqual([]);
    expect(messagesOf(world, 'DOM-3')).toEqual([
      "acme.example is verified for the customer globex since 2026-10-01, and a domain is one customer's only: nobody there is added or removed here. Take it out there and apply that, or say takeover: true here.",
    ]);
    expect(diagnosticsOf(world)).toEqual(['error DOM-3', 'warning SEL-6']);
    expect(changesOf({ ...world, roster: roster([]) })).toEqual([]);
  });

  it("is not claimed by one's own word either", () => {
    const world = { newDomains: true, others: [verifiedElsewhere], reading: ANN };
    expect(changesOf(world)).toEqual([]);
    expect(diagnosticsOf(world)).toEqual(['error DOM-3', 'warning SEL-6']);
  });

  it('is free once the other customer has given it up, or was never verified there', () => {
    expect(changesOf(pendingWorld(seen, { others: [globex([])] }))).toEqual(['update domain acme.example by DOM-1']);
    const pendingThere = pendingWorld(seen, { others: [globex([PENDING])] });
    expect(changesOf(pendingThere)).toEqual(['update domain acme.example by DOM-1']);
  });

  it('is taken over once its own record was seen, and the plan says from whom', () => {
    const world = pendingWorld(seen, {
      customer: { ...DNS, domains: [taken] },
      others: [verifiedElsewhere],
    });
    expect(reasonsOf(world)).toEqual([
      'DOM-3 taken over from the customer globex',
      'DOM-1 verified: its record _rollcall.acme.example was seen',
    ]);
    const early = { ...world, observations: [], roster: roster([]), tokens: { 'acme.example': 't0ken' } };
    expect(changesOf(early)).toEqual(['create domain acme.example by DOM-1']);
    expect(messagesOf(early, 'DOM-3')).toEqual([
      "acme.example is verified for the customer globex: it is taken over once its own record here is seen, and that customer's users in it are deleted then.",
    ]);
  });

  it('is not taken over by a record that was seen before the other customer was verified', () => {
    const world = pendingWorld(
      { ...seen, observedAt: at('2026-09-30') },
      { customer: { ...DNS, domains: [taken] }, others: [verifiedElsewhere] },
    );
    expect(changesOf(world)).toEqual([]);
  });

  /** Both customers list the domain; acme takes it over from globex, which has bob there. */
  function handover() {
    const loser: CustomerConfig = { ...DNS, name: GLOBEX, location: line(90) };
    const taker: CustomerConfig = { ...DNS, domains: [taken] };
    const bob = user('bob@acme.example');
    const acme = roster([], { domains: [PENDING] });
    const other = { ...verifiedElsewhere, entries: [bob] };
    const planned = (state: readonly Roster[], observations: readonly DomainObservation[]) =>
      plan({
        config: { customers: [taker, loser] },
        readings: new Map([
          [ACME, ANN],
          [GLOBEX, reading([person('bob', 'bob@acme.example')])],
        ]),
        state: stateOf(...state),
        observations: new Map([[ACME, new Map(observations.map((one) => [one.domain, one]))]]),
        now: NOW,
        allowRemovals: null,
      }).customers.map((made) => {
        if (made.status === 'failed') throw new Error('failed');
        return {
          ...made,
          said: made.changes.map(({ action, resource, reasons }) => `${action} ${resource} ${reasons[0].rule}`),
        };
      });
    return { planned, acme, other };
  }

  it('shows in both plans: the losing side loses its users there (DEL-9)', () => {
    const { planned, acme, other } = handover();
    expect(planned([acme, other], []).map(({ said }) => said)).toEqual([[], []]);
    const [won, lost] = planned([acme, other], [seen]);
    expect(won?.said).toEqual(['update domain DOM-3', 'create user SEL-1']);
    expect(lost?.said).toEqual(['delete domain DOM-3', 'delete user DEL-9']);
    expect(lost?.changes[1]?.reasons).toEqual([
      { rule: 'DEL-9', message: 'the domain acme.example was taken over by the customer acme (DOM-3)' },
    ]);
    expect(lost?.diagnostics.map(({ rule, severity }) => `${severity} ${rule}`)).toEqual([
      'warning DOM-3',
      'warning SEL-6',
    ]);
  });

  it('holds whichever of the two plans is applied first, and stays as it is then', () => {
    const { planned, acme, other } = handover();
    const [won, lost] = planned([acme, other], [seen]);
    const step = (changes: typeof won) => ({ at: NOW, changes: changes?.changes ?? [], directory: null });
    const acmeAfter = advance(acme, step(won));
    const otherAfter = advance(other, step(lost));
    expect(planned([acmeAfter, other], []).map(({ said }) => said)).toEqual([[], lost?.said]);
    expect(planned([acme, otherAfter], [seen]).map(({ said }) => said)).toEqual([
      ['update domain DOM-1', 'create user SEL-1'],
      // Nobody has it in the state now, so whoever lists it may try for it.
      ['create domain DOM-1'],
    ]);
    const done = planned([acmeAfter, otherAfter], [seen]);
    expect(done.map(({ said }) => said)).toEqual([[], []]);
    expect(done[1]?.diagnostics.map(({ rule, severity }) => `${severity} ${rule}`)).toContain('error DOM-3');
  });

  it('gives no address away with it that the other customer still has (ADR-4)', () => {
    const world = pendingWorld(seen, {
      customer: { ...DNS, domains: [taken] },
      others: [{ ...verifiedElsewhere, entries: [user('ann@acme.example')] }],
      reading: ANN,
    });
    expect(changesOf(world)).toEqual(['update domain acme.example by DOM-3']);
    expect(diagnosticsOf(world)).toContain('error ADR-4');
  });

  it('asks who would have it back for a new record', () => {
    const world: World = {
      customer: { ...DNS, domains: [taken] },
      roster: roster([], { domains: [VERIFIED] }),
      newDomains: true,
      others: [globex([{ ...verified('acme.example'), verifiedAt: at('2026-11-01') }])],
      observations: [seen],
      tokens: { 'acme.example': 'new' },
    };
    expect(onlyChange(world)).toMatchObject({ action: 'update', after: { ...PENDING, token: 'new' } });
    expect(changesOf(afterApply(world))).toEqual([]);
  });

  it('takes users of the configuration with it', () => {
    const world: World = {
      customer: { ...DNS, users: [configured('desk@acme.example')], directory: directory() },
      roster: roster([user('desk@acme.example', { source: 'manual' })], { domains: [VERIFIED] }),
      newDomains: true,
      others: [globex([{ ...verified('acme.example'), verifiedAt: at('2026-11-01') }])],
    };
    expect(madePlan(world).changes.map(({ action, resource }) => `${action} ${resource}`)).toEqual([
      'delete domain',
      'delete user',
    ]);
  });
});

describe('DOM-6 Sites and relays', () => {
  const site = (name: string, parts: Partial<CustomerConfig['sites'][number]> = {}) => ({
    name,
    isDefault: true,
    servers: [{ address: 'mail.acme.example', port: 25, priority: 10 }],
    location: line(50),
    ...parts,
  });
  const relay = (name: string, ...addresses: readonly string[]) => ({ name, addresses, location: line(60) });

  it('are created, updated and deleted as the configuration says', () => {
    const begin: World = {
      customer: customer({ sites: [site('london')], relays: [relay('exchange', '192.0.2.25/32')] }),
    };
    expect(changesOf(begin)).toEqual(['create relay exchange by DOM-6', 'create site london by DOM-6']);
    expect(rosterAfter(begin)).toMatchObject({
      sites: [{ name: 'london', default: true, servers: [{ address: 'mail.acme.example', port: 25, priority: 10 }] }],
      relays: [{ name: 'exchange', addresses: ['192.0.2.25/32'] }],
    });
    expect(changesOf(afterApply(begin))).toEqual([]);
    const other = {
      ...afterApply(begin),
      customer: customer({ sites: [site('london', { isDefault: false })], relays: [relay('scanner', '192.0.2.9/32')] }),
    };
    expect(changesOf(other)).toEqual([
      'delete relay exchange by DOM-6',
      'create relay scanner by DOM-6',
      'update site london by DOM-6',
    ]);
  });

  it('say what differs', () => {
    const begin: World = { customer: customer({ sites: [site('london')] }) };
    const moved = site('london', { servers: [{ address: '2001:db8::25', port: 2525, priority: 10 }] });
    expect(reasonsOf({ ...afterApply(begin), customer: customer({ sites: [moved] }) })).toEqual([
      'DOM-6 servers: mail.acme.example:25 (priority 10) -> [2001:db8::25]:2525 (priority 10)',
    ]);
  });

  it('are the same in whatever order their servers and addresses stand', () => {
    const servers = [
      { address: 'b.example', port: 25, priority: 10 },
      { address: 'a.example', port: 25, priority: 20 },
    ];
    const begin: World = {
      customer: customer({
        sites: [site('london', { servers })],
        relays: [relay('x', '192.0.2.1/32', '192.0.2.2/32')],
      }),
    };
    const turned = customer({
      sites: [site('london', { servers: servers.toReversed() })],
      relays: [relay('x', '192.0.2.2/32', '192.0.2.1/32')],
    });
    expect(changesOf({ ...afterApply(begin), customer: turned })).toEqual([]);
  });

  it('a domain that goes to another site is updated', () => {
    const world: World = {
      customer: customer({ domains: [{ ...domain('acme.example'), site: 'london' }], sites: [site('london')] }),
      roster: roster([], { domains: [{ ...PENDING, status: 'verified', token: null }] }),
    };
    const [, change] = madePlan(world).changes;
    expect(madePlan(world).changes.map(({ action, resource }) => `${action} ${resource}`)).toEqual([
      'update domain',
      'create site',
    ]);
    expect(change?.resource).toBe('site');
    expect(madePlan(world).changes[0]?.reasons).toEqual([
      { rule: 'DOM-6', message: 'mail is delivered to the site london, and was to no site' },
    ]);
  });
});
