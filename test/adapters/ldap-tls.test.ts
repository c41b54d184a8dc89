/** How the LDAP source connects and binds to a real OpenLDAP, and what it says when that fails. */
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ldapSource } from '../../src/adapters/directory/ldap/source.ts';
import type { DirectoryReading } from '../../src/domain/directory.ts';
import { makeAuthority, makeCertificates } from '../support/certificates.ts';
import { bindAs, type LdapCustomerOptions, ldapCustomer, plainSecret } from '../support/ldap-customer.ts';
import { person } from '../support/people.ts';
import { NOWHERE } from '../support/port.ts';
import { type Slapd, type SlapdOptions, startSlapd } from '../support/slapd.ts';

const servers: Slapd[] = [];
let server: Slapd;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-tls-'));
  server = await start({});
});
afterAll(async () => {
  await Promise.all(servers.map((other) => other.stop()));
  await rm(folder, { recursive: true, force: true });
});

async function start(options: SlapdOptions): Promise<Slapd> {
  const started = await startSlapd({ ldif: person('ann'), ...options });
  servers.push(started);
  return started;
}

function read(options: LdapCustomerOptions, resolveSecret = plainSecret): Promise<DirectoryReading> {
  const customer = ldapCustomer({ bind: bindAs(server.readerDN, server.readerPassword), ...options });
  return ldapSource({ resolveSecret, backoffMs: [1, 1] }).read(customer, { signal: new AbortController().signal });
}

const failed = (code: string, message: string | RegExp) => ({
  status: 'failed',
  problem: {
    code,
    message: typeof message === 'string' ? expect.stringContaining(message) : expect.stringMatching(message),
  },
});

describe('TLS', () => {
  it('is spoken from the first byte with ldaps, checked against the CA file', async () => {
    const reading = await read({ url: server.ldapsUrl, tls: { mode: 'ldaps', ca: server.caFile } });
    expect(reading).toMatchObject({ status: 'complete', proof: { entries: 1 } });
  });

  it('is turned to with StartTLS before the password is sent', async () => {
    const strict = await start({ requireTls: true });
    const reading = await read({ url: strict.url, tls: { mode: 'startTLS', ca: strict.caFile } });
    expect(reading).toMatchObject({ status: 'complete', proof: { entries: 1 } });
  });

  it.each(['ldaps', 'startTLS'] as const)('refuses a server that another authority signed (%s)', async (mode) => {
    const ca = join(folder, 'wrong.pem');
    await makeAuthority(join(folder, 'wrong.key'), ca);
    const url = mode === 'ldaps' ? server.ldapsUrl : server.url;
    expect(await read({ url, tls: { mode, ca } })).toMatchObject(failed('LDAP_TLS', `is not signed by an authority`));
    expect(await read({ url, tls: { mode, ca: null } })).toMatchObject({
      problem: { code: 'LDAP_TLS', hint: expect.stringContaining('directory.tls.ca') },
    });
  });

  it.each(['ldaps', 'startTLS'] as const)(
    'refuses a certificate for another name, and goes by serverName (%s)',
    async (mode) => {
      const other = await start({ certificateNames: 'DNS:dc1.example.test' });
      const url = mode === 'ldaps' ? other.ldapsUrl : other.url;
      const ca = other.caFile;
      expect(await read({ url, tls: { mode, ca } })).toMatchObject(failed('LDAP_TLS', 'is for another name'));
      const named = await read({ url, tls: { mode, ca, serverName: 'dc1.example.test' } });
      expect(named).toMatchObject({ status: 'complete' });
      const wrong = await read({ url, tls: { mode, ca, serverName: 'dc2.example.test' } });
      expect(wrong).toMatchObject(failed('LDAP_TLS', 'is for another name'));
    },
  );

  it('refuses a certificate that has expired', async () => {
    const old = await start({ certificateDays: -1 });
    const reading = await read({ url: old.ldapsUrl, tls: { mode: 'ldaps', ca: old.caFile } });
    expect(reading).toMatchObject(failed('LDAP_TLS', 'has expired'));
  });

  it('is 1.2 at least', async () => {
    const { certFile, keyFile, caFile } = await makeCertificates(join(folder, 'old'), { names: 'IP:127.0.0.1' });
    const old = createServer({
      cert: await readFile(certFile),
      key: await readFile(keyFile),
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    old.on('tlsClientError', () => undefined).listen(0, '127.0.0.1');
    await once(old, 'listening');
    const url = `ldaps://127.0.0.1:${(old.address() as AddressInfo).port}`;
    expect(await read({ url, tls: { mode: 'ldaps', ca: caFile } })).toMatchObject(
      failed('LDAP_TLS', 'no TLS 1.2 or later'),
    );
    old.close();
  });

  it('refuses a CA file that is missing, empty or broken', async () => {
    const attempt = (ca: string) => read({ url: server.ldapsUrl, tls: { mode: 'ldaps', ca } });
    expect(await attempt(join(folder, 'none.pem'))).toMatchObject(failed('LDAP_TLS', /cannot be read: .*ENOENT/));
    await writeFile(join(folder, 'empty.pem'), 'nothing here');
    expect(await attempt(join(folder, 'empty.pem'))).toMatchObject(failed('LDAP_TLS', 'holds no certificate'));
    await writeFile(join(folder, 'bad.pem'), '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
    expect(await attempt(join(folder, 'bad.pem'))).toMatchObject(failed('LDAP_TLS', 'holds a broken certificate'));
  });

  it('is said to be missing when the server takes no password without it', async () => {
    const strict = await start({ requireTls: true });
    expect(await read({ url: strict.url })).toMatchObject({
      problem: {
        code: 'LDAP_TLS',
        message: expect.stringContaining('(13)'),
        hint: expect.stringContaining('startTLS: true'),
      },
    });
  });

  it('is said not to be there when the port speaks clear LDAP', async () => {
    const url = server.url.replace('ldap:', 'ldaps:');
    const reading = await read({ url, tls: { mode: 'ldaps', ca: server.caFile } });
    expect(reading).toMatchObject({ status: 'failed', problem: { hint: expect.stringContaining('636') } });
  });
});

describe('the bind', () => {
  it('with a wrong password fails, and is not tried again', async () => {
    let asked = 0;
    const reading = await read({ url: server.url }, async () => {
      asked += 1;
      return 'wrong-secret';
    });
    expect(reading).toMatchObject(
      failed('LDAP_BIND', `refused the bind as ${server.readerDN}: the name or the password is wrong`),
    );
    expect(JSON.stringify(reading)).not.toContain('wrong-secret');
    expect(asked).toBe(1);
  });

  it('with an empty password is not made: it would be anonymous', async () => {
    const reading = await read({ url: server.url }, async () => '');
    expect(reading).toMatchObject(failed('SECRET_UNRESOLVED', 'it is empty'));
  });

  it('is not made when the secret cannot be had', async () => {
    const reading = await read({ url: server.url }, () => Promise.reject(new Error('ACME_LDAP_PASSWORD is not set')));
    expect(reading).toMatchObject(failed('SECRET_UNRESOLVED', 'ACME_LDAP_PASSWORD is not set'));
  });

  it('as something that is no DN fails with what the server says', async () => {
    const reading = await read({ url: server.url, bind: bindAs('reader', 'secret') });
    expect(reading).toMatchObject(failed('LDAP_BIND', 'invalidDNSyntax (34)'));
  });

  it('stops waiting for the secret when it is interrupted', async () => {
    const controller = new AbortController();
    const customer = ldapCustomer({ url: server.url, bind: bindAs('cn=x', 'secret') });
    const never = ldapSource({ resolveSecret: () => new Promise(() => undefined) });
    const reading = never.read(customer, { signal: controller.signal });
    controller.abort();
    expect(await reading).toMatchObject({ status: 'failed', problem: { code: 'INTERRUPTED' } });
  });
});

describe('a server that is not there', () => {
  it('is said not to listen', async () => {
    const reading = await read({ url: `ldap://127.0.0.1:${NOWHERE}` });
    expect(reading).toMatchObject(failed('LDAP_CONNECT', 'nothing listens there (ECONNREFUSED)'));
  });

  it('is said to have no name', async () => {
    const reading = await read({ url: 'ldap://nowhere.invalid' });
    expect(reading).toMatchObject(failed('LDAP_CONNECT', /host name (does not exist|could not be looked up)/));
  });
});
