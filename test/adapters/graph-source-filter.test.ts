/** What a filter of the configuration needs of Graph, and which ones Rollcall can evaluate itself. */
import { describe, expect, it } from 'vitest';
import { localFilter, needsAdvancedQuery } from '../../src/adapters/directory/graph/filter.ts';

describe('a filter needs an advanced query', () => {
  it.each([
    "department ne 'Sales'",
    "accountEnabled eq true and not(department eq 'Sales')",
    "not startsWith(displayName,'x')",
    "NOT (userType eq 'Guest')",
    "endsWith(mail,'@example.test')",
    "accountEnabled eq true and endswith(userPrincipalName, '@example.test')",
    'assignedLicenses/$count eq 0',
    'assignedLicenses/$count ne 0',
    "startsWith(mobilePhone,'+49')",
    "otherMails/any(m:endsWith(m,'@example.test'))",
    "assignedPlans/any(p:p/service eq 'exchange' and p/capabilityStatus eq 'Enabled')",
    'assignedLicenses/any()',
    "department eq 'it''s' and mail ne null",
  ])('%s', (filter) => {
    expect(needsAdvancedQuery(filter)).toBe(true);
  });
});

describe('a filter needs none', () => {
  it.each([
    'accountEnabled eq true',
    "userType eq 'Member'",
    "accountEnabled eq true and userType eq 'Member'",
    "department eq 'Engineering'",
    "country in ('Ecuador','India')",
    "usageLocation in ('JP','GB')",
    'assignedLicenses/any(s:s/skuId eq 11111111-2222-4333-8444-555555555555)',
    "proxyAddresses/any(p:startsWith(p,'smtp:'))",
    "startswith(displayName,'team')",
    "department eq 'Black and ne White'",
    "displayName eq 'not endsWith(mail,''x'') /$count'",
    "department eq 'ne'",
    "companyName eq 'it''s not ne'",
  ])('%s', (filter) => {
    expect(needsAdvancedQuery(filter)).toBe(false);
  });
});

describe('a filter that Rollcall evaluates itself', () => {
  const people = [
    { accountEnabled: true, userType: 'Member' },
    { accountEnabled: false, userType: 'Member' },
    { accountEnabled: true, userType: 'Guest' },
    { accountEnabled: null, userType: null },
  ];
  it.each([
    ['accountEnabled eq true', [0, 2]],
    ['  accountEnabled eq false ', [1]],
    ["userType eq 'member'", [0, 1]],
    ["accountEnabled eq true and userType eq 'Member'", [0]],
    ["userType eq 'Guest' and accountEnabled eq true and accountEnabled eq true", [2]],
    ['accountEnabled eq true and accountEnabled eq false', []],
  ])('%s', (filter, expected) => {
    const passes = localFilter(filter);
    expect(people.flatMap((person, index) => (passes?.(person) ? [index] : []))).toEqual(expected);
  });
});

describe('a filter that only Graph evaluates', () => {
  it.each([
    '',
    'accountEnabled',
    'accountEnabled eq',
    'accountEnabled eq true and',
    'accountEnabled eq true or accountEnabled eq false',
    "accountEnabled eq 'true'",
    'accountEnabled ne true',
    'not accountEnabled eq true',
    '(accountEnabled eq true)',
    "userType eq 'Other'",
    'userType eq null',
    "userType eq 'Member",
    "department eq 'Sales'",
    "accountEnabled eq true and department eq 'Sales'",
    "accountEnabled eq true and userType eq 'Member' department",
    'ACCOUNTENABLED eq true',
  ])('%j', (filter) => {
    expect(localFilter(filter)).toBeNull();
  });
});
