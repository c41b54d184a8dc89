/** What a recording of a tenant tells of another filter than it was made with. */
import { describe, expect, it } from 'vitest';
import { answerAgain, evidenceOf } from '../../src/adapters/directory/graph/evidence.ts';
import type { UserRecord } from '../../src/adapters/directory/graph/records.ts';
import type { EntraConnection, IncludePolicy } from '../../src/domain/config.ts';
import type { DirectoryObject } from '../../src/domain/directory.ts';
import type { ObjectId } from '../../src/domain/roster.ts';
import { entra, group, person } from '../support/builders.ts';

const { connection: CONNECTION, include: INCLUDE } = entra('2027-01-01');

function record(id: string, accountEnabled: boolean | null, userType: string | null): UserRecord {
  const texts = { userPrincipalName: id, displayName: id, givenName: id, surname: id, mail: `${id}@acme.example` };
  const rest = { mobilePhone: null, companyName: null, department: null, proxyAddresses: [], purpose: null };
  return { id, ...texts, ...rest, accountEnabled, userType };
}

const USERS = [
  record('ann', true, 'Member'),
  record('ben', false, 'Member'),
  record('gil', true, 'guest'),
  record('old', true, null),
];
const OBJECTS: readonly DirectoryObject[] = [
  ...USERS.map(({ id }) => person(id, `${id}@acme.example`)),
  group('all', 'all@acme.example', ['ann', 'gil']),
];

interface Question {
  readonly connection?: Partial<EntraConnection>;
  readonly include?: Partial<IncludePolicy>;
}

/** The ids that are left, or why that cannot be told. */
function told(recorded: Question, asked: Question): readonly string[] | string {
  const records = { users: new Map(USERS.map((one) => [one.id, one])), groups: new Map(), gone: new Set<string>() };
  const { question, values } = evidenceOf(
    records,
    { ...CONNECTION, ...recorded.connection },
    { ...INCLUDE, ...recorded.include },
  );
  if (question.type !== 'entra') throw new Error('this is no question to a tenant');
  const answer = answerAgain(
    { question, objects: OBJECTS, values },
    { ...CONNECTION, ...asked.connection },
    { ...INCLUDE, ...asked.include },
  );
  return answer.ok ? answer.objects.map(({ id }) => id) : answer.reason;
}

const filtered = (filter: string | null): Question => ({ connection: { filter } });

describe('a recording of a tenant', () => {
  it.each([
    [null, ['ann', 'ben', 'gil', 'old', 'all']],
    ['accountEnabled eq true', ['ann', 'gil', 'old', 'all']],
    ["userType eq 'Member'", ['ann', 'ben', 'all']],
    ["accountEnabled eq true and userType eq 'Guest'", ['gil', 'all']],
  ])('without a filter tells of %s', (filter, expected) => {
    expect(told(filtered(null), filtered(filter))).toEqual(expected);
  });

  it('tells of its own filter, and of no other that only Graph evaluates', () => {
    const sales = "department eq 'Sales'";
    expect(told(filtered(sales), filtered(sales))).toHaveLength(OBJECTS.length);
    expect(told(filtered(null), filtered(sales))).toMatch(
      /only Microsoft Graph can say what department eq 'Sales' gives/,
    );
    expect(told(filtered(sales), filtered(null))).toMatch(/made with department eq 'Sales'.* what no filter gives/);
  });

  it('cannot tell of another tenant, another cloud, and kinds of mailboxes that nobody asked for', () => {
    expect(told({}, { connection: { tenant: 'other.example' } })).toMatch(/is of the tenant/);
    expect(told({}, { connection: { cloud: 'china' } })).toMatch(/comes from https:\/\/graph\.microsoft\.com/);
    expect(told({}, { include: { sharedMailboxes: true } })).toMatch(/does not say which mailboxes are shared/);
    expect(told({ include: { resources: true } }, { include: { sharedMailboxes: true } })).toHaveLength(OBJECTS.length);
  });

  it('counts members who are not read any more as unknown', () => {
    const records = { users: new Map(USERS.map((one) => [one.id, one])), groups: new Map(), gone: new Set<string>() };
    const { question, values } = evidenceOf(records, CONNECTION, INCLUDE);
    if (question.type !== 'entra') throw new Error('this is no question to a tenant');
    const answer = answerAgain(
      { question, objects: OBJECTS, values },
      { ...CONNECTION, filter: "userType eq 'Member'" },
      INCLUDE,
    );
    const all = answer.ok ? answer.objects.find(({ id }) => id === ('all' as ObjectId)) : null;
    expect(all).toMatchObject({ members: ['ann'], unknownMembers: 1 });
  });
});
