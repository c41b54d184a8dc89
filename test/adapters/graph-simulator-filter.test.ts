/** `$filter` in the simulator: whom each operator finds, what needs an advanced query, and how a mistake is told. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ADVANCED, errorOf, type SimpleClient, signIn, valuesOf } from '../support/graph/client.ts';
import { guid } from '../support/graph/guid.ts';
import { type GraphSimulator, startGraph } from '../support/graph/simulator.ts';

const SKU = guid('sku', 'a');
let simulator: GraphSimulator;
let client: SimpleClient;

beforeAll(async () => {
  simulator = await startGraph({ tenants: [{ apps: [{ secrets: ['s'], permissions: ['Directory.Read.All'] }] }] });
  const tenant = simulator.tenant();
  tenant.addUsers([
    {
      displayName: 'ann',
      mail: 'ann@contoso.example',
      department: 'Sales',
      country: 'India',
      mobilePhone: '+49 1',
      assignedLicenses: [{ skuId: SKU, disabledPlans: [] }],
      proxyAddresses: ['SMTP:ann@contoso.example', 'smtp:a@contoso.example'],
    },
    { displayName: 'bob', mail: 'bob@fabrikam.example', accountEnabled: false, country: 'Ecuador' },
    { displayName: "o'hara", userType: 'Guest', otherMails: ['ohara@home.example'] },
  ]);
  tenant.addGroup({ displayName: 'Team A', groupTypes: ['Unified'] });
  tenant.addGroup({ displayName: 'Printers' });
  client = await signIn(simulator, tenant);
});

afterAll(async () => {
  await simulator[Symbol.asyncDispose]();
});

const url = (set: string, filter: string, more = '') =>
  `/${set}?$select=displayName${more}&$filter=${encodeURIComponent(filter)}`;

async function found(set: string, filter: string, isAdvanced = false): Promise<readonly unknown[]> {
  const pages = isAdvanced
    ? await client.pages(url(set, filter, '&$count=true'), ADVANCED)
    : await client.pages(url(set, filter));
  return valuesOf(pages)
    .map(({ displayName }) => displayName)
    .sort();
}

test.each([
  ['accountEnabled eq true', ['ann', "o'hara"]],
  ["userType eq 'member'", ['ann', 'bob']],
  ["accountEnabled eq true and userType eq 'Member'", ['ann']],
  ["department eq 'SALES' or userType eq 'Guest'", ['ann', "o'hara"]],
  ["displayName eq 'bob' or displayName eq 'ann' and accountEnabled eq false", ['bob']],
  ["(displayName eq 'bob' or displayName eq 'ann') and accountEnabled eq false", ['bob']],
  ["country in ('Ecuador','India')", ['ann', 'bob']],
  ["displayName eq 'o''hara'", ["o'hara"]],
  ["startswith(displayName,'A')", ['ann']],
  ["startsWith(mail, 'bob@')", ['bob']],
  [`assignedLicenses/any(s:s/skuId eq ${SKU})`, ['ann']],
  ["proxyAddresses/any(p:p eq 'smtp:a@contoso.example')", ['ann']],
  ["proxyAddresses/any(p:startsWith(p,'smtp:'))", ['ann']],
  ["otherMails/any(m:m eq 'ohara@home.example')", ["o'hara"]],
  ['department eq null', ['bob', "o'hara"]],
  ['createdDateTime ge 2030-01-01T00:00:00Z', []],
])('%s finds %j', async (filter, names) => {
  expect(await found('users', filter)).toEqual(names);
});

test('groups are filtered by their own properties', async () => {
  expect(await found('groups', "groupTypes/any(c:c eq 'Unified')")).toEqual(['Team A']);
  expect(await found('groups', "startswith(displayName,'team')")).toEqual(['Team A']);
  expect(await found('groups', "NOT groupTypes/any(c:c eq 'Unified')", true)).toEqual(['Printers']);
});

test.each([
  ["userType ne 'Guest'", ['ann', 'bob'], 'Request_UnsupportedQuery'],
  ["not startsWith(displayName,'a')", ['bob', "o'hara"], 'Request_UnsupportedQuery'],
  ['not (accountEnabled eq true)', ['bob'], 'Request_UnsupportedQuery'],
  ["endsWith(mail,'@contoso.example')", ['ann'], 'Request_UnsupportedQuery'],
  ["startsWith(mobilePhone,'+49')", ['ann'], 'Request_UnsupportedQuery'],
  ['assignedLicenses/$count eq 0', ['bob', "o'hara"], 'Request_BadRequest'],
  ["accountEnabled eq true and department ne 'HR'", ['ann', "o'hara"], 'Request_UnsupportedQuery'],
])('%s is an advanced query', async (filter, names, code) => {
  expect(await found('users', filter, true)).toEqual(names);
  const halves = [
    await client.get(url('users', filter, '&$count=true')),
    await client.get(url('users', filter), ADVANCED),
  ];
  for (const refused of halves) expect([refused.status, errorOf(refused).code]).toEqual([400, code]);
});

test.each([
  ['accountEnabled qe true', "Syntax error at position 17 in 'accountEnabled qe true'."],
  ['accountEnabled eq', "Syntax error at position 17 in 'accountEnabled eq'."],
  ['(accountEnabled eq true', "Syntax error at position 23 in '(accountEnabled eq true'."],
  ["mail eq 'a' 'b'", "Syntax error at position 15 in 'mail eq 'a' 'b''."],
  ["mail eq 'a", "There is an unterminated string literal at position 10 in 'mail eq 'a'."],
  ['mail eq #', "Syntax error: character '#' is not valid at position 8 in 'mail eq #'."],
  ["homePhone eq '1'", "Could not find a property named 'homePhone' on type 'microsoft.graph.user'."],
  [
    "accountEnabled eq 'true'",
    "A binary operator with incompatible types was detected. Found operand types 'Edm.Boolean' and 'Edm.String' for operator kind 'Equal'.",
  ],
  ["mail/any(m:m eq 'a')", 'Any/All may only be used following a collection.'],
])('%s is told as a mistake', async (filter, message) => {
  const refused = await client.get(url('users', filter));
  expect([refused.status, errorOf(refused).code]).toEqual([400, 'BadRequest']);
  expect(errorOf(refused).message).toBe(`Invalid filter clause: ${message}`);
});

test('more than 15 values are too many, and some properties are in no filter at all', async () => {
  const values = Array.from({ length: 16 }, (_, index) => `'c${index}'`);
  for (const filter of [`country in (${values})`, values.map((value) => `country eq ${value}`).join(' or ')]) {
    expect(errorOf(await client.get(url('users', filter))).message).toMatch('Max allowed: 15.');
  }
  for (const filter of ["endsWith(department,'s')", "streetAddress eq 'x'"]) {
    const refused = await client.get(url('users', filter, '&$count=true'), ADVANCED);
    expect(errorOf(refused).code).toBe('Request_UnsupportedQuery');
  }
});
