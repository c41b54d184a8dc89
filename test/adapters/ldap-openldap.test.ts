/** The LDAP source against a real OpenLDAP: what it finds, and how it describes it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ldapSource } from '../../src/adapters/directory/ldap/source.ts';
import type { DirectoryObject } from '../../src/domain/directory.ts';
import { byMail, complete, directorySourceContract } from '../contract/directory-source.ts';
import { bindAs, type LdapCustomerOptions, ldapCustomer, plainSecret } from '../support/ldap-customer.ts';
import { GROUPS, group, ldif, PEOPLE, person, personDN, SUFFIX } from '../support/people.ts';
import { type Slapd, startSlapd } from '../support/slapd.ts';

const source = ldapSource({ resolveSecret: plainSecret });

directorySourceContract('LDAP (OpenLDAP)', async () => {
  const world = [
    person('ann'),
    person('ben', { userAccountControl: '514' }),
    group('all', [personDN('ann'), personDN('ben'), `cn=nobody,${PEOPLE}`]),
  ].join('');
  const server = await startSlapd({ ldif: world });
  const limited = await startSlapd({ ldif: world, sizeLimit: 1 });
  return {
    source,
    customer: ldapCustomer(connectionTo(server)),
    broken: { source, customer: ldapCustomer(connectionTo(limited)) },
    async [Symbol.asyncDispose]() {
      await Promise.all([server.stop(), limited.stop()]);
    },
  };
});

function connectionTo(server: Slapd): LdapCustomerOptions {
  return { url: server.url, bind: bindAs(server.readerDN, server.readerPassword) };
}

describe('people and groups of an OpenLDAP', () => {
  let server: Slapd;
  let objects: readonly DirectoryObject[];

  const read = async (options: LdapCustomerOptions = {}) => {
    const signal = new AbortController().signal;
    return complete(source.read(ldapCustomer({ ...connectionTo(server), ...options }), { signal }));
  };

  beforeAll(async () => {
    server = await startSlapd({
      ldif: [
        person('full', {
          givenName: 'Zoë',
          sn: '美咲',
          displayName: 'Zoë 美咲',
          homePhone: '+49 30 1',
          mobile: '+49 170 1',
          o: 'Example GmbH',
          departmentNumber: 'D-7',
          description: 'left handed',
          staffNumber: 'S-1',
        }),
        person('further', {
          mail: ['further@example.test', 'second@example.test'],
          mailAlternateAddress: 'third@example.test',
          mailLocalAddress: 'fourth@example.test',
          mailAlias: 'fifth@example.test',
        }),
        person('proxied', {
          proxyAddresses: ['SMTP:main@example.test', 'smtp:other@example.test', 'X500:/o=x'],
        }),
        person('company', {
          company: 'First Ltd',
          o: 'Second Ltd',
          department: 'A',
          ou: 'B',
          info: 'I',
          description: 'D',
        }),
        person('ordinary', {
          userAccountControl: '512',
          nsAccountLock: 'FALSE',
          pwdAccountLockedTime: '20260101000000Z',
        }),
        person('control', { userAccountControl: '66050' }),
        person('lock', { nsAccountLock: 'TRUE' }),
        person('locked', { pwdAccountLockedTime: '000001010000Z' }),
        person('Muster, Jörg "JJ" + Söhne', { mail: 'joerg@example.test' }),
        ldif(`cn=app,${PEOPLE}`, { objectClass: 'applicationProcess', cn: 'app' }),
        group('names', [`CN=FULL , ou=People,${SUFFIX}`, personDN('further'), personDN('nobody')], {
          displayName: 'Names of all',
        }),
        group('nested', [`cn=names,${GROUPS}`, `CN=Muster\\2C J\\C3\\B6rg \\"JJ\\" \\+ S\\c3\\b6hne, ${PEOPLE}`]),
        group('silent', [personDN('full')], { mail: [] }),
        ldif(`cn=unique,${GROUPS}`, {
          objectClass: ['groupOfUniqueNames', 'extensibleObject'],
          cn: 'unique',
          uniqueMember: [personDN('full'), `${personDN('further')}#'0101'B`],
          mail: 'unique@example.test',
        }),
      ].join(''),
    });
    ({ objects } = await read());
  });
  afterAll(() => server?.stop());

  it('describes a person with all synced attributes (SEL-8)', () => {
    expect(byMail(objects, 'full@example.test')).toMatchObject({
      kind: 'user',
      mailbox: 'user',
      disabled: false,
      name: personDN('full'),
      attributes: {
        givenName: 'Zoë',
        surname: '美咲',
        displayName: 'Zoë 美咲',
        homePhone: '+49 30 1',
        mobile: '+49 170 1',
        company: 'Example GmbH',
        department: 'D-7',
        notes: 'left handed',
      },
    });
  });

  it('takes company, department and info before what inetOrgPerson has in their place', () => {
    expect(byMail(objects, 'company@example.test').attributes).toMatchObject({
      company: 'First Ltd',
      department: 'A',
      notes: 'I',
    });
  });

  it('reads entryUUID as the id, as the server has it', async () => {
    const [, uuid] = /entryUUID: (\S+)/.exec(await server.search('(cn=full)', 'entryUUID')) ?? [];
    expect(byMail(objects, 'full@example.test').id).toBe(uuid);
  });

  it('reads every mail address there is, and leaves out attributes that are not there', () => {
    expect(byMail(objects, 'further@example.test')).toMatchObject({
      mail: ['further@example.test', 'second@example.test'],
      aliases: ['third@example.test', 'fourth@example.test'],
      proxyAddresses: [],
      attributes: { surname: 'further' },
    });
    expect(byMail(objects, 'main@example.test').proxyAddresses).toEqual([
      'SMTP:main@example.test',
      'smtp:other@example.test',
      'X500:/o=x',
    ]);
  });

  it('tells disabled accounts by any of three attributes', () => {
    const disabled = objects.filter((object) => object.disabled).map(({ mail }) => mail[0]);
    expect(disabled).toEqual(['control@example.test', 'lock@example.test', 'locked@example.test']);
  });

  it('reads people and groups with an address, and nothing else', () => {
    expect(objects.filter(({ kind }) => kind === 'user')).toHaveLength(9);
    expect(objects.filter(({ kind }) => kind === 'group').map(({ mail }) => mail[0])).toEqual([
      'names@example.test',
      'nested@example.test',
      'unique@example.test',
    ]);
  });

  it('finds members whatever the spelling of their DNs, and counts those that are not there', () => {
    const idOf = (mail: string) => byMail(objects, mail).id;
    expect(byMail(objects, 'names@example.test')).toMatchObject({
      attributes: { displayName: 'Names of all' },
      members: [idOf('full@example.test'), idOf('further@example.test')],
      unknownMembers: 1,
    });
    expect(byMail(objects, 'nested@example.test')).toMatchObject({
      attributes: { displayName: 'nested' },
      members: [idOf('names@example.test'), idOf('joerg@example.test')],
      unknownMembers: 0,
    });
    expect(byMail(objects, 'unique@example.test')).toMatchObject({
      members: [idOf('full@example.test'), idOf('further@example.test')],
      unknownMembers: 0,
    });
  });

  it('knows the directory by the entryUUID of its naming context', async () => {
    const [, uuid] = /entryUUID: (\S+)/.exec(await server.search('(dc=example)', 'entryUUID')) ?? [];
    const { identity } = await read({ baseDN: [PEOPLE] });
    expect(identity).toEqual({ type: 'ldap', id: uuid });
  });

  it('reads overlapping base DNs once', async () => {
    const both = await read({ baseDN: [PEOPLE, SUFFIX] });
    expect(new Set(both.objects.map(({ id }) => id))).toEqual(new Set(objects.map(({ id }) => id)));
    expect(both.objects).toHaveLength(objects.length);
    expect(byMail(both.objects, 'nested@example.test').unknownMembers).toBe(0);
  });

  it('reads several base DNs and nothing beside them', async () => {
    const { objects: found } = await read({ baseDN: [GROUPS, `ou=service,${SUFFIX}`] });
    expect(found.map(({ kind }) => kind)).toEqual(['group', 'group', 'group']);
    expect(found.map(({ unknownMembers }) => unknownMembers)).toEqual([3, 1, 2]);
  });

  it('narrows users and groups by the filter (SEL-4)', async () => {
    const { objects: found } = await read({ filter: '(cn=*m*)' });
    expect(found.map(({ mail }) => mail[0])).toEqual([
      'company@example.test',
      'joerg@example.test',
      'names@example.test',
    ]);
  });

  it('sends the octets that a filter names in hexadecimal', async () => {
    const { objects: found } = await read({ filter: '(cn=*J\\c3\\b6rg*)' });
    expect(found.map(({ mail }) => mail[0])).toEqual(['joerg@example.test']);
  });

  it('replaces the class filters', async () => {
    const { objects: found } = await read({
      userFilter: '(mail=full@example.test)',
      groupFilter: '(objectClass=groupOfUniqueNames)',
    });
    expect(found.map(({ mail }) => mail[0])).toEqual(['full@example.test', 'unique@example.test']);
  });

  it('reads by the attributes of the configuration', async () => {
    const { objects: found } = await read({
      attributes: {
        objectId: 'staffNumber',
        primary: 'mailLocalAddress',
        aliases: ['mail', 'MAILALIAS'],
        notes: 'employeeType',
        department: 'sn',
        disabled: { attribute: 'cn', values: ['FULL'] },
        members: 'seeAlso',
      },
      userFilter: '(staffNumber=*)',
      groupFilter: '(cn=none)',
    });
    expect(found).toMatchObject([
      {
        id: 's-1',
        disabled: true,
        mail: [],
        aliases: ['full@example.test'],
        attributes: { department: '美咲', givenName: 'Zoë' },
      },
    ]);
    expect(found[0]?.attributes.notes).toBeUndefined();
  });

  it('does not look at proxyAddresses once another primary is named', async () => {
    const { objects: found } = await read({ attributes: { primary: 'mail' }, userFilter: '(cn=proxied)' });
    expect(found[0]).toMatchObject({ mail: ['proxied@example.test'], proxyAddresses: [] });
  });

  it('refuses ids that are not ids', async () => {
    const reading = (objectId: string) =>
      source.read(ldapCustomer({ ...connectionTo(server), attributes: { objectId } }), {
        signal: new AbortController().signal,
      });
    expect(await reading('staffNumber')).toMatchObject({
      status: 'failed',
      problem: { code: 'LDAP_OBJECT_ID', message: expect.stringContaining('has no staffNumber') },
    });
    expect(await reading('objectClass')).toMatchObject({
      status: 'failed',
      problem: { code: 'LDAP_OBJECT_ID', message: expect.stringContaining('have the same objectClass') },
    });
  });

  it('keeps the id when a person is renamed and moved', async () => {
    const before = byMail(objects, 'ordinary@example.test').id;
    await server.modify(
      `dn: ${personDN('ordinary')}\nchangetype: modrdn\nnewrdn: cn=renamed\ndeleteoldrdn: 1\nnewsuperior: ou=service,${SUFFIX}\n\n` +
        `dn: cn=renamed,ou=service,${SUFFIX}\nchangetype: modify\nreplace: mail\nmail: renamed@example.test\n\n`,
    );
    const { objects: found } = await read();
    expect(byMail(found, 'renamed@example.test')).toMatchObject({
      id: before,
      name: `cn=renamed,ou=service,${SUFFIX}`,
    });
  });
});
