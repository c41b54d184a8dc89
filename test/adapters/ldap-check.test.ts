/** What a check of an LDAP directory finds, at a real OpenLDAP. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ldapTester } from '../../src/adapters/directory/ldap/check.ts';
import { directoryTesterContract } from '../contract/directory-tester.ts';
import { makeAuthority } from '../support/certificates.ts';
import { failedWith, passed, steps, UNTRIED, warned } from '../support/checks.ts';
import { bindAs, type LdapCustomerOptions, ldapCustomer, plainSecret } from '../support/ldap-customer.ts';
import { GROUPS, group, PEOPLE, person, personDN, SUFFIX } from '../support/people.ts';
import { NOWHERE } from '../support/port.ts';
import { type Slapd, startSlapd } from '../support/slapd.ts';

const DAY_MS = 86_400_000;
const PEOPLE_COUNT = 12;

let slapd: Slapd;

beforeAll(async () => {
  const names = Array.from({ length: PEOPLE_COUNT }, (_, index) => `u${index}`);
  slapd = await startSlapd({
    certificateDays: 90,
    ldif: [
      ...names.map((name) => person(name)),
      person('mute', { mail: [], departmentNumber: 'mute' }),
      group('team', [personDN('u0')]),
    ].join(''),
  });
});
afterAll(() => slapd?.stop());

async function check(options: LdapCustomerOptions = {}, now = Date.now) {
  const customer = ldapCustomer({
    url: slapd.ldapsUrl,
    tls: { mode: 'ldaps', ca: slapd.caFile },
    bind: bindAs(slapd.readerDN, slapd.readerPassword),
    ...options,
  });
  const result = await ldapTester({ resolveSecret: plainSecret, now }).check(customer, new AbortController().signal);
  return { ...result, ...steps(result) };
}

directoryTesterContract('LDAP', () => {
  const reader = {
    url: slapd.ldapsUrl,
    tls: { mode: 'ldaps', ca: slapd.caFile },
    bind: bindAs(slapd.readerDN, slapd.readerPassword),
  } as const;
  const tester = ldapTester({ resolveSecret: plainSecret });
  return {
    tester,
    customer: ldapCustomer(reader),
    objects: { users: 13, groups: 1 },
    refused: ldapCustomer({ ...reader, bind: bindAs(slapd.readerDN, 'wrong') }),
    absent: { tester, customer: ldapCustomer({ ...reader, url: 'ldaps://localhost:1' }) },
    secretless: ldapTester({ resolveSecret: () => Promise.reject(new Error('the vault is locked')) }),
  };
});

describe('a directory that can be read', () => {
  it('passes each step, and is counted', async () => {
    const { server, directory, objects, reach, signIn, read, rights, count } = await check();
    expect(server).toBe(slapd.ldapsUrl);
    expect(directory).toBe(`openldap, ${SUFFIX}`);
    expect(reach).toEqual(
      passed(
        /^127\.0\.0\.1, port \d+, answers over TLSv1\.3\. Its certificate is for localhost and 127\.0\.0\.1 and ends on \d{4}-/,
      ),
    );
    expect(signIn).toEqual(passed(`Signed in as ${slapd.readerDN}.`));
    expect(read).toEqual(
      passed(/^Dialect openldap, naming context dc=example,dc=test \([\da-f-]{36}\); 10 users read\.$/),
    );
    expect(rights).toEqual(passed('Base DNs, ids and addresses can be read.'));
    expect(count).toEqual(passed('13 users and 1 group match, before any rule.'));
    expect(objects).toEqual({ users: 13, groups: 1 });
  });

  it('is reached with StartTLS, and without TLS if the configuration says so', async () => {
    const startTLS = await check({ url: slapd.url, tls: { mode: 'startTLS', ca: slapd.caFile } });
    expect(startTLS.reach).toEqual(passed(/over TLSv1\.3 \(StartTLS\)\. Its certificate is for localhost/));
    const clear = await check({ url: slapd.url, tls: { mode: 'off', ca: null } });
    expect(clear.reach).toEqual(passed(`127.0.0.1, port ${slapd.port}, answers without TLS.`));
    expect(clear.count).toEqual(passed(/13 users/));
  });

  it('is counted once where one base DN lies in another', async () => {
    const { objects } = await check({ baseDN: [PEOPLE, SUFFIX, PEOPLE.toUpperCase()] });
    expect(objects).toEqual({ users: 13, groups: 1 });
  });

  it('is counted page by page, as the filter narrows it', async () => {
    const { objects } = await check({ filter: '(mail=u1*)', pageSize: 2 });
    expect(objects).toEqual({ users: 3, groups: 0 });
  });
});

describe('the way to the server', () => {
  it('warns of a certificate that ends within 30 days', async () => {
    const at = (days: number) => () => Date.now() + days * DAY_MS;
    expect((await check({}, at(59))).reach).toMatchObject({ status: 'passed' });
    const { reach, count } = await check({}, at(61));
    expect(reach).toEqual(warned('LDAP_CERTIFICATE_ENDS', /ends on \d{4}-\d\d-\d\d\. That is in 28 days\.$/, /Renew/));
    expect(count).toMatchObject({ status: 'passed' });
  });

  it('fails where nothing listens, and nothing else is tried', async () => {
    const url = `ldap://127.0.0.1:${NOWHERE}`;
    const { reach, signIn, read, rights, count, directory, objects } = await check({ url, tls: { mode: 'off' } });
    expect(reach).toEqual(failedWith('LDAP_CONNECT', /nothing listens there/, /Check host and port/));
    expect([signIn, read, rights, count]).toEqual([UNTRIED, UNTRIED, UNTRIED, UNTRIED]);
    expect(directory).toBeNull();
    expect(objects).toEqual({ users: null, groups: null });
  });

  it('fails where another authority signed the certificate', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rollcall-check-'));
    const ca = join(folder, 'wrong.pem');
    await makeAuthority(join(folder, 'wrong.key'), ca);
    const { reach, signIn } = await check({ tls: { mode: 'ldaps', ca } });
    await rm(folder, { recursive: true });
    expect(reach).toEqual(failedWith('LDAP_TLS', /not signed by an authority/, /./));
    expect(signIn).toEqual(UNTRIED);
  });
});

describe('signing in', () => {
  it('fails with a wrong password, which is told nowhere', async () => {
    const result = await check({ bind: bindAs(slapd.readerDN, 'not-the-password') });
    expect(result.reach).toMatchObject({ status: 'passed' });
    expect(result.signIn).toEqual(failedWith('LDAP_BIND', /the name or the password is wrong/, /directory\.bind\.dn/));
    expect(result.read).toEqual(UNTRIED);
    expect(JSON.stringify(result)).not.toContain('not-the-password');
  });

  it('fails where the password is not to be had', async () => {
    const bind = { dn: slapd.readerDN, password: { file: '/no/such/secret' } };
    expect((await check({ bind })).signIn).toEqual(
      failedWith('SECRET_UNRESOLVED', /is not to be had/, /directory\.bind\.password/),
    );
  });

  it('says whom the server takes the account for, where it has another name for it', async () => {
    const { signIn } = await check({ bind: bindAs(`CN=Reader, OU=service, ${SUFFIX}`, slapd.readerPassword) });
    expect(signIn).toEqual(
      passed(`Signed in as CN=Reader, OU=service, ${SUFFIX}, whom the server calls ${slapd.readerDN}.`),
    );
  });

  it('is left out without an account; what that may see is another matter', async () => {
    const { signIn, read } = await check({ bind: null });
    expect(signIn).toEqual(passed(/anonymously/));
    expect(read).toEqual(failedWith('LDAP_BASE_DN', /may not see it/, /directory\.baseDN/));
  });
});

describe('reading', () => {
  it('fails with a filter that is none', async () => {
    const { read, rights } = await check({ filter: '(cn=*' });
    expect(read).toEqual(failedWith('LDAP_FILTER', /closing parenthesis is missing/, /directory\.filter/));
    expect(rights).toEqual(UNTRIED);
  });

  it('fails with a base DN that does not exist', async () => {
    const { read } = await check({ baseDN: [`ou=nowhere,${SUFFIX}`] });
    expect(read).toEqual(failedWith('LDAP_BASE_DN', /the directory goes as far as dc=example,dc=test/, /baseDN/));
  });
});

describe('rights', () => {
  it('lack for one base DN of several, which is named', async () => {
    const { read, rights, count } = await check({ baseDN: [PEOPLE, `ou=nowhere,${SUFFIX}`] });
    expect(read).toEqual(passed(/10 users read/));
    expect(rights).toEqual(failedWith('LDAP_BASE_DN', /there is no ou=nowhere,dc=example,dc=test/, /baseDN/));
    expect(count).toEqual(UNTRIED);
  });

  it('lack for the id', async () => {
    const { rights, count } = await check({ attributes: { objectId: 'employeeNumber' } });
    expect(rights).toEqual(failedWith('LDAP_OBJECT_ID', /has no employeeNumber/, /objectId/));
    expect(count).toEqual(UNTRIED);
  });

  it('are in doubt where no user has an address', async () => {
    const { rights, count } = await check({ filter: '(departmentNumber=mute)' });
    expect(rights).toEqual(warned('LDAP_NO_ADDRESS', /^No user has mail or proxyAddresses/, /attributes\.primary/));
    expect(count).toEqual(passed(/^1 user and/));
  });

  it('are in doubt where there is no user at all', async () => {
    const { read, rights, objects } = await check({ filter: '(cn=nobody)' });
    expect(read).toEqual(passed(/0 users read/));
    expect(rights).toEqual(
      warned('LDAP_NOBODY', /^The filter .* brings no user under dc=example,dc=test\.$/, /directory\.filter/),
    );
    expect(objects).toEqual({ users: 0, groups: 0 });
  });

  it('lack where the server has a limit below what there is', async () => {
    await using small = await startSlapd({
      sizeLimit: 11,
      ldif: Array.from({ length: PEOPLE_COUNT }, (_, index) => person(`u${index}`)).join(''),
    });
    const { read, rights, count, objects } = await check({ url: small.url, tls: { mode: 'off', ca: null } });
    expect(read).toEqual(passed(/10 users read/));
    expect(rights).toEqual(failedWith('LDAP_INCOMPLETE', /sizeLimitExceeded \(4\)/, /Raise the size limit/));
    expect(count).toEqual(UNTRIED);
    expect(objects).toEqual({ users: null, groups: null });
  });

  it('must reach to the public folders if these are included', async () => {
    const include = { publicFolders: true };
    const inDoubt = await check({ include });
    expect(inDoubt.rights).toEqual(warned('LDAP_PUBLIC_FOLDERS', /nothing says where they are/, /publicFolderDN/));
    const publicFolderDN = `ou=folders,${SUFFIX}`;
    const lacking = await check({ include, publicFolderDN });
    expect(lacking.rights).toEqual(failedWith('LDAP_PUBLIC_FOLDERS', /there is no ou=folders/, /publicFolderDN/));
    expect((await check({ publicFolderDN })).rights).toMatchObject({ status: 'passed' });
    expect((await check({ include, publicFolderDN: GROUPS })).rights).toMatchObject({ status: 'passed' });
  });

  it('that lack in several ways are all told', async () => {
    const { rights } = await check({
      baseDN: [PEOPLE, `ou=nowhere,${SUFFIX}`],
      include: { publicFolders: true },
      attributes: { objectId: 'employeeNumber' },
    });
    expect(rights).toEqual(
      failedWith(
        'LDAP_BASE_DN',
        /ou=nowhere.*has no employeeNumber.*nothing says where they are/,
        /baseDN.*objectId.*publicFolderDN/,
      ),
    );
  });
});
