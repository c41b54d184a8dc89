/** A check of an LDAP directory that hangs, refuses or cannot page: against a server that does it on purpose. */
import { describe, expect, it } from 'vitest';
import { ldapTester } from '../../src/adapters/directory/ldap/check.ts';
import { failedWith, passed, steps, UNTRIED, warned } from '../support/checks.ts';
import { bindAs, type LdapCustomerOptions, ldapCustomer, plainSecret } from '../support/ldap-customer.ts';
import { type LdapStub, type StubOptions, startLdapStub } from '../support/ldap-stub.ts';
import { sendUser } from '../support/ldap-stub-reading.ts';

const soon = { limitMs: 400 };
const hang = () => undefined;
/** What the stub is asked when objects are counted. */
const isCounting = (attributes: readonly string[]) => attributes.includes('1.1');

function cutOff(doing: RegExp) {
  return failedWith('LDAP_TIMEOUT', new RegExp(`cut off after 0\\.4 seconds, ${doing.source}`), /Check/);
}

interface Circumstances {
  readonly signal?: AbortSignal;
  readonly resolveSecret?: () => Promise<string>;
  readonly limitMs?: number;
}

async function check(stub: LdapStub, options: LdapCustomerOptions = {}, circumstances: Circumstances = {}) {
  const { signal = new AbortController().signal, resolveSecret = plainSecret, limitMs = 9000 } = circumstances;
  const customer = ldapCustomer({ url: stub.url, baseDN: ['DC=x'], bind: bindAs('CN=reader', 'secret'), ...options });
  const result = await ldapTester({ resolveSecret, limitMs }).check(customer, signal);
  return { ...result, ...steps(result) };
}

async function checkStub(stub: StubOptions, options: LdapCustomerOptions = {}, circumstances: Circumstances = {}) {
  await using server = await startLdapStub(stub);
  const result = await check(server, options, circumstances);
  await expect.poll(() => server.openConnections()).toBe(0);
  return result;
}

describe('a server that hangs is cut off, in the step that it hangs in', () => {
  it('while TLS is to come about', async () => {
    await using stub = await startLdapStub({});
    const url = stub.url.replace('ldap:', 'ldaps:');
    const { reach, signIn } = await check(stub, { url, tls: { mode: 'ldaps' } }, soon);
    expect(reach).toEqual(cutOff(/while it was being connected to/));
    expect(signIn).toEqual(UNTRIED);
  });

  it('in the bind', async () => {
    const { reach, signIn, read } = await checkStub({ bind: hang }, {}, soon);
    expect(reach).toEqual(passed(/answers without TLS/));
    expect(signIn).toEqual(cutOff(/while signing in/));
    expect(read).toEqual(UNTRIED);
  });

  it('in what brings the password', async () => {
    const { signIn } = await checkStub({}, {}, { ...soon, resolveSecret: () => new Promise(hang) });
    expect(signIn).toEqual(cutOff(/while signing in/));
  });

  it('in the reading of its rootDSE', async () => {
    const { signIn, read, rights } = await checkStub({ rootDse: hang }, {}, soon);
    expect(signIn).toEqual(passed('Signed in as CN=reader.'));
    expect(read).toEqual(cutOff(/while reading what it is/));
    expect(rights).toEqual(UNTRIED);
  });

  it('in the search for users, having said what it is', async () => {
    const { directory, read } = await checkStub({ users: hang }, {}, soon);
    expect(directory).toBe('activeDirectory, DC=x');
    expect(read).toEqual(cutOff(/while reading what it is/));
  });

  it('in the search for what the account may see', async () => {
    const { read, rights, count } = await checkStub(
      {
        users: ({ attributes }, reply) => {
          if (attributes.length > 1) sendUser(reply, 1).done();
        },
      },
      {},
      soon,
    );
    expect(read).toEqual(passed(/1 user read/));
    expect(rights).toEqual(cutOff(/while looking at what the account may see/));
    expect(count).toEqual(UNTRIED);
  });
});

/** Answers each request of the counting with two objects and the next of these cookies; to further ones it says nothing. */
function counted(...cookies: readonly string[]): StubOptions {
  const left = [...cookies];
  return {
    users: ({ attributes }, reply) => {
      const cookie = isCounting(attributes) ? left.shift() : '';
      if (!isCounting(attributes)) sendUser(reply, 1).done();
      else if (cookie !== undefined) reply.entry('CN=a,DC=x', {}).entry('CN=b,DC=x', {}).done(0, { cookie });
    },
  };
}

describe('a directory that is too large to count in time', () => {
  it('passes with as many users as were counted', async () => {
    const { count, objects } = await checkStub(counted('more', 'more'), {}, soon);
    expect(count).toEqual(passed('More than 4 users match; there was no time to count them all.'));
    expect(objects).toEqual({ users: null, groups: null });
  });

  it('passes with all users, where the time was up before the groups', async () => {
    const { count, objects } = await checkStub(counted(''), {}, soon);
    expect(count).toEqual(passed('2 users match; there was no time to count the groups.'));
    expect(objects).toEqual({ users: 2, groups: null });
  });

  it('passes with all users and as many groups as were counted', async () => {
    const { count, objects } = await checkStub(counted('', 'more'), {}, soon);
    expect(count).toEqual(passed('2 users and more than 2 groups match; there was no time to count them all.'));
    expect(objects).toEqual({ users: 2, groups: null });
  });

  it('fails if not one object was counted', async () => {
    const { rights, count } = await checkStub(counted(), {}, soon);
    expect(rights).toMatchObject({ status: 'passed' });
    expect(count).toEqual(cutOff(/while counting/));
  });
});

describe('a server with limits', () => {
  it.each([
    [4, 'sizeLimitExceeded'],
    [11, 'adminLimitExceeded'],
  ])('that ends the counting with result %i lacks a right', async (code, name) => {
    const { rights, count } = await checkStub({
      users: ({ attributes }, reply) => {
        if (isCounting(attributes)) reply.entry('CN=a,DC=x', {}).done(code);
        else sendUser(reply, 1).done();
      },
    });
    expect(rights).toEqual(failedWith('LDAP_INCOMPLETE', new RegExp(name), /Raise the size limit/));
    expect(count).toEqual(UNTRIED);
  });

  it('that fails the counting in another way fails that step', async () => {
    const { rights, count, objects } = await checkStub({
      users: ({ attributes }, reply) => {
        if (isCounting(attributes)) reply.done(53, { message: 'not\u001b[31m now' });
        else sendUser(reply, 1).done();
      },
    });
    expect(rights).toMatchObject({ status: 'passed' });
    expect(count).toEqual(failedWith('LDAP_INCOMPLETE', /unwillingToPerform \(53\), "not \[31m now"/, /Read what/));
    expect(objects).toEqual({ users: null, groups: null });
  });

  it('that cannot page is asked for no more than is wanted, and warned of', async () => {
    await using stub = await startLdapStub({
      rootDse: (_, reply) => reply.entry('', { supportedControl: ['1.2.3'] }).done(),
      base: (request, reply) => {
        const isSample = request.attributes.includes('mail');
        if (isSample) for (let number = 1; number <= 10; number += 1) sendUser(reply, number);
        reply.done(isSample ? 4 : 0);
      },
      users: (_, reply) => sendUser(sendUser(reply, 1), 2).done(0, { cookie: null }),
    });
    const options = { attributes: { objectId: 'objectGUID' } };
    const { read, rights, count } = await check(stub, options);
    expect(read).toEqual(passed(/^Dialect openldap, naming context DC=x; 10 users read\.$/));
    expect(rights).toEqual(warned('LDAP_PAGING', /does not offer paged answers/, /1\.2\.840\.113556\.1\.4\.319/));
    expect(count).toEqual(passed('2 users and 2 groups match, before any rule.'));
  });
});

describe('the name that the server gives the account', () => {
  it('is asked for only where the server offers to say it', async () => {
    await using stub = await startLdapStub({ users: (_, reply) => sendUser(reply, 1).done() });
    await check(stub);
    expect(stub.requests.map(({ kind }) => kind)).not.toContain('other');
  });
});

describe('a user who stops it', () => {
  it('ends it at once', async () => {
    const controller = new AbortController();
    const { signIn } = await checkStub(
      {
        bind: () => controller.abort(),
      },
      {},
      { signal: controller.signal },
    );
    expect(signIn).toEqual(failedWith('INTERRUPTED', /interrupted/, /again/));
  });
});
