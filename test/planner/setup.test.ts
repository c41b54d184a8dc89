/** How far each step of a set-up is, by what is stored and what was seen. */
import { describe, expect, it } from 'vitest';
import type { DomainObservation } from '../../src/domain/observations.ts';
import { CONFIRMABLE } from '../../src/planner/setup/step.ts';
import { customer, domain, roster, verified } from '../support/builders.ts';
import { answered, FAILED, NO_DATA, observed, ownership, service, shown } from '../support/observations.ts';
import { ACME, APPLIED, checklistOf, probe, said, stepOf, todo, type World } from './setup-inputs.ts';

const statuses = (world: World = {}) =>
  Object.fromEntries(checklistOf(world).steps.map(({ id, status }) => [id, status]));
const ALL = new Set(CONFIRMABLE);
const PENDING = {
  ...APPLIED,
  domains: [{ ...verified('acme.example'), status: 'pending', verifiedAt: null, token: 'abc' }],
} as const;

describe('the checklist', () => {
  it('begins with applying, and has nothing done for a customer that is only stated', () => {
    const world = { roster: roster([]), seen: [observed('acme.example')] };
    expect(statuses(world)).toEqual({
      domains: 'pending',
      users: 'pending',
      sites: 'pending',
      firewall: 'unknown',
      mx: 'unknown',
      otherSources: 'unknown',
      outbound: 'pending',
      spf: 'unknown',
    });
    expect(todo(stepOf('domains', world), 'commands').lines).toContain('rollcall apply --customer acme');
    expect(todo(stepOf('users', world), 'commands').lines).toContain('rollcall apply --customer acme');
  });

  it('takes nothing that cannot be seen for done, unless somebody says so', () => {
    expect(statuses()).toEqual({
      domains: 'done',
      users: 'done',
      sites: 'done',
      firewall: 'unknown',
      mx: 'done',
      otherSources: 'unknown',
      outbound: 'unknown',
      spf: 'done',
    });
    expect(checklistOf().done).toBe(false);
    expect(todo(stepOf('firewall'), 'note').text).toContain('--confirm firewall');
    const list = checklistOf({ confirmed: ALL });
    expect(list.steps.filter(({ status }) => status !== 'done')).toEqual([]);
    expect(list.done).toBe(true);
  });

  it('leaves nothing to do in a step that is done', () => {
    expect(checklistOf({ confirmed: ALL }).steps.flatMap((step) => step.todo)).toEqual([]);
  });

  it('says of each missing fact of the region how to give it', () => {
    const bare = customer({ ...ACME, service: service({ ranges: [], mx: [], smartHost: null, spfInclude: null }) });
    for (const id of ['firewall', 'mx', 'otherSources', 'outbound', 'spf'] as const) {
      const { status, found } = stepOf(id, { customer: bare });
      expect(status).toBe('failed');
      expect(found[0]?.message).toMatch(
        /^The profile gw does not say .* Give (it|them) under service\.regions\.main\./,
      );
    }
  });
});

describe('domains', () => {
  const of = (seen: readonly DomainObservation[], stored: World['roster'] = PENDING) =>
    stepOf('domains', { seen, roster: stored });

  it('a pending one has its record to be added', () => {
    const step = of([observed('acme.example', { ownership: ownership([NO_DATA, NO_DATA]) })]);
    expect(step.status).toBe('pending');
    expect(step.found[0]?.message).toBe(
      'Its record is not there yet. 0 of 2 name servers have it; the old answer lives up to 3,600 s more.',
    );
    expect(todo(step, 'records')).toMatchObject({
      action: 'add',
      records: [{ type: 'TXT', name: '_rollcall.acme.example', value: 'rollcall-verification=abc' }],
    });
  });

  it('one whose record is seen waits for an apply only', () => {
    const step = of([shown('acme.example', 'abc')]);
    expect(step.found[0]).toEqual({
      status: 'pending',
      about: 'acme.example',
      message: 'Its record is there; the next apply verifies it.',
    });
    expect(step.todo.map(({ kind }) => kind)).toEqual(['commands']);
  });

  it('what could not be asked is not "not there"', () => {
    const step = of([observed('acme.example', { ownership: ownership([FAILED], FAILED) })]);
    expect(step.status).toBe('unknown');
    expect(step.found[0]?.message).toContain('could not be asked. ns1.acme.example did not answer.');
  });

  it('another token at the same name has failed', () => {
    const other = answered('rollcall-verification=other');
    expect(of([observed('acme.example', { ownership: ownership([other, other], other) })]).status).toBe('failed');
  });

  it('one of another customer has failed, unless it is taken over', () => {
    const step = stepOf('domains', { holder: 'globex', roster: PENDING });
    expect(step.found[0]).toMatchObject({
      status: 'failed',
      message: "It is verified for the customer globex, and a domain is one customer's only.",
    });
    expect(todo(step, 'note').text).toContain('takeover: true');
    const takeover = { ...ACME, domains: ACME.domains.map((one) => ({ ...one, takeover: true })) };
    expect(stepOf('domains', { holder: 'globex', roster: PENDING, customer: takeover }).status).not.toBe('failed');
  });

  it('a verified one stays so although its record is gone', () => {
    const step = of([observed('acme.example', { ownership: ownership([NO_DATA, NO_DATA]) })], APPLIED);
    expect(step.status).toBe('done');
    expect(step.found[0]?.message).toContain('but its record is gone. Publish it again: _rollcall.acme.example TXT');
  });

  it('one that needs no record waits for an apply', () => {
    const byWord = customer({ ...ACME, domains: [domain('acme.example')] });
    expect(stepOf('domains', { customer: byWord, roster: roster([]) }).found[0]?.message).toContain(
      'verification: none',
    );
    expect(
      stepOf('domains', { customer: byWord, roster: { ...roster([]), domains: [verified('acme.example')] } }).status,
    ).toBe('done');
  });
});

describe('users', () => {
  it('those of a pending domain wait', () => {
    const { status, found } = stepOf('users', { roster: PENDING });
    expect(status).toBe('pending');
    expect(found[0]?.message).toBe(
      'The roster has 1 user. Those in acme.example wait until it is verified: nobody there is added before (SEL-6).',
    );
  });

  it('an empty roster is not done', () => {
    const step = stepOf('users', { roster: { ...APPLIED, entries: [] } });
    expect(step.status).toBe('pending');
    expect(todo(step, 'note').text).toContain('rollcall directory --customer acme');
  });
});

describe('sites and their servers', () => {
  const turned = probe({ knownRecipient: said(554, 'Client host rejected', '5.7.1') });
  const silent = probe({
    connect: {
      status: 'failed',
      failure: 'timedOut',
      problem: { code: 'SMTP_TIMEOUT', message: 'It did not answer.', hint: 'Look at the firewall.' },
    },
  });
  const of = (one: ReturnType<typeof probe>) => {
    const { sites, firewall, otherSources } = statuses({ probes: [one] });
    return { sites, firewall, otherSources };
  };

  it.each([
    ['takes mail from anybody', probe(), { sites: 'done', firewall: 'done', otherSources: 'pending' }],
    ['turns this machine away', turned, { sites: 'done', firewall: 'unknown', otherSources: 'done' }],
    [
      'turns it away at once',
      probe({ banner: said(554, 'Go away') }),
      { sites: 'done', firewall: 'unknown', otherSources: 'done' },
    ],
    ['does not answer', silent, { sites: 'unknown', firewall: 'unknown', otherSources: 'unknown' }],
    [
      'puts off',
      probe({ knownRecipient: said(450, 'Greylisted') }),
      { sites: 'unknown', firewall: 'unknown', otherSources: 'unknown' },
    ],
    [
      'does not know its own people',
      probe({ knownRecipient: said(550, 'Unknown', '5.1.1') }),
      { sites: 'failed', firewall: 'unknown', otherSources: 'unknown' },
    ],
  ])('one that %s', (_, one, expected) => {
    expect(of(one)).toEqual(expected);
  });

  it("somebody's word does not outweigh what was seen", () => {
    expect(statuses({ probes: [probe()], confirmed: ALL })).toMatchObject({ otherSources: 'pending' });
    expect(statuses({ probes: [silent], confirmed: ALL })).toMatchObject({ otherSources: 'done', sites: 'done' });
  });

  it('a domain without a site is named', () => {
    const homeless = { ...ACME, domains: [domain('acme.example', 'dns')] };
    expect(stepOf('sites', { customer: homeless }).found[0]).toEqual({
      status: 'pending',
      about: 'acme.example',
      message: 'It belongs to no site.',
    });
  });

  it('a site that was changed and not applied is pending', () => {
    const step = stepOf('sites', { roster: { ...APPLIED, sites: [] } });
    expect(step.found[0]).toMatchObject({ status: 'pending', about: 'main' });
    expect(todo(step, 'commands').lines).toContain('rollcall apply --customer acme');
  });

  it("a provider's servers need no firewall of the customer's own", () => {
    const [site] = ACME.sites;
    if (site === undefined) throw new Error('no site');
    const server = { address: 'acme-example.mail.protection.outlook.com', port: 25, priority: 10 };
    const hosted = { ...ACME, sites: [{ ...site, servers: [server] }] };
    expect(statuses({ customer: hosted })).toMatchObject({ firewall: 'notNeeded' });
  });
});
