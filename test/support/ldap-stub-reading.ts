/** Readings of a stub that plays an Active Directory, and what they are expected to be. */
import { expect } from 'vitest';
import { ldapSource } from '../../src/adapters/directory/ldap/source.ts';
import type { DirectoryReading } from '../../src/domain/directory.ts';
import { bindAs, type LdapCustomerOptions, ldapCustomer, plainSecret } from './ldap-customer.ts';
import type { LdapStub, StubReply, StubRequest } from './ldap-stub.ts';

/** The octets of 00112233-4455-6677-8899-aabbccddeeff. */
export const GUID = Buffer.from('33221100554477668899aabbccddeeff', 'hex');

/** An objectGUID for each number. */
export function guid(number: number): Buffer {
  const bytes = Buffer.from(GUID);
  bytes.writeUInt32BE(number, 12);
  return bytes;
}

/** Sends the entry of the user with this number. */
export function sendUser(
  reply: StubReply,
  number: number,
  more: Readonly<Record<string, readonly (string | Buffer)[]>> = {},
): StubReply {
  return reply.entry(`CN=u${number},DC=x`, { objectGUID: [guid(number)], mail: [`u${number}@example.test`], ...more });
}

export function isFirstPage(request: StubRequest): boolean {
  return request.page?.cookie === '';
}

/** Reads the stub; the pauses between attempts are short. */
export function readStub(
  stub: LdapStub,
  options: LdapCustomerOptions = {},
  more: { readonly signal?: AbortSignal; readonly backoffMs?: readonly number[] } = {},
): Promise<DirectoryReading> {
  const { signal = new AbortController().signal, backoffMs = [1, 1, 1] } = more;
  const customer = ldapCustomer({ url: stub.url, baseDN: ['DC=x'], bind: bindAs('CN=reader', 'secret'), ...options });
  return ldapSource({ resolveSecret: plainSecret, backoffMs }).read(customer, { signal });
}

/** To be matched against a reading that failed. */
export function failed(code: string, message: string | RegExp = '') {
  const matching = typeof message === 'string' ? expect.stringContaining(message) : expect.stringMatching(message);
  return { status: 'failed', problem: { code, message: matching } };
}
