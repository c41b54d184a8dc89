/** Pages that are missing, empty, repeated or late, and bytes that are not LDAP: against a server that sends them on purpose (SAF-2). */
import { describe, expect, it } from 'vitest';
import { complete } from '../contract/directory-source.ts';
import { PAGED_RESULTS, type StubReply, type StubRequest, startLdapStub } from '../support/ldap-stub.ts';
import { failed, guid, isFirstPage, readStub, sendUser } from '../support/ldap-stub-reading.ts';

describe('pages', () => {
  it('of which the last is missing fail the read', async () => {
    await using stub = await startLdapStub({
      users: (request, reply) => {
        if (isFirstPage(request)) sendUser(reply, 1).done(0, { cookie: 'more' });
        else sendUser(reply, 2).done(0, { cookie: null });
      },
    });
    expect(await readStub(stub)).toMatchObject(failed('LDAP_INCOMPLETE', 'does not say whether there are more pages'));
  });

  it('that are empty with more to come are followed to the end', async () => {
    await using stub = await startLdapStub({
      users: (request, reply) => {
        const page = Number(request.page?.cookie ?? 0);
        if (page === 1 || page === 3) sendUser(reply, page);
        reply.done(0, { cookie: page < 3 ? String(page + 1) : '' });
      },
    });
    expect(await readStub(stub)).toMatchObject({ status: 'complete', proof: { entries: 2, pages: 5 } });
  });

  it('that are empty without end fail the read', async () => {
    await using stub = await startLdapStub({ users: (_, reply) => reply.done(0, { cookie: 'same' }) });
    expect(await readStub(stub)).toMatchObject(failed('LDAP_PROTOCOL', 'empty pages without end'));
  });

  it('that repeat an object give it once', async () => {
    await using stub = await startLdapStub({
      users: (request, reply) => {
        if (isFirstPage(request)) sendUser(sendUser(reply, 1), 2).done(0, { cookie: 'more' });
        else sendUser(sendUser(reply, 2), 3).done();
      },
    });
    const { objects, proof } = await complete(readStub(stub));
    expect(objects.map(({ mail }) => mail[0])).toEqual(['u1@example.test', 'u2@example.test', 'u3@example.test']);
    expect(proof.entries).toBe(3);
  });

  it('that show an object under its old and its new name keep both for the members of groups', async () => {
    await using stub = await startLdapStub({
      users: (request, reply) => {
        if (isFirstPage(request)) sendUser(reply, 1).done(0, { cookie: 'more' });
        else reply.entry('CN=moved,OU=new,DC=x', { objectGUID: [guid(1)], mail: ['u1@example.test'] }).done();
      },
      groups: (_, reply) =>
        reply
          .entry('CN=g1,DC=x', { objectGUID: [guid(8)], member: ['CN=moved,OU=new,DC=x'] })
          .entry('CN=g2,DC=x', { objectGUID: [guid(9)], member: ['CN=u1,DC=x'] })
          .done(),
    });
    const { objects } = await complete(readStub(stub));
    expect(objects.map(({ unknownMembers }) => unknownMembers)).toEqual([0, 0, 0]);
  });

  it('are asked for, but not insisted on, where the server says that it has none', async () => {
    await using stub = await startLdapStub({
      rootDse: (_, reply) => reply.entry('', { supportedControl: ['2.16.840.1.113730.3.4.2'] }).done(),
      users: (_, reply) =>
        reply.entry('CN=u1,DC=x', { entryUUID: ['A-1'], mail: ['u1@example.test'] }).done(0, { cookie: null }),
      groups: (_, reply) => reply.done(0, { cookie: null }),
    });
    expect(await readStub(stub)).toMatchObject({ status: 'complete', objects: [{ id: 'a-1' }] });
    expect(stub.requests.flatMap(({ page }) => page ?? []).map(({ critical }) => critical)).toEqual([false, false]);
  });

  it('are insisted on where the server can page', async () => {
    await using stub = await startLdapStub({
      rootDse: (_, reply) => reply.entry('', { supportedControl: [PAGED_RESULTS] }).done(),
    });
    await complete(readStub(stub, { dialect: 'openldap' }));
    expect(stub.requests.flatMap(({ page }) => page ?? []).map(({ critical }) => critical)).toEqual([true, true]);
  });
});

describe('a server that never answers', () => {
  it('fails the read after the time that a page may take', async () => {
    await using stub = await startLdapStub({
      users: (request, reply) => {
        if (isFirstPage(request)) sendUser(reply, 1).done(0, { cookie: 'more' });
      },
    });
    expect(await readStub(stub, { timeouts: { pageMs: 200 } })).toMatchObject(
      failed('LDAP_TIMEOUT', 'did not answer within 0.2 seconds'),
    );
    expect(stub.requests.filter(({ kind }) => kind === 'bind')).toHaveLength(1);
  });

  it('fails the read when the bind is not answered', async () => {
    await using stub = await startLdapStub({ bind: () => undefined });
    expect(await readStub(stub, { timeouts: { connectMs: 200 } })).toMatchObject(failed('LDAP_TIMEOUT'));
  });

  it('fails the read when TLS does not come about', async () => {
    await using stub = await startLdapStub({});
    const url = stub.url.replace('ldap:', 'ldaps:');
    const reading = await readStub(stub, { url, tls: { mode: 'ldaps' }, timeouts: { connectMs: 200 } });
    expect(reading).toMatchObject(failed('LDAP_TIMEOUT', 'no connection within 0.2 seconds'));
    const startTls = await readStub(stub, { tls: { mode: 'startTLS' }, timeouts: { connectMs: 200 } });
    expect(startTls).toMatchObject(failed('LDAP_TIMEOUT'));
  });

  it('does not keep an interrupted read waiting', async () => {
    await using stub = await startLdapStub({ users: () => undefined });
    const controller = new AbortController();
    const reading = readStub(stub, {}, { signal: controller.signal });
    setTimeout(() => controller.abort(), 100);
    const start = performance.now();
    expect(await reading).toMatchObject(failed('INTERRUPTED'));
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

describe('bytes that are not LDAP', () => {
  const users = (bytes: Buffer) => (_: StubRequest, reply: StubReply) => void reply.raw(bytes);
  it.each([
    ['text', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['an endless length', Buffer.from('3080020101', 'hex')],
    ['a length past all bounds', Buffer.from('3084ffffffff0201', 'hex')],
    ['a message without an id', Buffer.from('30040a010000', 'hex')],
    ['a message with a cut operation', Buffer.from('30050201036420', 'hex')],
    ['an empty message', Buffer.from('3000', 'hex')],
  ])('fail the read at once: %s', async (_, bytes) => {
    await using stub = await startLdapStub({ users: users(bytes) });
    const start = performance.now();
    expect(await readStub(stub)).toMatchObject(failed('LDAP_PROTOCOL', 'does not speak LDAP as it should'));
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it.each([
    ['a value longer than its attribute', '04034e3d78 3010 300e 04046d61696c 3106 0420 61406278'],
    ['attributes that end too soon', '04034e3d78 3010 300e 0404'],
    ['no attributes', '04034e3d78'],
  ])('fail the read: an entry with %s', async (_, hex) => {
    const body = Buffer.from(hex.replaceAll(' ', ''), 'hex');
    await using stub = await startLdapStub({
      users: (request, reply) => {
        const id = Buffer.from([0x02, 0x01, request.id]);
        const operation = Buffer.concat([Buffer.from([0x64, body.length]), body]);
        const message = Buffer.concat([Buffer.from([0x30, id.length + operation.length]), id, operation]);
        reply.raw(message).done();
      },
    });
    expect(await readStub(stub)).toMatchObject(failed('LDAP_PROTOCOL'));
  });
});
