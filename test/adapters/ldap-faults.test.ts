/** The LDAP source against a server that misbehaves in ways that no real one can be brought to (SAF-2). */
import { describe, expect, it } from 'vitest';
import { ldapSource } from '../../src/adapters/directory/ldap/source.ts';
import type { DirectoryReading } from '../../src/domain/directory.ts';
import { complete } from '../contract/directory-source.ts';
import { bindAs, type LdapCustomerOptions, ldapCustomer, plainSecret } from '../support/ldap-customer.ts';
import {
  cutEntry,
  type LdapStub,
  PAGED_RESULTS,
  type StubReply,
  type StubRequest,
  startLdapStub,
} from '../support/ldap-stub.ts';

const GUID = Buffer.from('33221100554477668899aabbccddeeff', 'hex');

function guid(number: number): Buffer {
  const bytes = Buffer.from(GUID);
  bytes.writeUInt32BE(number, 12);
  return bytes;
}

function user(
  reply: StubReply,
  number: number,
  more: Readonly<Record<string, readonly (string | Buffer)[]>> = {},
): StubReply {
  return reply.entry(`CN=u${number},DC=x`, { objectGUID: [guid(number)], mail: [`u${number}@example.test`], ...more });
}

function read(
  stub: LdapStub,
  options: LdapCustomerOptions = {},
  more: { readonly signal?: AbortSignal; readonly backoffMs?: readonly number[] } = {},
): Promise<DirectoryReading> {
  const { signal = new AbortController().signal, backoffMs = [1, 1, 1] } = more;
  const customer = ldapCustomer({ url: stub.url, baseDN: ['DC=x'], bind: bindAs('CN=reader', 'secret'), ...options });
  return ldapSource({ resolveSecret: plainSecret, backoffMs }).read(customer, { signal });
}

const failed = (code: string, message: string | RegExp = '') => ({
  status: 'failed',
  problem: {
    code,
    message: typeof message === 'string' ? expect.stringContaining(message) : expect.stringMatching(message),
  },
});

const isFirstPage = (request: StubRequest) => request.page?.cookie === '';

describe('a connection that is lost', () => {
  it('after the first page fails the read, however many entries came', async () => {
    await using stub = await startLdapStub({
      users: (request, reply) => {
        if (isFirstPage(request)) user(user(reply, 1), 2).done(0, { cookie: 'more' });
        else user(reply, 3).drop();
      },
    });
    expect(await read(stub)).toMatchObject(failed('LDAP_INCOMPLETE', /2 entries had been read by then/));
    expect(stub.requests.filter(({ kind }) => kind === 'bind')).toHaveLength(1);
  });

  it('in the middle of an entry of a later page fails the read', async () => {
    await using stub = await startLdapStub({
      users: (request, reply) => {
        if (isFirstPage(request)) user(reply, 1).done(0, { cookie: 'more' });
        else reply.raw(cutEntry(request.id, 'CN=u2,DC=x', 9)).drop();
      },
    });
    expect(await read(stub)).toMatchObject(failed('LDAP_INCOMPLETE'));
  });

  it('before the first page is tried again', async () => {
    await using stub = await startLdapStub({
      users: (request, reply) => {
        if (request.connection < 3) user(reply, 1).drop();
        else user(reply, 1).done();
      },
    });
    expect(await read(stub)).toMatchObject({ status: 'complete', proof: { entries: 1, pages: 2 } });
    expect(stub.openConnections()).toBeLessThanOrEqual(1);
  });

  it('before the first page, again and again, fails in the end', async () => {
    await using stub = await startLdapStub({ bind: (_, reply) => reply.drop() });
    expect(await read(stub)).toMatchObject(failed('LDAP_CONNECT', 'the connection was lost'));
    expect(stub.requests.filter(({ kind }) => kind === 'bind')).toHaveLength(4);
  });
});

describe('a server that is busy or unavailable', () => {
  it.each([51, 52])('with result %i once is asked again, from the start', async (code) => {
    await using stub = await startLdapStub({
      users: (request, reply) => {
        if (isFirstPage(request)) user(reply, 1).done(0, { cookie: 'more' });
        else if (request.connection === 1) reply.done(code);
        else user(reply, 2).done();
      },
    });
    const { objects } = await complete(read(stub));
    expect(objects.map(({ mail }) => mail[0])).toEqual(['u1@example.test', 'u2@example.test']);
  });

  it.each([51, 52])('with result %i for ever fails the read', async (code) => {
    await using stub = await startLdapStub({ users: (_, reply) => reply.done(code, { message: 'not now' }) });
    expect(await read(stub)).toMatchObject(failed('LDAP_INCOMPLETE', /"not now"/));
    expect(stub.requests.filter(({ kind }) => kind === 'bind')).toHaveLength(4);
  });

  it('is given time between the attempts, and left alone once interrupted', async () => {
    await using stub = await startLdapStub({ bind: (_, reply) => reply.done(51) });
    const controller = new AbortController();
    const start = performance.now();
    const reading = read(stub, {}, { signal: controller.signal, backoffMs: [100, 60_000] });
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
    expect(await read(stub)).toMatchObject(failed('LDAP_INCOMPLETE', 'unavailable (52)'));
  });
});

describe('a refused bind', () => {
  it('is not tried again, and says in words why', async () => {
    const message = '80090308: LdapErr: DSID-0C090447, comment: AcceptSecurityContext error, data 532, v3839';
    await using stub = await startLdapStub({ bind: (_, reply) => reply.done(49, { message }) });
    expect(await read(stub)).toMatchObject(
      failed('LDAP_BIND', 'refused the bind as CN=reader: password expired (532).'),
    );
    expect(stub.requests).toHaveLength(1);
  });

  it('for want of signing says to use TLS', async () => {
    await using stub = await startLdapStub({ bind: (_, reply) => reply.done(8) });
    expect(await read(stub)).toMatchObject(failed('LDAP_TLS', 'strongerAuthRequired (8)'));
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
        if (isFirstPage(request)) user(reply, 1).done(0, { cookie: 'more' });
        else user(reply, 2).done(code, { referrals: code === 10 ? ['ldap://other/DC=x'] : [], cookie: null });
      },
    });
    expect(await read(stub)).toMatchObject(failed(problem, words));
  });

  it('because nobody has bound says so', async () => {
    const message =
      '000004DC: LdapErr: DSID-0C090A5C, comment: In order to perform this operation a successful bind must be completed';
    await using stub = await startLdapStub({ users: (_, reply) => reply.done(1, { message }) });
    expect(await read(stub, { bind: null })).toMatchObject(failed('LDAP_BIND', 'the server wants a bind first'));
  });

  it('in the search for groups fails all of the read', async () => {
    await using stub = await startLdapStub({
      users: (_, reply) => user(reply, 1).done(),
      groups: (_, reply) => reply.done(4),
    });
    expect(await read(stub)).toMatchObject(failed('LDAP_INCOMPLETE', 'sizeLimitExceeded'));
  });
});

describe('pages', () => {
  it('of which the last is missing fail the read', async () => {
    await using stub = await startLdapStub({
      users: (request, reply) => {
        if (isFirstPage(request)) user(reply, 1).done(0, { cookie: 'more' });
        else user(reply, 2).done(0, { cookie: null });
      },
    });
    expect(await read(stub)).toMatchObject(failed('LDAP_INCOMPLETE', 'does not say whether there are more pages'));
  });

  it('that are empty with more to come are followed to the end', async () => {
    await using stub = await startLdapStub({
      users: (request, reply) => {
        const page = Number(request.page?.cookie ?? 0);
        if (page === 1 || page === 3) user(reply, page);
        reply.done(0, { cookie: page < 3 ? String(page + 1) : '' });
      },
    });
    expect(await read(stub)).toMatchObject({ status: 'complete', proof: { entries: 2, pages: 5 } });
  });

  it('that are empty without end fail the read', async () => {
    await using stub = await startLdapStub({ users: (_, reply) => reply.done(0, { cookie: 'same' }) });
    expect(await read(stub)).toMatchObject(failed('LDAP_PROTOCOL', 'empty pages without end'));
  });

  it('that repeat an object give it once', async () => {
    await using stub = await startLdapStub({
      users: (request, reply) => {
        if (isFirstPage(request)) user(user(reply, 1), 2).done(0, { cookie: 'more' });
        else user(user(reply, 2), 3).done();
      },
    });
    const { objects, proof } = await complete(read(stub));
    expect(objects.map(({ mail }) => mail[0])).toEqual(['u1@example.test', 'u2@example.test', 'u3@example.test']);
    expect(proof.entries).toBe(3);
  });

  it('that show an object under its old and its new name keep both for the members of groups', async () => {
    await using stub = await startLdapStub({
      users: (request, reply) => {
        if (isFirstPage(request)) user(reply, 1).done(0, { cookie: 'more' });
        else reply.entry('CN=moved,OU=new,DC=x', { objectGUID: [guid(1)], mail: ['u1@example.test'] }).done();
      },
      groups: (_, reply) =>
        reply
          .entry('CN=g1,DC=x', { objectGUID: [guid(8)], member: ['CN=moved,OU=new,DC=x'] })
          .entry('CN=g2,DC=x', { objectGUID: [guid(9)], member: ['CN=u1,DC=x'] })
          .done(),
    });
    const { objects } = await complete(read(stub));
    expect(objects.map(({ unknownMembers }) => unknownMembers)).toEqual([0, 0, 0]);
  });

  it('are asked for, but not insisted on, where the server says that it has none', async () => {
    await using stub = await startLdapStub({
      rootDse: (_, reply) => reply.entry('', { supportedControl: ['2.16.840.1.113730.3.4.2'] }).done(),
      users: (_, reply) =>
        reply.entry('CN=u1,DC=x', { entryUUID: ['A-1'], mail: ['u1@example.test'] }).done(0, { cookie: null }),
      groups: (_, reply) => reply.done(0, { cookie: null }),
    });
    expect(await read(stub)).toMatchObject({ status: 'complete', objects: [{ id: 'a-1' }] });
    expect(stub.requests.flatMap(({ page }) => page ?? []).map(({ critical }) => critical)).toEqual([false, false]);
  });

  it('are insisted on where the server can page', async () => {
    await using stub = await startLdapStub({
      rootDse: (_, reply) => reply.entry('', { supportedControl: [PAGED_RESULTS] }).done(),
    });
    await complete(read(stub, { dialect: 'openldap' }));
    expect(stub.requests.flatMap(({ page }) => page ?? []).map(({ critical }) => critical)).toEqual([true, true]);
  });
});

describe('a server that never answers', () => {
  it('fails the read after the time that a page may take', async () => {
    await using stub = await startLdapStub({
      users: (request, reply) => {
        if (isFirstPage(request)) user(reply, 1).done(0, { cookie: 'more' });
      },
    });
    expect(await read(stub, { timeouts: { pageMs: 200 } })).toMatchObject(
      failed('LDAP_TIMEOUT', 'did not answer within 0.2 seconds'),
    );
    expect(stub.requests.filter(({ kind }) => kind === 'bind')).toHaveLength(1);
  });

  it('fails the read when the bind is not answered', async () => {
    await using stub = await startLdapStub({ bind: () => undefined });
    expect(await read(stub, { timeouts: { connectMs: 200 } })).toMatchObject(failed('LDAP_TIMEOUT'));
  });

  it('fails the read when TLS does not come about', async () => {
    await using stub = await startLdapStub({});
    const url = stub.url.replace('ldap:', 'ldaps:');
    const reading = await read(stub, { url, tls: { mode: 'ldaps' }, timeouts: { connectMs: 200 } });
    expect(reading).toMatchObject(failed('LDAP_TIMEOUT', 'no connection within 0.2 seconds'));
    const startTls = await read(stub, { tls: { mode: 'startTLS' }, timeouts: { connectMs: 200 } });
    expect(startTls).toMatchObject(failed('LDAP_TIMEOUT'));
  });

  it('does not keep an interrupted read waiting', async () => {
    await using stub = await startLdapStub({ users: () => undefined });
    const controller = new AbortController();
    const reading = read(stub, {}, { signal: controller.signal });
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
    expect(await read(stub)).toMatchObject(failed('LDAP_PROTOCOL', 'does not speak LDAP as it should'));
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
    expect(await read(stub)).toMatchObject(failed('LDAP_PROTOCOL'));
  });
});

describe('what an entry holds', () => {
  it('is found whatever the case of the names, and without what has an option', async () => {
    await using stub = await startLdapStub({
      users: (_, reply) =>
        reply
          .entry('CN=u1,DC=x', {
            OBJECTGUID: [guid(1)],
            'displayName;lang-de': ['Anderer'],
            DisplayName: ['Name'],
            unasked: ['x'],
            mail: ['', 'u1@example.test'],
            givenName: [''],
          })
          .done(),
    });
    const { objects } = await complete(read(stub));
    expect(objects).toMatchObject([{ mail: ['u1@example.test'], attributes: { displayName: 'Name' } }]);
    expect(objects[0]?.attributes).not.toHaveProperty('givenName');
  });

  it('an objectGUID becomes a UUID', async () => {
    await using stub = await startLdapStub({
      users: (_, reply) => reply.entry('CN=u1,DC=x', { objectGUID: [GUID] }).done(),
    });
    const { objects } = await complete(read(stub));
    expect(objects[0]?.id).toBe('00112233-4455-6677-8899-aabbccddeeff');
  });

  it('an address that is not UTF-8 is read as broken, never as another address', async () => {
    await using stub = await startLdapStub({
      users: (_, reply) =>
        user(reply, 1, { proxyAddresses: [Buffer.from('SMTP:caf\xe9@example.test', 'latin1')] }).done(),
    });
    const { objects } = await complete(read(stub));
    expect(objects[0]?.proxyAddresses).toEqual(['SMTP:caf\ufffd@example.test']);
  });

  it('names that are not UTF-8 stay apart, and members find them', async () => {
    const name = (octet: string) => Buffer.from(`CN=${octet},DC=x`, 'latin1');
    await using stub = await startLdapStub({
      users: (_, reply) => {
        for (const [number, octet] of ['\xe9', '\xe8'].entries()) {
          reply.entry(name(octet), { objectGUID: [guid(number)] });
        }
        reply.done();
      },
      groups: (_, reply) => reply.entry('CN=g,DC=x', { objectGUID: [guid(9)], member: [name('\xe8')] }).done(),
    });
    const { objects } = await complete(read(stub));
    expect(objects[2]?.members).toEqual([objects[1]?.id]);
  });

  it('Exchange says which mailboxes are shared, rooms and equipment, and which are its own', async () => {
    const types = [
      '1',
      '2',
      '4',
      '16',
      '32',
      '2147483648',
      '8589934592',
      '17179869184',
      '34359738368',
      '8388608',
      '549755813888',
    ];
    await using stub = await startLdapStub({
      users: (_, reply) => {
        for (const [number, type] of types.entries()) {
          user(reply, number, { msExchRecipientTypeDetails: [type], userAccountControl: ['514'] });
        }
        reply.done();
      },
    });
    const { objects } = await complete(read(stub));
    expect(objects.map(({ mailbox, disabled }) => `${mailbox} ${disabled}`)).toEqual([
      'user true',
      'user false',
      'shared true',
      'room true',
      'equipment true',
      'user true',
      'room true',
      'equipment true',
      'shared true',
    ]);
  });
});

describe('public folders', () => {
  const folders = (request: StubRequest, reply: StubReply) => {
    if (request.baseDN === 'DC=x') return void user(reply, 1).done();
    reply.entry(`CN=info,${request.baseDN}`, { objectGUID: [guid(7)], mail: ['info@example.test'] }).done();
  };
  const rootDse = (_: StubRequest, reply: StubReply) =>
    reply
      .entry('', {
        supportedCapabilities: ['1.2.840.113556.1.4.800'],
        supportedControl: [PAGED_RESULTS],
        defaultNamingContext: ['DC=x'],
      })
      .done();

  it('are read from the container of Exchange when they are wanted', async () => {
    await using stub = await startLdapStub({ users: folders, rootDse });
    const { objects } = await complete(read(stub, { include: { publicFolders: true } }));
    expect(objects.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'user CN=u1,DC=x',
      'publicFolder CN=info,CN=Microsoft Exchange System Objects,DC=x',
    ]);
  });

  it('are read from where the configuration says', async () => {
    await using stub = await startLdapStub({ users: folders, rootDse });
    const { objects } = await complete(read(stub, { include: { publicFolders: true }, publicFolderDN: 'OU=folders' }));
    expect(objects.at(-1)).toMatchObject({
      kind: 'publicFolder',
      name: 'CN=info,OU=folders',
      mail: ['info@example.test'],
    });
  });

  it('are not asked for when they are not wanted', async () => {
    await using stub = await startLdapStub({ users: folders, rootDse });
    const { objects } = await complete(read(stub));
    expect(objects).toHaveLength(1);
  });
});

describe('what kind of directory it is', () => {
  it('must be said where the rootDSE cannot be read', async () => {
    await using stub = await startLdapStub({ rootDse: (_, reply) => reply.done(50) });
    expect(await read(stub)).toMatchObject(failed('LDAP_DIALECT', 'does not say what kind of directory it is'));
    expect(await read(stub, { dialect: 'activeDirectory' })).toMatchObject({
      status: 'complete',
      identity: { id: 'dc=x' },
    });
  });

  it('is not guessed when its naming context cannot be read just now', async () => {
    await using stub = await startLdapStub({ base: (_, reply) => reply.done(80, { message: 'try later' }) });
    expect(await read(stub)).toMatchObject(failed('LDAP_INCOMPLETE', 'other (80), "try later"'));
  });
});

it('leaves no connection behind, whether it reads or fails', async () => {
  await using stub = await startLdapStub({
    users: (request, reply) => (request.connection === 1 ? user(reply, 1).done() : reply.done(4)),
  });
  expect(await read(stub)).toMatchObject({ status: 'complete' });
  expect(await read(stub)).toMatchObject(failed('LDAP_INCOMPLETE'));
  await expect.poll(() => stub.openConnections()).toBe(0);
});
