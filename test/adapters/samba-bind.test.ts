/** How the LDAP source binds to a real Active Directory domain controller (Samba), and what it says when it may not. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ldapSource } from '../../src/adapters/directory/ldap/source.ts';
import { complete } from '../contract/directory-source.ts';
import { bindAs, type LdapCustomerOptions, ldapCustomer, plainSecret } from '../support/ldap-customer.ts';
import { SAMBA_BASE_DN, type Samba, startSamba } from '../support/samba.ts';

const PASSWORD = 'Passw0rd-Reader!';

const source = ldapSource({ resolveSecret: plainSecret, backoffMs: [1] });
let samba: Samba;

beforeAll(async () => {
  samba = await startSamba();
  await samba.tool('user', 'create', 'reader', PASSWORD);
});
afterAll(() => samba?.stop());

function customerOf(options: LdapCustomerOptions = {}) {
  return ldapCustomer({
    url: samba.ldapsUrl,
    tls: { mode: 'ldaps', ca: samba.caFile },
    bind: bindAs('reader@corp.example.test', PASSWORD),
    baseDN: [`CN=Users,${SAMBA_BASE_DN}`],
    ...options,
  });
}

const attempt = (options: LdapCustomerOptions = {}) =>
  source.read(customerOf(options), { signal: new AbortController().signal });
const read = (options: LdapCustomerOptions = {}) => complete(attempt(options));

describe('the bind to an Active Directory', () => {
  const refused = (words: string) => ({
    status: 'failed',
    problem: { code: 'LDAP_BIND', message: expect.stringContaining(words) },
  });

  it('is made with StartTLS', async () => {
    const { objects } = await read({ url: samba.url, tls: { mode: 'startTLS', ca: samba.caFile } });
    expect(objects.length).toBeGreaterThan(0);
  });

  it('is made by DN and in the clear if the configuration says so', async () => {
    const dn = `CN=reader,CN=Users,${samba.baseDN}`;
    const { objects } = await read({ url: samba.url, tls: { mode: 'off', ca: null }, bind: bindAs(dn, PASSWORD) });
    expect(objects.length).toBeGreaterThan(0);
  });

  it('is not made with a server whose certificate is for another name', async () => {
    expect(
      await attempt({ tls: { mode: 'ldaps', ca: samba.caFile, serverName: 'dc2.corp.example.test' } }),
    ).toMatchObject({
      status: 'failed',
      problem: { code: 'LDAP_TLS' },
    });
    const { objects } = await read({ tls: { mode: 'ldaps', ca: samba.caFile, serverName: samba.hostName } });
    expect(objects.length).toBeGreaterThan(0);
  });

  it('is not made with a server whose authority is not trusted', async () => {
    expect(await attempt({ tls: { mode: 'ldaps', ca: null } })).toMatchObject({
      status: 'failed',
      problem: { code: 'LDAP_TLS' },
    });
  });

  it('says that the password is wrong', async () => {
    expect(await attempt({ bind: bindAs('reader@corp.example.test', 'wrong') })).toMatchObject(
      refused('the name or the password is wrong (52e)'),
    );
  });

  it('says that the account is disabled', async () => {
    await samba.tool('user', 'create', 'off', PASSWORD);
    await samba.tool('user', 'disable', 'off');
    expect(await attempt({ bind: bindAs('off@corp.example.test', PASSWORD) })).toMatchObject(
      refused('account disabled (533)'),
    );
  });

  it('says that the password must be changed first', async () => {
    await samba.tool('user', 'create', 'fresh', PASSWORD, '--must-change-at-next-login');
    expect(await attempt({ bind: bindAs('fresh@corp.example.test', PASSWORD) })).toMatchObject(
      refused('the password must be changed first (773)'),
    );
  });

  it('is wanted before a search', async () => {
    expect(await attempt({ bind: null })).toMatchObject({ status: 'failed', problem: { code: 'LDAP_BIND' } });
  });

  it('says to use TLS where the server demands it', async () => {
    await using strict = await startSamba({ requireStrongAuth: true });
    const bind = bindAs(strict.adminDN, strict.adminPassword);
    const clear = customerOf({ url: strict.url, tls: { mode: 'off', ca: null }, bind });
    const signal = new AbortController().signal;
    expect(await source.read(clear, { signal })).toMatchObject({
      status: 'failed',
      problem: { code: 'LDAP_TLS', message: expect.stringContaining('strongerAuthRequired (8)') },
    });
    const users = `CN=Users,${strict.baseDN}`;
    const secure = customerOf({ url: strict.url, tls: { mode: 'startTLS', ca: strict.caFile }, bind, baseDN: [users] });
    expect(await source.read(secure, { signal })).toMatchObject({ status: 'complete' });
  });
});
