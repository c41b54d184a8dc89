/** What is made of what the DNS showed: MX and SPF records, and the gates that wait for them. */
import { describe, expect, it } from 'vitest';
import type { GatePolicy } from '../../src/domain/config.ts';
import type { DomainObservation, MxObservation, SpfObservation, SpfResult } from '../../src/domain/observations.ts';
import { isLifted } from '../../src/domain/plan.ts';
import type { Domain } from '../../src/domain/roster.ts';
import { NO_SERVICE } from '../../src/domain/service.ts';
import { assessDomain, closedGates } from '../../src/planner/dns/assess.ts';
import { assessMx } from '../../src/planner/dns/mx.ts';
import { probes, questionFor } from '../../src/planner/dns/question.ts';
import { assessSpf } from '../../src/planner/dns/spf.ts';
import {
  changesOf,
  customer,
  diagnosticsOf,
  domain,
  messagesOf,
  person,
  planOf,
  reading,
  roster,
  verified,
  type World,
} from '../support/builders.ts';
import {
  answered,
  exchange,
  FAILED,
  mx,
  NO_DATA,
  NO_NAME,
  observed,
  REGION,
  service,
  shown,
  spf,
} from '../support/observations.ts';

const ANN = reading([person('ann', 'ann@acme.example')]);

function gated(gates: Partial<GatePolicy>, seen: Partial<DomainObservation>, parts: Partial<World> = {}): World {
  return {
    customer: customer({ service: service(), gates: { mx: 'warn', spf: 'warn', ownership: 'block', ...gates } }),
    reading: ANN,
    observations: [observed('acme.example', seen)],
    ...parts,
  };
}

function blocksOf(world: World): readonly string[] {
  const made = planOf(world);
  return made.status === 'blocked' ? made.blocks.map(({ rule, message }) => `${rule} ${message}`) : [];
}

describe('DOM-4 MX records', () => {
  const judged = (observation: MxObservation | null, region = service()) => {
    const { status, findings } = assessMx(observation, region);
    return [status, ...findings.map(({ severity, code }) => `${severity} ${code}`)];
  };
  const OURS = ['10 mx1.gw.example', '10 mx2.gw.example'];

  it.each<[string, readonly string[], readonly string[]]>([
    ['the hosts of the region alone', OURS, ['ok']],
    ['the hosts of the region at several preferences', ['10 mx1.gw.example', '20 mx2.gw.example'], ['ok']],
    ['one of the hosts', ['10 mx1.gw.example'], ['ok', 'warning MX_INCOMPLETE']],
    ['a foreign one at a lower preference', [...OURS, '50 old.example'], ['ok', 'warning MX_FOREIGN']],
    [
      'a foreign one beside them',
      [...OURS, '10 old.example'],
      ['wrong', 'error MX_EXPECTED_NOT_BEST', 'warning MX_FOREIGN'],
    ],
    [
      'a foreign one before them',
      ['5 old.example', ...OURS],
      ['wrong', 'error MX_EXPECTED_NOT_BEST', 'warning MX_FOREIGN'],
    ],
    ['foreign ones only', ['10 old.example'], ['wrong', 'error MX_MISSING', 'warning MX_FOREIGN']],
    ['a null MX', ['0 '], ['wrong', 'error MX_NULL']],
    ['a null MX beside others', ['0 ', ...OURS], ['wrong', 'error MX_NULL']],
  ])('%s', (_, records, found) => {
    expect(judged(mx(...records))).toEqual(found);
  });

  it('tells "none" from "no such name" and from "could not ask"', () => {
    expect(judged({ answer: NO_DATA })).toEqual(['missing', 'error MX_MISSING']);
    expect(judged({ answer: answered() })).toEqual(['missing', 'error MX_MISSING']);
    expect(assessMx({ answer: NO_NAME }, service()).findings[0]?.message).toBe(
      'The name does not exist in the DNS. Publish MX records for mx1.gw.example and mx2.gw.example.',
    );
    expect(judged({ answer: FAILED })).toEqual(['unknown', 'warning MX_UNKNOWN']);
    expect(judged(null)).toEqual(['unknown']);
  });

  it('names that are aliases or have no address are told', () => {
    const alias = exchange('10 mail.acme.example', { alias: 'mx1.gw.example' });
    expect(judged({ answer: answered(alias) })).toEqual(['ok', 'warning MX_INCOMPLETE', 'warning MX_CNAME']);
    const dead = exchange('10 mx1.gw.example', { addresses: NO_NAME });
    expect(judged({ answer: answered(dead) })).toEqual(['wrong', 'warning MX_INCOMPLETE', 'error MX_NO_ADDRESS']);
    const gone = exchange('20 old.example', { addresses: answered() });
    expect(judged({ answer: answered(exchange('10 mx1.gw.example'), exchange('10 mx2.gw.example'), gone) })).toEqual([
      'ok',
      'warning MX_FOREIGN',
      'warning MX_NO_ADDRESS',
    ]);
    const unasked = exchange('10 mx1.gw.example', { addresses: FAILED });
    expect(judged({ answer: answered(unasked) })).toEqual(['ok', 'warning MX_INCOMPLETE']);
  });

  it('what is not known of the region cannot be judged, what is wrong anyhow can', () => {
    const unknown = service({ mx: [] });
    expect(judged(mx('10 old.example'), unknown)).toEqual(['unknown', 'info MX_UNKNOWN']);
    expect(judged({ answer: NO_DATA }, unknown)).toEqual(['missing', 'error MX_MISSING']);
    expect(judged(mx('0 '), unknown)).toEqual(['wrong', 'error MX_NULL']);
    expect(judged(mx('10 old.example'), NO_SERVICE)).toEqual(['unknown', 'info MX_UNKNOWN']);
  });

  it('are said of managed domains that were looked at, as warnings: what holds back is the gate', () => {
    const wrong = { mx: mx('10 old.example') };
    expect(messagesOf(gated({}, wrong), 'DOM-4')).toEqual([
      'acme.example: None of the MX records leads to the service. Publish MX records for mx1.gw.example and mx2.gw.example. The old answer lives up to 300 s more.',
      'acme.example: old.example (preference 10) is not of the service: mail that goes there passes it by. Take the record out once mail flows.',
    ]);
    expect(diagnosticsOf(gated({}, wrong))).toEqual(['warning DOM-4', 'warning DOM-4']);
    expect(diagnosticsOf(gated({ mx: 'block' }, wrong))).toEqual(['warning DOM-4', 'warning DOM-4']);
    expect(diagnosticsOf(gated({}, wrong, { observations: [] }))).toEqual([]);
  });

  it('are not yet said of a pending domain', () => {
    const pending = customer({ domains: [domain('acme.example', 'dns')], service: service() });
    expect(diagnosticsOf(gated({}, { mx: { answer: NO_DATA } }, { customer: pending }))).not.toContain('warning DOM-4');
  });

  it('what is not known of the region is said once', () => {
    const two = [domain('acme.example'), domain('b.example')];
    const world = gated(
      {},
      {},
      {
        customer: customer({ domains: two, service: service({ mx: [] }) }),
        observations: two.map(({ name }) => observed(name, { mx: mx('10 x.example') })),
      },
    );
    expect(messagesOf(world, 'DOM-4')).toHaveLength(1);
  });

  it('hold the customer back where the gate blocks', () => {
    const world = gated({ mx: 'block' }, { mx: mx('10 old.example') });
    expect(blocksOf(world)).toEqual([
      'DOM-4 The gate "mx" is closed. acme.example: None of the MX records leads to the service. Publish MX records for mx1.gw.example and mx2.gw.example. The old answer lives up to 300 s more. Put that right, or let the gate only warn (gates.mx).',
    ]);
    expect(planOf(gated({}, { mx: mx('10 old.example') })).status).toBe('ready');
    expect(planOf(gated({ mx: 'block' }, { mx: mx(...OURS) })).status).toBe('ready');
  });

  it('hold it back too when they could not be asked for', () => {
    expect(blocksOf(gated({ mx: 'block' }, { mx: { answer: FAILED } }))).toEqual([
      'DOM-4 The gate "mx" is closed. acme.example: The MX records could not be asked for: ns1.acme.example did not answer. Try again. Put that right, or let the gate only warn (gates.mx).',
    ]);
  });

  it.each<[string, Partial<World>]>([
    ['nothing would change', { reading: reading([]) }],
    ['nobody looked', { observations: [] }],
  ])('let it through where %s', (_, parts) => {
    expect(planOf(gated({ mx: 'block' }, { mx: mx('10 old.example') }, parts)).status).toBe('ready');
  });

  it('are not lifted by --allow-removals', () => {
    const world = gated({ mx: 'block' }, { mx: mx('10 old.example') }, { allowRemovals: 1000 });
    const made = planOf(world);
    expect(made.status).toBe('blocked');
    if (made.status === 'blocked') expect(made.blocks.map((block) => isLifted(block, 1000))).toEqual([false]);
  });

  it('are waited for by a domain that is verified only now, and not by one that is pending', () => {
    const pending: Domain = { ...verified('acme.example'), status: 'pending', verifiedAt: null, token: 't' };
    const acme = customer({
      domains: [domain('acme.example', 'dns')],
      service: service(),
      gates: { mx: 'block', spf: 'warn', ownership: 'block' },
    });
    const early = { customer: acme, roster: roster([], { domains: [pending] }), reading: ANN };
    const seen = shown('acme.example', 't', { mx: mx('10 old.example') });
    expect(changesOf({ ...early, observations: [seen] })).toHaveLength(2);
    expect(blocksOf({ ...early, observations: [seen] })).toHaveLength(1);
    expect(blocksOf({ ...early, observations: [{ ...seen, ownership: null }] })).toEqual([]);
  });
});

describe('DOM-5 SPF records', () => {
  const judged = (observation: SpfObservation | null, region = service()) => {
    const { status, findings } = assessSpf(observation, region);
    return [status, ...findings.map(({ severity, code }) => `${severity} ${code}`)];
  };
  const GOOD = 'v=spf1 include:spf.gw.example -all';
  const stranger = (result: SpfResult, lookups = 1) => ({
    stranger: { result, comment: null, lookups, voidLookups: 0 },
  });
  const proposal = (lookups: number) => ({ record: 'proposed', lookups, result: 'pass' as const });

  it.each<[string, SpfObservation, readonly string[]]>([
    ['every address passes', spf(GOOD, ['pass', 'pass']), ['ok']],
    ['one does not', spf(GOOD, ['pass', 'softfail']), ['wrong', 'error SPF_NOT_INCLUDED']],
    ['one cannot be decided', spf(GOOD, ['pass', 'temperror']), ['unknown', 'warning SPF_UNKNOWN']],
    ['one fails and one cannot be decided', spf(GOOD, ['fail', 'temperror']), ['wrong', 'error SPF_NOT_INCLUDED']],
    [
      'the record is in error',
      spf('v=spf1 inclde:x', ['permerror'], stranger('permerror')),
      ['wrong', 'error SPF_PERMERROR'],
    ],
    ['there is none', spf('', [], { records: NO_DATA }), ['missing', 'error SPF_MISSING']],
    ['the name is not there', spf('', [], { records: NO_NAME }), ['missing', 'error SPF_MISSING']],
    ['there are two', spf('', ['permerror'], { records: answered(GOOD, GOOD) }), ['wrong', 'error SPF_SEVERAL']],
    ['nobody could be asked', spf('', ['temperror'], { records: FAILED }), ['unknown', 'warning SPF_UNKNOWN']],
    ['it lets everybody send', spf('v=spf1 +all', ['pass'], stranger('pass')), ['wrong', 'error SPF_PLUS_ALL']],
    ['it is in error for others only', spf(GOOD, ['pass'], stranger('permerror')), ['ok', 'warning SPF_PERMERROR']],
    [
      'it takes eleven for others',
      spf(GOOD, ['pass'], stranger('permerror', 11)),
      ['wrong', 'error SPF_TOO_MANY_LOOKUPS'],
    ],
    [
      'it says nothing of others',
      spf('v=spf1 include:spf.gw.example', ['pass'], stranger('neutral')),
      ['ok', 'warning SPF_NO_ALL'],
    ],
    ['it takes eleven lookups', spf(GOOD, ['permerror'], { lookups: 11 }), ['wrong', 'error SPF_TOO_MANY_LOOKUPS']],
    ['it takes ten', spf(GOOD, ['pass'], { lookups: 10 }), ['ok']],
    ['three find nothing', spf(GOOD, ['permerror'], { voidLookups: 3 }), ['wrong', 'error SPF_VOID']],
    ['two find nothing', spf(GOOD, ['pass'], { voidLookups: 2 }), ['ok', 'info SPF_VOID']],
    ['nothing was evaluated', spf(GOOD, []), ['unknown', 'info SPF_UNKNOWN']],
    [
      'the proposal would take eleven',
      spf('v=spf1 -all', ['fail'], { proposal: proposal(11) }),
      ['wrong', 'error SPF_NOT_INCLUDED', 'error SPF_TOO_MANY_LOOKUPS'],
    ],
  ])('where %s', (_, observation, found) => {
    expect(judged(observation)).toEqual(found);
  });

  it('say what does not pass and what to publish', () => {
    const { findings } = assessSpf(
      spf('v=spf1 -all', ['fail', 'fail', 'fail', 'fail', 'pass'], { proposal: proposal(2) }),
      service(),
    );
    expect(findings[0]?.message).toBe(
      'The SPF record does not let the service send: of 5 addresses 4 did not pass, 203.0.113.0 (fail), 203.0.113.1 (fail), 203.0.113.2 (fail) and 1 more. Publish: proposed',
    );
  });

  it('hold the customer back where the gate blocks', () => {
    const wrong = { spf: spf('v=spf1 -all', ['fail']) };
    expect(planOf(gated({}, wrong)).status).toBe('ready');
    expect(blocksOf(gated({ spf: 'block' }, wrong))[0]).toMatch(
      /^DOM-5 The gate "spf" is closed\. acme\.example: The SPF record does not/,
    );
    expect(diagnosticsOf(gated({ spf: 'block' }, wrong))).toEqual(['warning DOM-5']);
  });
});

describe('what is asked', () => {
  it('of a range is its first, its last and one middle address', () => {
    expect(probes(['203.0.113.0/24', '192.0.2.7/32', '192.0.2.8/31'])).toEqual([
      '203.0.113.0',
      '203.0.113.255',
      '203.0.113.128',
      '192.0.2.7',
      '192.0.2.8',
      '192.0.2.9',
    ]);
    expect(probes(['2001:db8::/47'])).toEqual(['2001:db8::', '2001:db8:1:ffff:ffff:ffff:ffff:ffff', '2001:db8:1::']);
    expect(probes(['::/0', '0.0.0.0/0'])).toHaveLength(6);
  });

  it('is what the rules need', () => {
    const acme = domain('acme.example', 'dns');
    expect(questionFor(acme, 't', { service: service() })).toEqual({
      domain: 'acme.example',
      ownershipName: '_rollcall.acme.example',
      mx: true,
      spf: { addresses: ['203.0.113.0', '203.0.113.255', '203.0.113.128'], include: REGION.spfInclude },
    });
    expect(questionFor(acme, null, { service: NO_SERVICE })).toMatchObject({ ownershipName: null, spf: null });
    expect(questionFor(domain('acme.example'), 't', { service: NO_SERVICE })).toMatchObject({ ownershipName: null });
  });
});

describe('closed gates', () => {
  const acme = customer({ service: service(), gates: { mx: 'block', spf: 'warn', ownership: 'block' } });
  const closed = (seen: Partial<DomainObservation>, status: Domain['status'] = 'verified') =>
    closedGates(assessDomain(domain('acme.example'), null, acme, observed('acme.example', seen)), status, acme);

  it('are those that block and are not passed, and ownership while pending', () => {
    expect(closed({ mx: mx('10 mx1.gw.example') })).toEqual([]);
    expect(closed({ mx: mx('10 old.example'), spf: spf('v=spf1 -all', ['fail']) })).toEqual(['mx']);
    expect(closed({ mx: mx('10 mx1.gw.example') }, 'pending')).toEqual(['ownership']);
  });
});
