/** What a check of a directory finds at a real Active Directory domain controller (Samba). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ldapTester } from '../../src/adapters/directory/ldap/check.ts';
import { failedWith, passed, steps, UNTRIED, warned } from '../support/checks.ts';
import { bindAs, type LdapCustomerOptions, ldapCustomer, plainSecret } from '../support/ldap-customer.ts';
import { ldif } from '../support/people.ts';
import { SAMBA_BASE_DN, type Samba, startSamba } from '../support/samba.ts';

const PASSWORD = 'Passw0rd-Reader!';
const STAFF = `OU=Staff,${SAMBA_BASE_DN}`;

let samba: Samba;

beforeAll(async () => {
  samba = await startSamba();
  await samba.tool('user', 'create', 'reader', PASSWORD);
  await samba.modify(
    [
      ldif(STAFF, { objectClass: 'organizationalUnit', ou: 'Staff' }),
      ...Array.from({ length: 12 }, (_, index) => user(`mute${String(index).padStart(2, '0')}`)),
      user('zoe', { mail: 'zoe@example.test' }),
    ].join(''),
  );
});
afterAll(() => samba?.stop());

function user(name: string, more: Readonly<Record<string, string>> = {}): string {
  return ldif(`CN=${name},${STAFF}`, { objectClass: 'user', sAMAccountName: name, ...more });
}

async function check(options: LdapCustomerOptions = {}) {
  const customer = ldapCustomer({
    url: samba.ldapsUrl,
    tls: { mode: 'ldaps', ca: samba.caFile },
    bind: bindAs('reader@corp.example.test', PASSWORD),
    baseDN: [STAFF],
    ...options,
  });
  const result = await ldapTester({ resolveSecret: plainSecret }).check(customer, new AbortController().signal);
  return { ...result, ...steps(result) };
}

describe('a check of an Active Directory', () => {
  it('says which domain it is, and counts', async () => {
    const { directory, reach, signIn, read, rights, count, objects } = await check({ baseDN: [SAMBA_BASE_DN] });
    expect(directory).toBe(`activeDirectory, ${SAMBA_BASE_DN}`);
    expect(reach).toEqual(
      warned(
        'LDAP_CERTIFICATE_ENDS',
        /certificate is for dc1\.corp\.example\.test, localhost and 127\..* in 29 days/,
        /Renew/,
      ),
    );
    expect(signIn).toEqual(passed('Signed in as reader@corp.example.test.'));
    expect(read).toEqual(
      passed(/^Dialect activeDirectory, naming context DC=corp,\S+ \([\da-f-]{36}\); 10 users read\.$/),
    );
    expect(rights).toEqual(passed(/No user has proxyAddresses: each has the address in mail alone/));
    const listed = await samba.search('(&(objectCategory=person)(objectClass=user))', '1.1');
    const users = listed.match(/^dn: /gm)?.length;
    expect(objects.users).toBe(users);
    expect(count).toEqual(passed(new RegExp(`^${users} users and ${objects.groups} groups match`)));
  });

  it('asks whether anybody has an address where the first ten have none', async () => {
    const filter = (text: string) => check({ filter: text });
    expect((await filter('(!(cn=zoe))')).rights).toEqual(
      warned('LDAP_NO_ADDRESS', /No user has mail or proxyAddresses/, /directory\.attributes\.primary/),
    );
    expect((await filter('(cn=*)')).rights).toMatchObject({ status: 'passed' });
  });

  it('without an account is told that one is wanted', async () => {
    const { signIn, read, rights } = await check({ bind: null });
    expect(signIn).toEqual(passed(/anonymously/));
    expect(read).toEqual(failedWith('LDAP_BIND', /wants a bind first/, /directory\.bind/));
    expect(rights).toEqual(UNTRIED);
  });

  it('says why the account is refused', async () => {
    await samba.tool('user', 'create', 'gone', PASSWORD);
    await samba.tool('user', 'disable', 'gone');
    const { signIn } = await check({ bind: bindAs('gone@corp.example.test', PASSWORD) });
    expect(signIn).toEqual(failedWith('LDAP_BIND', /account disabled \(533\)/, /Enable the account/));
  });

  it('names a base DN that is not there', async () => {
    const { rights } = await check({ baseDN: [STAFF, `OU=Nowhere,${SAMBA_BASE_DN}`] });
    expect(rights).toEqual(failedWith('LDAP_BASE_DN', /OU=Nowhere/, /directory\.baseDN/));
  });

  it('looks for public folders where Exchange keeps them', async () => {
    const { rights } = await check({ include: { publicFolders: true } });
    expect(rights).toEqual(
      failedWith('LDAP_PUBLIC_FOLDERS', /there is no CN=Microsoft Exchange System Objects,DC=corp/, /publicFolderDN/),
    );
  });
});
