/** Entries as no server at hand has them: Exchange's mailboxes, public folders, text that is not UTF-8. */
import { describe, expect, it } from 'vitest';
import { complete } from '../contract/directory-source.ts';
import { PAGED_RESULTS, type StubReply, type StubRequest, startLdapStub } from '../support/ldap-stub.ts';
import { failed, GUID, guid, readStub, sendUser } from '../support/ldap-stub-reading.ts';

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
    const { objects } = await complete(readStub(stub));
    expect(objects).toMatchObject([{ mail: ['u1@example.test'], attributes: { displayName: 'Name' } }]);
    expect(objects[0]?.attributes).not.toHaveProperty('givenName');
  });

  it('an objectGUID becomes a UUID', async () => {
    await using stub = await startLdapStub({
      users: (_, reply) => reply.entry('CN=u1,DC=x', { objectGUID: [GUID] }).done(),
    });
    const { objects } = await complete(readStub(stub));
    expect(objects[0]?.id).toBe('00112233-4455-6677-8899-aabbccddeeff');
  });

  it('an address that is not UTF-8 is read as broken, never as another address', async () => {
    await using stub = await startLdapStub({
      users: (_, reply) =>
        sendUser(reply, 1, { proxyAddresses: [Buffer.from('SMTP:caf\xe9@example.test', 'latin1')] }).done(),
    });
    const { objects } = await complete(readStub(stub));
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
    const { objects } = await complete(readStub(stub));
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
          sendUser(reply, number, { msExchRecipientTypeDetails: [type], userAccountControl: ['514'] });
        }
        reply.done();
      },
    });
    const { objects } = await complete(readStub(stub));
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
    if (request.baseDN === 'DC=x') return void sendUser(reply, 1).done();
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
    const { objects } = await complete(readStub(stub, { include: { publicFolders: true } }));
    expect(objects.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'user CN=u1,DC=x',
      'publicFolder CN=info,CN=Microsoft Exchange System Objects,DC=x',
    ]);
  });

  it('are read from where the configuration says', async () => {
    await using stub = await startLdapStub({ users: folders, rootDse });
    const { objects } = await complete(
      readStub(stub, { include: { publicFolders: true }, publicFolderDN: 'OU=folders' }),
    );
    expect(objects.at(-1)).toMatchObject({
      kind: 'publicFolder',
      name: 'CN=info,OU=folders',
      mail: ['info@example.test'],
    });
  });

  it('are not asked for when they are not wanted', async () => {
    await using stub = await startLdapStub({ users: folders, rootDse });
    const { objects } = await complete(readStub(stub));
    expect(objects).toHaveLength(1);
  });
});

describe('what kind of directory it is', () => {
  it('must be said where the rootDSE cannot be read', async () => {
    await using stub = await startLdapStub({ rootDse: (_, reply) => reply.done(50) });
    expect(await readStub(stub)).toMatchObject(failed('LDAP_DIALECT', 'does not say what kind of directory it is'));
    expect(await readStub(stub, { dialect: 'activeDirectory' })).toMatchObject({
      status: 'complete',
      identity: { id: 'dc=x' },
    });
  });

  it('is not guessed when its naming context cannot be read just now', async () => {
    await using stub = await startLdapStub({ base: (_, reply) => reply.done(80, { message: 'try later' }) });
    expect(await readStub(stub)).toMatchObject(failed('LDAP_INCOMPLETE', 'other (80), "try later"'));
  });
});
