/** Plans as documents: canonical text that loses nothing. */
import { canonicalize } from 'json-canonicalize';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/domain/change.ts';
import type { CustomerPlan, Plan } from '../../src/domain/plan.ts';
import type { CustomerId } from '../../src/domain/roster.ts';
import {
  type CustomerDocument,
  changeDocument,
  changeFromDocument,
  customerFromDocument,
  customerFromError,
  type ErrorDocument,
  planText,
} from '../../src/planner/document.ts';
import {
  at,
  customer,
  directory,
  exception,
  group,
  NOW,
  person,
  planOf,
  reading,
  roster,
  storedGroup,
  tombstone,
  user,
} from '../support/builders.ts';
import { changedDomain, createdDomain, deletedDomain, verifiedDomain } from '../support/roster-builders.ts';

const everyAttribute = {
  surname: 'Lee "the \u{1f600}"\n',
  notes: '\u2028\\',
  givenName: 'Ann',
  displayName: 'Ann',
  mobile: '1',
  homePhone: '2',
  company: 'A',
  department: 'D',
};

const planned = planOf({
  customer: customer({
    directory: directory({ exceptions: [exception('user', 'nobody@acme.example')] }),
    safety: { maxRemovals: { count: 0, percent: null } },
  }),
  roster: roster(
    [
      user('gone@acme.example', { aliases: ['g@acme.example'], rules: { deny: ['a.example'], allow: ['b.example'] } }),
      user('due@acme.example', { status: 'flagged', flaggedAt: at('2026-01-01') }),
      user('zoe@acme.example'),
      storedGroup('all@acme.example', []),
    ],
    { tombstones: [tombstone('new@acme.example')] },
  ),
  reading: reading([
    person('new', 'new@acme.example', { attributes: everyAttribute }),
    person('zoe', 'Zoë@acme.example'),
    group('all', 'all@acme.example', ['zoe'], { attributes: { displayName: 'All' } }),
  ]),
});
const quiet: CustomerPlan = {
  customer: 'quiet' as CustomerId,
  status: 'ready',
  stateSerial: 0,
  directory: null,
  changes: [],
  diagnostics: [],
  summary: {
    create: 0,
    update: 0,
    rename: 0,
    flag: 0,
    restore: 0,
    ignore: 0,
    deactivate: 0,
    delete: 0,
    billable: { before: 0, after: 0 },
  },
};
const failed: CustomerPlan = {
  customer: 'failed' as CustomerId,
  status: 'failed',
  problem: { code: 'LDAP_CONNECT', message: 'no answer', hint: 'look at the network' },
  diagnostics: [],
};
const domains: readonly Change[] = [
  createdDomain(verifiedDomain('new.example')),
  changedDomain(
    { name: 'a.example', status: 'pending', verifiedAt: null, token: 't', site: null },
    verifiedDomain('a.example', { site: 'london' }),
  ),
  deletedDomain(verifiedDomain('old.example')),
];

function textOf(customers: readonly CustomerPlan[], more: Partial<Plan> = {}): string {
  const plan: Plan = { at: NOW, lineage: 'a "lineage"', customers, ...more };
  const { head, tail } = planText({ plan, configDigest: 'sha256:1' });
  return [...head].join('') + tail;
}

interface Document {
  readonly customers: readonly CustomerDocument[];
  readonly errors: readonly ErrorDocument[];
}

describe('the document of a plan', () => {
  it.each<[string, readonly CustomerPlan[]]>([
    ['of nobody', []],
    ['without changes', [quiet]],
    ['of one that failed', [failed]],
    ['of all kinds', [planned, failed, quiet, planned]],
    ['with domains', [{ ...quiet, changes: domains }]],
  ])('is canonical JSON: a plan %s', (_, customers) => {
    const text = textOf(customers);
    expect(text).toBe(canonicalize(JSON.parse(text)));
  });

  it('loses nothing of a customer', () => {
    expect(planned.status).toBe('blocked');
    const { customers, errors } = JSON.parse(textOf([planned, { ...quiet, changes: domains }, failed])) as Document;
    const back = customers.map(({ changes, ...rest }) => customerFromDocument(rest, changes.map(changeFromDocument)));
    expect(back).toEqual([planned, { ...quiet, changes: domains }]);
    expect(errors.map(customerFromError)).toEqual([failed]);
  });

  it('says that it is redacted, and that a reading is', () => {
    if (planned.status === 'failed' || planned.directory === null) throw new Error('nothing was read');
    const { identity, proof } = planned.directory;
    const customer: CustomerPlan = { ...planned, directory: { identity, proof: { ...proof, redacted: true } } };
    const text = textOf([customer], { redacted: true });
    const document = JSON.parse(text) as Document;
    expect(document).toMatchObject({ redacted: true });
    const back = document.customers.map(({ changes, ...rest }) =>
      customerFromDocument(rest, changes.map(changeFromDocument)),
    );
    expect(back).toEqual([customer]);
    expect(text).toBe(canonicalize(document));
  });

  it('has a line for each change', () => {
    const plan: Plan = { at: NOW, lineage: '', customers: [planned] };
    const { head } = planText({ plan, configDigest: '' });
    if (planned.status === 'failed') throw new Error('the plan failed');
    const lines = [...head].filter((line) => line.startsWith('{"action"'));
    expect(lines.map((line) => JSON.parse(line.replace(/,$/, '')))).toEqual(
      planned.changes.map((change) => JSON.parse(JSON.stringify(changeDocument(change)))),
    );
  });
});
