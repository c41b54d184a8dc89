/** Trying a tenant out: which step finds what, and in how few requests. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { graphTester } from '../../src/adapters/directory/graph/check.ts';
import type { DirectoryCheck } from '../../src/domain/directory-check.ts';
import { directoryTesterContract } from '../contract/directory-tester.ts';
import {
  CLIENT,
  type EntraCustomerOptions,
  entraCustomer,
  SECRET,
  startTenant,
  virtualTime,
} from '../support/entra-customer.ts';
import type { GraphSimulator } from '../support/graph/simulator.ts';
import type { Tenant } from '../support/graph/tenant.ts';
import { plainSecret } from '../support/ldap-customer.ts';

let simulator: GraphSimulator;
let tenant: Tenant;
beforeEach(async () => {
  simulator = await startTenant();
  tenant = simulator.tenant();
  tenant.addUsers(
    Array.from({ length: 25 }, (_, index) => ({ mail: `u${index}@example.test`, accountEnabled: index > 4 })),
  );
  tenant.addGroup({ displayName: 'All', mail: 'all@example.test', mailEnabled: true }, [
    tenant.idOf('u1@example.test'),
  ]);
  tenant.addGroup({ displayName: 'Security', mailEnabled: false });
});
afterEach(() => simulator[Symbol.asyncDispose]());

type Options = Partial<Parameters<typeof graphTester>[0]>;
const check = (options: EntraCustomerOptions = {}, outside: Options = {}, signal = new AbortController().signal) =>
  graphTester({
    resolveSecret: plainSecret,
    fetch: (url, init) => simulator.fetch(url, init),
    ...virtualTime(),
    ...outside,
  }).check(entraCustomer(options), signal);

/** `reach passed, signIn passed, …` */
const statuses = ({ steps }: DirectoryCheck) => steps.map(({ step, status }) => `${step} ${status}`).join(', ');
const problemOf = ({ steps }: DirectoryCheck) => steps.flatMap((step) => ('problem' in step ? [step.problem] : []))[0];

directoryTesterContract('Entra ID', () => {
  const outside = { fetch: (url: string, init: RequestInit) => simulator.fetch(url, init), ...virtualTime() };
  const unreachable = () =>
    Promise.reject(new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }) }));
  return {
    tester: graphTester({ ...outside, resolveSecret: plainSecret }),
    customer: entraCustomer(),
    objects: { users: 25, groups: 1 },
    refused: entraCustomer({ credential: { kind: 'secret', secret: { env: 'wrong' } } }),
    absent: {
      tester: graphTester({ ...outside, resolveSecret: plainSecret, fetch: unreachable }),
      customer: entraCustomer(),
    },
    secretless: graphTester({ ...outside, resolveSecret: () => Promise.reject(new Error('the vault is locked')) }),
  };
});

it('says step by step what is well', async () => {
  expect(await check()).toEqual({
    server: 'contoso.onmicrosoft.com (global)',
    directory: tenant.id,
    steps: [
      { step: 'reach', status: 'passed', message: `login.microsoftonline.com knows the tenant ${tenant.id}.` },
      { step: 'signIn', status: 'passed', message: `The app ${CLIENT} is signed in.` },
      { step: 'read', status: 'passed', message: '10 users read.' },
      { step: 'rights', status: 'passed', message: 'Users, groups and members can be read.' },
      { step: 'count', status: 'passed', message: '25 users and 1 group match, before any rule.' },
    ],
    objects: { users: 25, groups: 1 },
    elapsedMs: expect.any(Number),
  });
});

it('knows the name of the tenant where it may', async () => {
  tenant.grant(CLIENT, 'Organization.Read.All');
  expect((await check({ tenant: tenant.id })).directory).toBe(`contoso (${tenant.id})`);
});

it.each([
  ['accountEnabled eq true', 20],
  ["not(accountEnabled eq true) and endsWith(mail,'@example.test')", 5],
])('counts what the filter %s brings', async (filter, users) => {
  expect((await check({ filter })).objects).toEqual({ users, groups: 1 });
});

it('warns of a filter that brings nobody', async () => {
  const result = await check({ filter: "department eq 'Nowhere'" });
  expect(statuses(result)).toBe('reach passed, signIn passed, read warning, rights passed, count passed');
  expect(problemOf(result)).toMatchObject({ code: 'ENTRA_NOBODY' });
});

describe('a check that fails', () => {
  it.each<[string, EntraCustomerOptions, string, string]>([
    [
      'a tenant that is not there',
      { tenant: 'nosuch.onmicrosoft.com' },
      'ENTRA_TENANT',
      'reach failed, signIn untried',
    ],
    [
      'another secret',
      { credential: { kind: 'secret', secret: { env: 'no' } } },
      'ENTRA_SECRET',
      'reach passed, signIn failed, read untried',
    ],
    [
      'a filter that is none',
      { filter: 'accountEnabled is true' },
      'ENTRA_FILTER',
      'signIn passed, read failed, rights untried',
    ],
  ])('for %s', async (_, options, code, expected) => {
    const result = await check(options);
    expect(statuses(result)).toContain(expected);
    expect(problemOf(result)).toMatchObject({ code });
    expect(JSON.stringify(result)).not.toContain(SECRET);
  });

  it('for permissions names all that lack', async () => {
    tenant.changeApp(CLIENT, { permissions: [] });
    const result = await check({ include: { resources: true } });
    expect(statuses(result)).toBe('reach passed, signIn passed, read untried, rights failed, count untried');
    expect(problemOf(result)?.message).toMatch(/User\.Read\.All.*GroupMember\.Read\.All/);
  });

  it('for mailboxes, where their kinds are asked for', async () => {
    const result = await check({ include: { sharedMailboxes: true } });
    expect(problemOf(result)).toMatchObject({
      code: 'ENTRA_CONSENT',
      message: expect.stringContaining('MailboxSettings.Read'),
    });
    tenant.grant(CLIENT, 'MailboxSettings.Read');
    expect(problemOf(await check({ include: { sharedMailboxes: true } }))).toBeUndefined();
  });

  it('for a group whose members are hidden', async () => {
    tenant.updateGroup(tenant.idOf('all@example.test'), { visibility: 'HiddenMembership' });
    expect(problemOf(await check())).toMatchObject({ message: expect.stringContaining('members of groups') });
  });

  it('for a tenant that is throttled says so, and does not wait', async () => {
    simulator.faults.add({ kind: 'throttle', retryAfter: 60 }, { path: '/v1.0/users' });
    const result = await check();
    expect(statuses(result)).toContain('signIn passed, read failed');
    expect(problemOf(result)).toMatchObject({ code: 'ENTRA_THROTTLED' });
  });

  it('for a count that is none', async () => {
    simulator.faults.add({ kind: 'answer', status: 200, body: '"many"' }, { path: '/v1.0/users/$count' });
    expect(problemOf(await check())).toMatchObject({ code: 'ENTRA_PROTOCOL' });
  });

  it('when its time is up, saying what it was doing and what it had found', async () => {
    simulator.faults.add({ kind: 'late', until: new Promise(() => undefined) }, { path: '/v1.0/groups/$count' });
    const result = await check({}, { limitMs: 400 });
    expect(problemOf(result)).toMatchObject({
      code: 'ENTRA_TIMEOUT',
      message: 'contoso.onmicrosoft.com: the check was cut off after 0.4 seconds, while counting.',
    });
    expect(result.objects).toEqual({ users: 25, groups: null });
  });

  it('when it is interrupted', async () => {
    const controller = new AbortController();
    controller.abort();
    expect(problemOf(await check({}, {}, controller.signal))).toMatchObject({ code: 'INTERRUPTED' });
  });
});
