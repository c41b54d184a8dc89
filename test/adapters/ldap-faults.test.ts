/** Connections that are lost, servers that refuse, and searches that are cut short: against a server that does it on purpose (SAF-2). */
import { describe, expect, it } from 'vitest';
import { complete } from '../contract/directory-source.ts';
import { cutEntry, startLdapStub } from '../support/ldap-stub.ts';
import { failed, isFirstPage, readStub, sendUser } from '../support/ldap-stub-reading.ts';

describe('a connection that is lost', () => {
  it('after the first page fails the read, however many entries came', async () => {
    await using stub = await startLdapStub({
      users: (request, reply) => {
        if (isFirstPage(request)) sendUser(sendUser(reply, 1), 2).done(0, { cookie: 'more' });
        else sendUser(reply, 3).drop();
      },
    });
    expect(await readStub(stub)).toMatchObject(failed('LDAP_INCOMPLETE', /2 entries had been read by then/));
    expect(stub.requests.filter(({ kind }) => kind === 'bind')).toHaveLength(1);
  });

  it('in the middle of an entry of a later page fails the read', async () => {
    await using stub = await startLdapStub({
      users: (request, reply) => {
        if (isFirstPage(request)) sendUser(reply, 1).done(0, { cookie: 'more' });
        else reply.raw(cutEntry(request.id, 'CN=u2,DC=x', 9)).drop();
      },
    });
    expect(await readStub(stub)).toMatchObject(failed('LDAP_INCOMPLETE'));
  });

  it('before the first page is tried again', async () => {
    await using stub = await startLdapStub({
      users: (request, reply) => {
        if (request.connection < 3) sendUser(reply, 1).drop();
        else sendUser(reply, 1).done();
      },
    });
    expect(await readStub(stub)).toMatchObject({ status: 'complete', proof: { entries: 1, pages: 2 } });
    expect(stub.openConnections()).toBeLessThanOrEqual(1);
  });

  it('before the first page, again and again, fails in the end', async () => {
    await using stub = await startLdapStub({ bind: (_, reply) => reply.drop() });
    expect(await readStub(stub)).toMatchObject(failed('LDAP_CONNECT', 'the connection was lost'));
    expect(stub.requests.filter(({ kind }) => kind === 'bind')).toHaveLength(4);
  });
});

describe('a server that is busy or unavailable', () => {
  it.each([51, 52])('with result %i once is asked again, from the start', async (code) => {
    await using stub = await startLdapStub({
      users: (request, reply) => {
        if (isFirstPage(request)) sendUser(reply, 1).done(0, { cookie: 'more' });
        else if (request.connection === 1) reply.done(code);
        else sendUser(reply, 2).done();
      },
    });
    const { objects } = await complete(readStub(stub));
    expect(objects.map(({ mail }) => mail[0])).toEqual(['u1@example.test', 'u2@example.test']);
  });

  it.each([51, 52])('with result %i for ever fails the read', async (code) => {
    await using stub = await startLdapStub({ users: (_, reply) => reply.done(code, { message: 'not now' }) });
    expect(await readStub(stub)).toMatchObject(failed('LDAP_INCOMPLETE', /"not now"/));
    expect(stub.requests.filter(({ kind }) => kind === 'bind')).toHaveLength(4);
  });

  it('is given time between the attempts, and left alone once interrupted', async () => {
    await using stub = await startLdapStub({ bind: (_, reply) => reply.done(51) });
    const controller = new AbortController();
    const start = performance.now();
    const reading = readStub(stub, {}, { signal: controller.signal, backoffMs: [100, 60_000] });
    setTimeout(() => controller.abort(), 300);
    expect(await reading).toMatchObject(failed('INTERRUPTED'));
    expect(performance.now() - start).toBeLessThan(5000);
    expect(stub.requests.filter(({ kind }) => kind === 'bind')).toHaveLength(2);
  });

  it('that says goodbye on the way fails the read', async () => {
    // Notice of Disconnection (RFC 4511 4.4.1): message id 0, unavailable.
    const notice = Buffer.from(
      '302402010078 1f0a0134 0400 0400 8a16312e332e362e312e342e312e313436362e3230303336'.replaceAll(' ', ''),
      'hex',
    );
    await using stub = await startLdapStub({ users: (_, reply) => reply.raw(notice).drop() });
    expect(await readStub(stub)).toMatchObject(failed('LDAP_INCOMPLETE', 'unavailable (52)'));
  });
});

describe('a refused bind', () => {
  it('is not tried again, and says in words why', async () => {
    const message = '80090308: LdapErr: DSID-0C090447, comment: AcceptSecurityContext error, data 532, v3839';
    await using stub = await startLdapStub({ bind: (_, reply) => reply.done(49, { message }) });
    expect(await readStub(stub)).toMatchObject(
      failed('LDAP_BIND', 'refused the bind as CN=reader: password expired (532).'),
    );
    expect(stub.requests).toHaveLength(1);
  });

  it('for want of signing says to use TLS', async () => {
    await using stub = await startLdapStub({ bind: (_, reply) => reply.done(8) });
    expect(await readStub(stub)).toMatchObject(failed('LDAP_TLS', 'strongerAuthRequired (8)'));
  });
});

describe('a search that the server does not finish', () => {
  it.each([
    [3, 'LDAP_INCOMPLETE', 'timeLimitExceeded'],
    [4, 'LDAP_INCOMPLETE', 'sizeLimitExceeded'],
    [11, 'LDAP_INCOMPLETE', 'adminLimitExceeded'],
    [10, 'LDAP_REFERRAL', 'refers to ldap://other/DC=x'],
    [12, 'LDAP_PROTOCOL', 'unavailableCriticalExtension'],
    [50, 'LDAP_ACCESS', 'insufficientAccessRights'],
    [53, 'LDAP_INCOMPLETE', 'unwillingToPerform'],
    [80, 'LDAP_INCOMPLETE', 'other'],
    [121, 'LDAP_INCOMPLETE', 'result (121)'],
  ])('with result %i is a failure', async (code, problem, words) => {
    await using stub = await startLdapStub({
      users: (request, reply) => {
        if (isFirstPage(request)) sendUser(reply, 1).done(0, { cookie: 'more' });
        else sendUser(reply, 2).done(code, { referrals: code === 10 ? ['ldap://other/DC=x'] : [], cookie: null });
      },
    });
    expect(await readStub(stub)).toMatchObject(failed(problem, words));
  });

  it('because nobody has bound says so', async () => {
    const message =
      '000004DC: LdapErr: DSID-0C090A5C, comment: In order to perform this operation a successful bind must be completed';
    await using stub = await startLdapStub({ users: (_, reply) => reply.done(1, { message }) });
    expect(await readStub(stub, { bind: null })).toMatchObject(failed('LDAP_BIND', 'the server wants a bind first'));
  });

  it('in the search for groups fails all of the read', async () => {
    await using stub = await startLdapStub({
      users: (_, reply) => sendUser(reply, 1).done(),
      groups: (_, reply) => reply.done(4),
    });
    expect(await readStub(stub)).toMatchObject(failed('LDAP_INCOMPLETE', 'sizeLimitExceeded'));
  });
});

it('leaves no connection behind, whether it reads or fails', async () => {
  await using stub = await startLdapStub({
    users: (request, reply) => (request.connection === 1 ? sendUser(reply, 1).done() : reply.done(4)),
  });
  expect(await readStub(stub)).toMatchObject({ status: 'complete' });
  expect(await readStub(stub)).toMatchObject(failed('LDAP_INCOMPLETE'));
  await expect.poll(() => stub.openConnections()).toBe(0);
});
