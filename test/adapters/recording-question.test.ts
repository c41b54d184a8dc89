/**
 * What a recording tells of a question that it was not made of, held against a real OpenLDAP that is asked that question: the same objects,
 * or nothing at all.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ldapSource } from '../../src/adapters/directory/ldap/source.ts';
import { recordingSource } from '../../src/adapters/directory/recording-source.ts';
import { recordReading } from '../../src/adapters/directory/recording-write.ts';
import type { DirectoryReading } from '../../src/domain/directory.ts';
import { parseInstant } from '../../src/domain/instant.ts';
import type { CustomerId } from '../../src/domain/roster.ts';
import { complete } from '../contract/directory-source.ts';
import { bindAs, type LdapCustomerOptions, ldapCustomer, plainSecret } from '../support/ldap-customer.ts';
import { GROUPS, group, ldif, PEOPLE, person, personDN, SUFFIX } from '../support/people.ts';
import { numberFrom } from '../support/property.ts';
import { type Slapd, startSlapd } from '../support/slapd.ts';

const ACME = 'acme' as CustomerId;
const AT = parseInstant('2026-11-21T12:00:00Z') ?? expect.fail();
const STAFF = `ou=Staff,${PEOPLE}`;

const WORLD = [
  ldif(STAFF, { objectClass: 'organizationalUnit', ou: 'Staff' }),
  person('ann', { employeeType: 'Employee', departmentNumber: 'D-7', title: 'Head of  Sales' }),
  person('ben', { employeeType: 'contractor', departmentNumber: ['D-7', 'D-9'], l: 'Zürich' }),
  person('cleo', { employeeType: 'CONTRACTOR', l: 'Zurich', userAccountControl: '514' }),
  person('dan', { l: 'zürich', userAccountControl: '512' }),
  ldif(`uid=eve,${STAFF}`, {
    objectClass: ['inetOrgPerson', 'extensibleObject'],
    uid: 'eve',
    cn: 'eve',
    sn: 'Eve',
    mail: 'eve@example.test',
    employeeType: 'employee',
  }),
  group('all', [personDN('ann'), personDN('ben'), personDN('cleo'), `uid=eve,${STAFF}`]),
  group('few', [personDN('dan'), `cn=all,${GROUPS}`]),
];

let server: Slapd;
let folder: string;
beforeAll(async () => {
  server = await startSlapd({ ldif: WORLD.join('') });
  folder = await mkdtemp(join(tmpdir(), 'rollcall-question-'));
});
afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

const signal = new AbortController().signal;
const live = ldapSource({ resolveSecret: plainSecret });

function asking(options: LdapCustomerOptions) {
  return ldapCustomer({ url: server.url, bind: bindAs(server.readerDN, server.readerPassword), ...options });
}

async function recordAs(options: LdapCustomerOptions): Promise<void> {
  const reading = await complete(live.read(asking(options), { signal, withEvidence: true }));
  await recordReading(folder, ACME, reading, AT);
}

function replayed(options: LdapCustomerOptions): Promise<DirectoryReading> {
  return recordingSource(folder).read(asking(options), { signal, mustFit: true });
}

/** What the server gives and what the recording gives, which must be the same; null where the recording cannot tell. */
async function bothWays(options: LdapCustomerOptions): Promise<readonly string[] | null> {
  const recorded = await replayed(options);
  if (recorded.status === 'failed') {
    expect(recorded.problem).toMatchObject({ code: 'RECORDING_UNFIT' });
    return null;
  }
  const asked = await complete(live.read(asking(options), { signal }));
  const { objects, proof } = await complete(Promise.resolve(recorded));
  expect(objects, JSON.stringify(options)).toEqual(asked.objects);
  expect([proof.entries, proof.digest]).toEqual([asked.proof.entries, asked.proof.digest]);
  return asked.objects.map(({ name }) => name.replace(/,.*/, ''));
}

async function reasonOf(options: LdapCustomerOptions): Promise<string> {
  const reading = await replayed(options);
  return reading.status === 'failed' ? reading.problem.message : expect.fail(`It can tell: ${JSON.stringify(options)}`);
}

describe('a recording made without a filter', () => {
  beforeAll(() => recordAs({}));

  it.each<[string, LdapCustomerOptions, readonly string[]]>([
    ['nothing else', {}, ['cn=ann', 'cn=ben', 'cn=cleo', 'cn=dan', 'uid=eve', 'cn=all', 'cn=few']],
    ['a filter', { filter: '(|(employeeType=contractor)(cn=few))' }, ['cn=ben', 'cn=cleo', 'cn=few']],
    ['a negation', { filter: '(!(employeeType=contractor))' }, ['cn=ann', 'cn=dan', 'uid=eve', 'cn=all', 'cn=few']],
    [
      'a filter for users',
      { userFilter: '(&(objectClass=inetOrgPerson)(departmentNumber=d-9))' },
      ['cn=ben', 'cn=all', 'cn=few'],
    ],
    [
      'a bit of a number',
      { filter: '(&(mail=*)(!(userAccountControl:1.2.840.113556.1.4.803:=2)))' },
      ['cn=ann', 'cn=ben', 'cn=dan', 'uid=eve', 'cn=all', 'cn=few'],
    ],
    ['another base', { baseDN: [` OU=staff, ${PEOPLE}`] }, ['uid=eve']],
    ['a group that loses its members', { filter: '(|(cn=all)(cn=ann))' }, ['cn=ann', 'cn=all']],
    ['an attribute that nobody has', { filter: '(employeeNumber=7)' }, []],
  ])('answers %s as the server does', async (_, options, expected) => {
    const found = await bothWays(options);
    expect([...(found ?? [])].toSorted()).toEqual([...expected].toSorted());
  });

  it.each<[string, LdapCustomerOptions, RegExp]>([
    ['a base outside', { baseDN: ['dc=test'] }, /does not hold what is below "dc=test"/],
    ['values that were not kept', { filter: '(roomNumber=7)' }, /does not hold the values of roomnumber/],
    ['a negated attribute that nobody has', { filter: '(!(employeeNumber=7))' }, /only the server can say whether/],
    [
      'people of another class',
      { userFilter: '(objectClass=person)' },
      /holds only users that pass \(objectClass=inetOrgPerson\)/,
    ],
    ['other attributes', { attributes: { primary: 'uid' } }, /other directory\.attributes/],
    ['another dialect', { dialect: 'activeDirectory' }, /of the dialect openldap/],
    ['public folders', { include: { publicFolders: true } }, /without public folders/],
  ])('says that it cannot tell of %s', async (_, options, message) => {
    expect(await reasonOf(options)).toMatch(message);
  });

  it('gives for any filter what the server gives, or says that it cannot tell', async () => {
    const attribute = fc.constantFrom(
      'employeeType',
      'departmentNumber',
      'title',
      'l',
      'cn',
      'mail',
      'ou',
      'roomNumber',
      'surname',
    );
    const value = fc.constantFrom(
      'employee',
      'contractor',
      'd-7',
      'D-9',
      'head of sales',
      'Zürich',
      'zurich',
      'ann',
      'ann@example.test',
    );
    const item = fc.oneof(
      fc
        .tuple(attribute, fc.constantFrom('=', '>=', '<=', '~=', ':=', ':dn:='), value)
        .map((parts) => `(${parts.join('')})`),
      fc.tuple(attribute, value).map(([name, text]) => `(${name}=${text.slice(0, 2)}*${text.slice(-2)})`),
      fc.tuple(attribute, value).map(([name, text]) => `(${name}=*${text.slice(1, 3)}*)`),
      attribute.map((name) => `(${name}=*)`),
      fc.constantFrom('(objectClass=inetOrgPerson)', '(objectClass=person)', '(objectClass=groupOfNames)'),
    );
    const { filter } = fc.letrec<{ filter: string }>((tie) => ({
      filter: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        item,
        tie('filter').map((one) => `(!${one})`),
        fc.array(tie('filter'), { minLength: 1, maxLength: 3 }).map((all) => `(&${all.join('')})`),
        fc.array(tie('filter'), { minLength: 1, maxLength: 3 }).map((all) => `(|${all.join('')})`),
      ),
    }));
    const seed = numberFrom('ROLLCALL_SEED');
    const filters = fc.sample(filter, {
      numRuns: numberFrom('ROLLCALL_RUNS') ?? 60,
      ...(seed === undefined ? {} : { seed }),
    });
    let told = 0;
    for (const one of filters) if ((await bothWays({ filter: one })) !== null) told += 1;
    expect(told).toBeGreaterThan(filters.length / 4);
  });
});

describe('a recording made with a filter', () => {
  beforeAll(() => recordAs({ filter: '(mail=*)', userFilter: '(&(objectClass=inetOrgPerson)(employeeType=*))' }));

  it('answers a narrower one', async () => {
    const options = {
      filter: '(&(mail=*)(cn=a*))',
      userFilter: '(&(objectClass=inetOrgPerson)(employeeType=employee))',
    };
    expect(await bothWays(options)).toEqual(['cn=ann', 'cn=all']);
  });

  it('cannot tell of a wider one', async () => {
    expect(await reasonOf({ filter: '(mail=*)' })).toMatch(
      /holds only users that pass .*\(employeeType=\*\).* may let others through/,
    );
  });
});

describe('a recording that does not say what was asked', () => {
  it('is taken for what is asked now, unless it has to fit', async () => {
    const { evidence: _, ...reading } = await complete(live.read(asking({}), { signal, withEvidence: true }));
    await recordReading(folder, ACME, reading, AT);
    const customer = asking({ filter: '(cn=nobody)' });
    expect((await complete(recordingSource(folder).read(customer, { signal }))).objects).toHaveLength(7);
    expect(await reasonOf({ filter: '(cn=nobody)' })).toMatch(/does not say what it was made with/);
  });
});

describe('values that were changed afterwards', () => {
  it('are noticed, and so is a changed question', async () => {
    await recordAs({});
    const path = join(folder, 'acme.ndjson');
    const text = await readFile(path, 'utf8');
    for (const [from, to] of [
      ['"employeetype":["contractor"]', '"employeetype":["employee"]'],
      ['"baseDN":["dc=example,dc=test"]', '"baseDN":["dc=test"]'],
    ] as const) {
      expect(text).toContain(from);
      await writeFile(path, text.replace(from, to));
      const reading = await replayed({});
      expect(reading).toMatchObject({ status: 'failed', problem: { code: 'RECORDING_DAMAGED' } });
    }
  });
});

it('keeps nothing of people beside what it records where nobody asks for it', async () => {
  const reading = await complete(live.read(asking({}), { signal }));
  expect(reading.evidence).toBeUndefined();
  expect(SUFFIX).toBe('dc=example,dc=test');
});
