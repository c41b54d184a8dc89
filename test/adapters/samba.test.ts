/** The LDAP source against a real Active Directory domain controller (Samba). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBaseEntry } from '../../src/adapters/directory/ldap/base-entry.ts';
import { openConnection } from '../../src/adapters/directory/ldap/connection.ts';
import { dnText } from '../../src/adapters/directory/ldap/entry.ts';
import { withAllValues } from '../../src/adapters/directory/ldap/ranges.ts';
import { ldapSource } from '../../src/adapters/directory/ldap/source.ts';
import { isLdap, type LdapConnection } from '../../src/domain/config.ts';
import type { DirectoryObject } from '../../src/domain/directory.ts';
import { byMail, complete, directorySourceContract } from '../contract/directory-source.ts';
import { bindAs, type LdapCustomerOptions, ldapCustomer, plainSecret } from '../support/ldap-customer.ts';
import { escaped, ldif } from '../support/people.ts';
import { SAMBA_BASE_DN, type Samba, startSamba } from '../support/samba.ts';

const PASSWORD = 'Passw0rd-Reader!';
const DISABLED = '546';
const ENABLED = '544';
const MEMBERS = 3001;

const source = ldapSource({ resolveSecret: plainSecret, backoffMs: [1] });
let samba: Samba;
let staff: string;

/** An account without a password, which is all that a reading needs. */
function account(cn: string, attributes: Readonly<Record<string, string | readonly string[]>> = {}): string {
  return ldif(`CN=${escaped(cn)},${staff}`, {
    objectClass: 'user',
    sAMAccountName: cn.slice(0, 20),
    userAccountControl: ENABLED,
    mail: `${cn}@example.test`,
    ...attributes,
  });
}

function group(cn: string, members: readonly string[]): string {
  return ldif(`CN=${cn},${staff}`, {
    objectClass: 'group',
    sAMAccountName: cn,
    mail: `${cn}@example.test`,
    ...(members.length === 0 ? {} : { member: members }),
  });
}

const LARGE = `OU=Large,${SAMBA_BASE_DN}`;

/** As contacts, which are quicker to make. */
function largeGroup(): string {
  const names = Array.from({ length: MEMBERS }, (_, index) => `CN=m${index},${LARGE}`);
  return [
    ldif(LARGE, { objectClass: 'organizationalUnit', ou: 'Large' }),
    ...names.map((dn, index) => ldif(dn, { objectClass: 'contact', mail: `m${index}@example.test` })),
    ldif(`CN=large,${LARGE}`, {
      objectClass: 'group',
      sAMAccountName: 'large',
      mail: 'large@example.test',
      member: names,
    }),
  ].join('');
}

function customerOf(options: LdapCustomerOptions = {}) {
  return ldapCustomer({
    url: samba.ldapsUrl,
    tls: { mode: 'ldaps', ca: samba.caFile },
    bind: bindAs('reader@corp.example.test', PASSWORD),
    baseDN: [staff],
    ...options,
  });
}

function connectionOf(): LdapConnection {
  const { directory } = customerOf();
  if (directory === null || !isLdap(directory)) throw new Error('the customer has an LDAP directory');
  return directory.connection;
}

const attempt = (options: LdapCustomerOptions = {}) =>
  source.read(customerOf(options), { signal: new AbortController().signal });
const read = (options: LdapCustomerOptions = {}) => complete(attempt(options));

beforeAll(async () => {
  samba = await startSamba({ content: largeGroup() });
  staff = `OU=Staff,${samba.baseDN}`;
  await samba.tool('user', 'create', 'reader', PASSWORD);
  await samba.modify(
    [
      ldif(staff, { objectClass: 'organizationalUnit', ou: 'Staff' }),
      account('ann', {
        givenName: 'Ann',
        sn: 'Leé',
        displayName: 'Ann 美咲',
        homePhone: '+44 1',
        mobile: '+44 2',
        company: 'Acme Ltd',
        department: 'Sales',
        info: 'left\r\nhanded',
        proxyAddresses: ['SMTP:ann@example.test', 'smtp:a.lee@example.test'],
      }),
      account('ben', { userAccountControl: DISABLED }),
      account('Jörg "JJ" Söhne', { sAMAccountName: 'joerg', mail: 'joerg@example.test' }),
      ldif(`CN=supplier,${staff}`, { objectClass: 'contact', mail: 'supplier@example.test' }),
      ldif(`CN=machine,${staff}`, { objectClass: 'computer', sAMAccountName: 'machine$' }),
      group('all', [`CN=ann,${staff}`, `CN=ben,${staff}`, `CN=supplier,${staff}`]),
      group('nested', [`CN=all,${staff}`, `CN=${escaped('Jörg "JJ" Söhne')},${staff}`]),
    ].join(''),
  );
});
afterAll(() => samba?.stop());

directorySourceContract('LDAP (Active Directory)', async () => ({
  source,
  customer: customerOf(),
  broken: { source, customer: customerOf({ bind: bindAs('reader@corp.example.test', 'wrong') }) },
  async [Symbol.asyncDispose]() {},
}));

describe('people and groups of an Active Directory', () => {
  it('are described with all synced attributes (SEL-8)', async () => {
    const { objects } = await read();
    expect(byMail(objects, 'ann@example.test')).toMatchObject({
      kind: 'user',
      mailbox: 'user',
      disabled: false,
      name: `CN=ann,${staff}`,
      proxyAddresses: expect.arrayContaining(['SMTP:ann@example.test', 'smtp:a.lee@example.test']),
      attributes: {
        givenName: 'Ann',
        surname: 'Leé',
        displayName: 'Ann 美咲',
        homePhone: '+44 1',
        mobile: '+44 2',
        company: 'Acme Ltd',
        department: 'Sales',
        notes: 'left\r\nhanded',
      },
    });
  });

  it('are users and groups, and neither contacts nor computers', async () => {
    const { objects } = await read();
    expect(objects.map(({ kind, mail }) => `${kind} ${mail[0]}`).toSorted()).toEqual([
      'group all@example.test',
      'group nested@example.test',
      'user ann@example.test',
      'user ben@example.test',
      'user joerg@example.test',
    ]);
  });

  it('are told by their objectGUID, as samba-tool shows it', async () => {
    const { objects } = await read();
    const shown = await samba.tool('user', 'show', 'ann', '--attributes=objectGUID');
    expect(byMail(objects, 'ann@example.test').id).toBe(/objectGUID: (\S+)/.exec(shown)?.[1]);
  });

  it('have their members, whatever the characters of the names', async () => {
    const { objects } = await read();
    const idOf = (mail: string) => byMail(objects, mail).id;
    expect(byMail(objects, 'nested@example.test').members.toSorted()).toEqual(
      [idOf('all@example.test'), idOf('joerg@example.test')].toSorted(),
    );
  });

  it('are of the directory whose naming context has this objectGUID', async () => {
    const { identity } = await read();
    const shown = await samba.search('(objectClass=domain)', 'objectGUID');
    const bytes = Buffer.from(/objectGUID:: (\S+)/.exec(shown)?.[1] ?? '', 'base64').toString('hex');
    const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
    expect(identity.type).toBe('ldap');
    expect(identity.id.replaceAll('-', '')).toBe(order.map((at) => bytes.slice(at * 2, at * 2 + 2)).join(''));
  });

  it('are narrowed by a bit of userAccountControl (SEL-4)', async () => {
    const { objects } = await read({
      filter: '(!(userAccountControl:1.2.840.113556.1.4.803:=2))',
      groupFilter: '(cn=none)',
    });
    expect(objects.map(({ mail }) => mail[0]).toSorted()).toEqual(['ann@example.test', 'joerg@example.test']);
  });

  it('are found by the octets of their objectGUID', async () => {
    const { objects } = await read();
    const { id } = byMail(objects, 'ann@example.test');
    const hex = id.replace(/^(..)(..)(..)(..)-(..)(..)-(..)(..)-(.{4})-/, '$4$3$2$1$6$5$8$7$9');
    const { objects: found } = await read({ filter: `(objectGUID=${hex.replace(/../g, '\\$&')})` });
    expect(found.map((object) => object.id)).toEqual([id]);
  });

  it('keep their id when they are renamed', async () => {
    await samba.modify(account('before'));
    const { id } = byMail((await read()).objects, 'before@example.test');
    await samba.modify(
      `dn: CN=before,${staff}\nchangetype: modrdn\nnewrdn: CN=after\ndeleteoldrdn: 1\n\n` +
        `dn: CN=after,${staff}\nchangetype: modify\nreplace: mail\nmail: after@example.test\n\n`,
    );
    expect(byMail((await read()).objects, 'after@example.test')).toMatchObject({ id, name: `CN=after,${staff}` });
  });

  it('are gone once they are deleted', async () => {
    await samba.modify(account('leaver'));
    expect((await read()).objects.some(({ mail }) => mail[0] === 'leaver@example.test')).toBe(true);
    await samba.tool('user', 'delete', 'leaver');
    expect((await read()).objects.some(({ mail }) => mail[0] === 'leaver@example.test')).toBe(false);
  });

  it('report the other parts of the forest as referrals from the root of the domain', async () => {
    const { proof, objects } = await read({ baseDN: [samba.baseDN] });
    expect(proof.referrals).toEqual(expect.arrayContaining([expect.stringContaining('CN=Configuration')]));
    expect(byMail(objects, 'ann@example.test').kind).toBe('user');
    expect(await attempt({ baseDN: [samba.baseDN], referrals: 'error' })).toMatchObject({
      status: 'failed',
      problem: { code: 'LDAP_REFERRAL' },
    });
  });

  it('are not there under a base DN that is not there', async () => {
    expect(await attempt({ baseDN: [`OU=Nowhere,${staff}`] })).toMatchObject({
      status: 'failed',
      problem: { code: 'LDAP_BASE_DN' },
    });
  });
});

describe('a group of 3,001 members', () => {
  it('is read whole', async () => {
    const { objects, proof } = await read({ baseDN: [LARGE], userFilter: '(objectClass=contact)' });
    const found = byMail(objects, 'large@example.test');
    expect(found.unknownMembers).toBe(0);
    expect(new Set(found.members)).toEqual(new Set(objects.filter(({ kind }) => kind === 'user').map(({ id }) => id)));
    expect(found.members).toHaveLength(MEMBERS);
    expect(proof).toMatchObject({ entries: MEMBERS + 1, pages: 5 });
  });

  it('is read whole in ranges', async () => {
    const settings = { ...connectionOf(), baseDN: [LARGE] as const };
    const connection = await openConnection(settings, new AbortController().signal);
    try {
      await connection.bind('reader@corp.example.test', PASSWORD);
      const tally = { pages: 0, entries: 0, ranges: 0, referrals: new Set<string>() };
      const context = { connection, settings, log: () => undefined, tally };
      const shape = { names: ['member'], readers: [dnText] };
      // Samba gives ranges only to those who ask for them.
      const first = await readBaseEntry(context, `CN=large,${LARGE}`, shape, ['member;range=0-999']);
      expect(first?.slices).toEqual([{ index: 0, first: 0, last: 999, count: 1000 }]);
      const whole = first === null ? null : await withAllValues(first, shape, context);
      expect(new Set(whole?.values[0]).size).toBe(MEMBERS);
      expect(tally.ranges).toBeGreaterThan(0);
    } finally {
      connection.close();
    }
  });
});

describe('an object of the directory', () => {
  it('stays out of a reading whose base DN it is not under', async () => {
    const { objects } = await read({ baseDN: [`CN=ann,${staff}`] });
    expect(objects.map(({ mail }: DirectoryObject) => mail[0])).toEqual(['ann@example.test']);
  });
});
