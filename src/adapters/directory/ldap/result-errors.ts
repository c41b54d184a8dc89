/** Results other than success (RFC 4511 appendix A), in words. */

import { type DirectoryError, failure, type Retry } from '../errors.ts';
import { bindRefusal } from './bind-words.ts';
import type { LdapResult } from './result.ts';

/** What was being done when the server answered so. */
export type Occasion = { readonly url: string } & (
  | { readonly doing: 'notice' | 'startTLS' }
  | { readonly doing: 'bind'; readonly dn: string }
  | { readonly doing: 'search'; readonly baseDN: string; readonly filter: string; readonly entries: number }
);

type Search = Extract<Occasion, { doing: 'search' }>;

const NAMES: Readonly<Record<number, string>> = {
  1: 'operationsError',
  2: 'protocolError',
  3: 'timeLimitExceeded',
  4: 'sizeLimitExceeded',
  7: 'authMethodNotSupported',
  8: 'strongerAuthRequired',
  10: 'referral',
  11: 'adminLimitExceeded',
  12: 'unavailableCriticalExtension',
  13: 'confidentialityRequired',
  16: 'noSuchAttribute',
  17: 'undefinedAttributeType',
  18: 'inappropriateMatching',
  21: 'invalidAttributeSyntax',
  32: 'noSuchObject',
  34: 'invalidDNSyntax',
  48: 'inappropriateAuthentication',
  49: 'invalidCredentials',
  50: 'insufficientAccessRights',
  51: 'busy',
  52: 'unavailable',
  53: 'unwillingToPerform',
  80: 'other',
};

/** The failure that a result other than success is. */
export function resultFailure(result: LdapResult, occasion: Occasion): DirectoryError {
  const needsTls = tlsRequired(result, occasion);
  if (needsTls !== null) return needsTls;
  if (result.code === 51 || result.code === 52) return unavailable(result, occasion);
  if (occasion.doing === 'search') return searchFailure(result, occasion);
  if (occasion.doing === 'bind') return bindFailure(result, occasion.dn, occasion.url);
  const [code, what, hint] =
    occasion.doing === 'startTLS'
      ? ['LDAP_TLS', 'the server refused StartTLS', 'Give the server a certificate, or use an ldaps:// URL.']
      : ['LDAP_CONNECT', 'the server closed the connection', 'Read what the server says, and its log.'];
  return failure(code, `${occasion.url}: ${what}: ${said(result)}.`, hint, 'beforeFirstPage');
}

function tlsRequired(result: LdapResult, { url }: Occasion): DirectoryError | null {
  if (result.code !== 8 && result.code !== 13) return null;
  return failure(
    'LDAP_TLS',
    `${url}: the server takes a password only over TLS: ${said(result)}.`,
    'Use an ldaps:// URL, or startTLS: true under directory.',
  );
}

function unavailable(result: LdapResult, { url }: Occasion): DirectoryError {
  return failure(
    'LDAP_INCOMPLETE',
    `${url}: the server is not able to answer now: ${said(result)}.`,
    'Wait until the server has recovered, then run it again.',
    'always',
  );
}

function bindFailure(result: LdapResult, dn: string, url: string): DirectoryError {
  const failed = (why: string, hint: string) => failure('LDAP_BIND', `${url} refused the bind as ${dn}: ${why}.`, hint);
  switch (result.code) {
    case 49: {
      const { words, hint } = bindRefusal(result.message);
      return failed(words, hint);
    }
    case 32:
    case 34:
      return failed(said(result), 'Correct directory.bind.dn: it is not a DN that the server knows.');
    default:
      return failed(said(result), 'Check directory.bind.dn, and what the server demands of those who bind.');
  }
}

function searchFailure(result: LdapResult, occasion: Search): DirectoryError {
  const { url, baseDN, filter, entries } = occasion;
  const failed = (code: string, message: string, hint: string, retry: Retry = 'never') =>
    failure(code, `${url}: ${message}`, hint, retry);
  switch (result.code) {
    case 3:
      return failed(
        'LDAP_INCOMPLETE',
        `the server stopped the search under ${baseDN} at its time limit, after ${entries} entries: ${said(result)}.`,
        'Raise the time limit for the account that binds, or index the attributes of the filter.',
      );
    case 4:
    case 11:
      return failed(
        'LDAP_INCOMPLETE',
        `the server cut the search under ${baseDN} off at its limit, after ${entries} entries: ${said(result)}.`,
        'Raise the size limit for the account that binds (OpenLDAP: olcLimits with size and size.prtotal; Active Directory: MaxPageSize must not be under directory.pageSize).',
      );
    case 10:
      return failed(
        'LDAP_REFERRAL',
        `the server holds nothing of ${baseDN} and refers to ${result.referrals.join(', ') || 'another server'}.`,
        'Put the server that holds it in directory.url, or correct directory.baseDN. Referrals are not followed.',
      );
    case 32:
      return failed(
        'LDAP_BASE_DN',
        `there is no ${baseDN}, or the account that binds may not see it${result.matchedDN === '' ? '' : `; the directory goes as far as ${result.matchedDN}`}.`,
        'Correct directory.baseDN, or let the account read it.',
      );
    case 34:
      return failed('LDAP_BASE_DN', `"${baseDN}" is not a DN: ${said(result)}.`, 'Correct directory.baseDN.');
    case 12:
      return failed(
        'LDAP_PROTOCOL',
        `the server cannot page: ${said(result)}.`,
        'Allow the paged-results control for the account that binds.',
      );
    case 16:
    case 17:
    case 18:
    case 21:
      return failed(
        'LDAP_FILTER',
        `the server does not accept the filter ${filter}: ${said(result)}.`,
        'Correct directory.filter, userFilter or groupFilter.',
      );
    case 50:
      return failed(
        'LDAP_ACCESS',
        `the account that binds may not search ${baseDN}: ${said(result)}.`,
        'Let the account read it, or correct directory.bind.',
      );
    default:
      return isUnbound(result)
        ? failed(
            'LDAP_BIND',
            `the server wants a bind first: ${said(result)}.`,
            'Give directory.bind a dn and a password.',
          )
        : failed(
            'LDAP_INCOMPLETE',
            `the search under ${baseDN} failed after ${entries} entries: ${said(result)}.`,
            'Read what the server says, and its log.',
          );
  }
}

/** Active Directory answers an anonymous search with operationsError, Samba likewise. */
function isUnbound({ code, message }: LdapResult): boolean {
  return code === 1 && /successful bind|without authentication|000004DC/i.test(message);
}

/** `sizeLimitExceeded (4), "…"`: the name, the number and the server's own words on one line. */
function said({ code, message }: LdapResult): string {
  const name = NAMES[code] ?? 'result';
  const words = message.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  return `${name} (${code})${words === '' ? '' : `, "${words}"`}`;
}
