/** A directory of many pages, on a real OpenLDAP. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ldapSource } from '../../src/adapters/directory/ldap/source.ts';
import { complete } from '../contract/directory-source.ts';
import { bindAs, type LdapCustomerOptions, ldapCustomer, plainSecret } from '../support/ldap-customer.ts';
import { people } from '../support/people.ts';
import { type Slapd, startSlapd } from '../support/slapd.ts';

const source = ldapSource({ resolveSecret: plainSecret });

function connectionTo(server: Slapd): LdapCustomerOptions {
  return { url: server.url, bind: bindAs(server.readerDN, server.readerPassword) };
}

describe('a large OpenLDAP', () => {
  let server: Slapd;
  beforeAll(async () => {
    server = await startSlapd({ ldif: people(2500) });
  });
  afterAll(() => server?.stop());

  it('is read in pages, each object once, in the order of the server', async () => {
    const customer = ldapCustomer({ ...connectionTo(server), pageSize: 400 });
    const { objects, proof } = await complete(source.read(customer, { signal: new AbortController().signal }));
    expect(proof).toMatchObject({ entries: 2500, pages: 8, ranges: 0, referrals: [] });
    expect(objects.map(({ mail }) => mail[0])).toEqual(
      Array.from({ length: 2500 }, (_, index) => `u${String(index).padStart(6, '0')}@example.test`),
    );
    expect(objects.filter(({ disabled }) => disabled)).toHaveLength(50);
  });

  it('is the same whatever the size of the pages', async () => {
    const digests = [1000, 7].map(async (pageSize) => {
      const customer = ldapCustomer({ ...connectionTo(server), pageSize, filter: '(cn=u0000*)' });
      const { proof } = await complete(source.read(customer, { signal: new AbortController().signal }));
      return proof.digest;
    });
    const [large, small] = await Promise.all(digests);
    expect(small).toBe(large);
  });

  it('stops at once when it is interrupted on the way', async () => {
    const controller = new AbortController();
    const reading = await source.read(ldapCustomer({ ...connectionTo(server), pageSize: 50 }), {
      signal: controller.signal,
      onProgress: ({ pages }) => {
        if (pages === 2) controller.abort();
      },
    });
    expect(reading).toMatchObject({ status: 'failed', problem: { code: 'INTERRUPTED' } });
  });
});
