/** Reads that a real OpenLDAP does not let come to their end: each is a failure, none a smaller directory (SAF-2). */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ldapSource } from '../../src/adapters/directory/ldap/source.ts';
import { complete } from '../contract/directory-source.ts';
import { bindAs, type LdapCustomerOptions, ldapCustomer, plainSecret } from '../support/ldap-customer.ts';
import { ldif, PEOPLE, people, person, SUFFIX } from '../support/people.ts';
import { type Slapd, type SlapdOptions, startSlapd } from '../support/slapd.ts';

const servers: Slapd[] = [];
afterAll(() => Promise.all(servers.map((server) => server.stop())));

async function start(options: SlapdOptions): Promise<Slapd> {
  const server = await startSlapd(options);
  servers.push(server);
  return server;
}

function read(server: Slapd, options: LdapCustomerOptions = {}, log: (line: string) => void = () => undefined) {
  const customer = ldapCustomer({
    url: server.url,
    bind: bindAs(server.readerDN, server.readerPassword),
    ...options,
  });
  return ldapSource({ resolveSecret: plainSecret, log }).read(customer, { signal: new AbortController().signal });
}

describe('limits of the server', () => {
  it.each([
    ['a size limit', { sizeLimit: 30 }],
    ['a limit for all pages together', { prTotal: 30 }],
  ])('%s fails the read, with the number of entries that came', async (_, limits) => {
    const server = await start({ ldif: people(50), ...limits });
    expect(await read(server, { pageSize: 20 })).toMatchObject({
      status: 'failed',
      problem: {
        code: 'LDAP_INCOMPLETE',
        message: expect.stringMatching(/after \d+ entries: sizeLimitExceeded \(4\)/),
        hint: expect.stringContaining('size'),
      },
    });
  });

  it('a limit that is not reached does not matter', async () => {
    const server = await start({ ldif: people(50), sizeLimit: 52 });
    expect(await read(server, { pageSize: 20 })).toMatchObject({ status: 'complete', proof: { entries: 50 } });
  });

  it('refused paging fails the read', async () => {
    const server = await start({ ldif: people(50), prTotal: 'disabled' });
    expect(await read(server)).toMatchObject({ status: 'failed', problem: { code: 'LDAP_INCOMPLETE' } });
  });
});

describe('referrals', () => {
  let server: Slapd;
  beforeAll(async () => {
    const referral = (name: string) =>
      ldif(`ou=${name},${PEOPLE}`, {
        objectClass: ['referral', 'extensibleObject'],
        ou: name,
        ref: `ldap://other.example.test/ou=${name},${PEOPLE}`,
      });
    server = await start({
      ldif: person('ann') + referral('berlin') + referral('london'),
      referral: 'ldap://superior.example.test',
    });
  });

  it('are reported in the proof when they are to be ignored', async () => {
    const { proof, objects } = await complete(read(server, { referrals: 'ignore' }));
    expect(objects).toHaveLength(1);
    expect(proof.referrals).toHaveLength(2);
    expect(proof.referrals[0]).toContain('ldap://other.example.test/ou=berlin,');
  });

  it('fail the read when they are to be errors', async () => {
    expect(await read(server, { referrals: 'error' })).toMatchObject({
      status: 'failed',
      problem: { code: 'LDAP_REFERRAL', message: expect.stringMatching(/ou=berlin.*ou=london/) },
    });
  });

  it('fail the read in any case where the server holds nothing of the base DN', async () => {
    expect(await read(server, { baseDN: ['dc=elsewhere'], referrals: 'ignore' })).toMatchObject({
      status: 'failed',
      problem: { code: 'LDAP_REFERRAL', message: expect.stringContaining('ldap://superior.example.test') },
    });
  });
});

describe('settings that the server refuses', () => {
  let server: Slapd;
  beforeAll(async () => {
    server = await start({ ldif: person('ann') });
  });

  it('an unknown base DN fails, and says how far the directory goes', async () => {
    expect(await read(server, { baseDN: [PEOPLE, `ou=nowhere,${PEOPLE}`] })).toMatchObject({
      status: 'failed',
      problem: {
        code: 'LDAP_BASE_DN',
        message: expect.stringContaining(
          `there is no ou=nowhere,${PEOPLE}, or the account that binds may not see it; the directory goes as far as ${PEOPLE}.`,
        ),
      },
    });
  });

  it('a base DN that is none fails', async () => {
    expect(await read(server, { baseDN: ['people'] })).toMatchObject({
      status: 'failed',
      problem: { code: 'LDAP_BASE_DN', message: expect.stringContaining('"people" is not a DN') },
    });
  });

  it('a broken filter fails before anybody is asked, with the position', async () => {
    const lines: string[] = [];
    expect(await read(server, { filter: '(&(cn=*)(mail=*)' }, (line) => lines.push(line))).toMatchObject({
      status: 'failed',
      problem: { code: 'LDAP_FILTER', message: expect.stringContaining('at character 17') },
    });
    expect(lines).toEqual([]);
  });

  it('an anonymous reader without rights is told that the base is not to be seen', async () => {
    expect(await read(server, { bind: null })).toMatchObject({ status: 'failed', problem: { code: 'LDAP_BASE_DN' } });
  });
});

describe('what is logged of a search', () => {
  it('is an ldapsearch command without the password, which finds the same entries', async () => {
    const server = await start({ ldif: people(30) });
    const lines: string[] = [];
    await complete(read(server, { filter: "(!(|(cn=*'*)(cn=u000001)))", pageSize: 10 }, (line) => lines.push(line)));
    expect(lines.join('\n')).not.toContain(server.readerPassword);
    const command = lines.find((line) => line.includes('inetOrgPerson')) ?? '';
    expect(command).toContain(`-b ${SUFFIX}`);
    const script = command.replace(' -W ', ` -w ${server.readerPassword} `);
    const { stdout } = await promisify(execFile)('sh', ['-c', script]);
    expect(stdout.match(/^dn: /gm)).toHaveLength(29);
  });
});
