/** Redaction by its parts: names as directories give them, texts of whatever origin, and what else there is to show. */
import { describe, expect, it } from 'vitest';
import { approvePlan } from '../../src/app/approve.ts';
import { unfitness } from '../../src/app/fitness.ts';
import { pushState } from '../../src/app/push.ts';
import { redactConflict } from '../../src/app/redaction/conflicts.ts';
import { redactDrift } from '../../src/app/redaction/drift.ts';
import { redactedMessage, redactedName, redactedText } from '../../src/app/redaction/names.ts';
import { redactPlan } from '../../src/app/redaction/plan.ts';
import { redactReading } from '../../src/app/redaction/reading.ts';
import { redactChecklist } from '../../src/app/redaction/setup.ts';
import { redactState } from '../../src/app/redaction/state.ts';
import type { ObjectId } from '../../src/domain/roster.ts';
import type { Found } from '../../src/planner/setup/step.ts';
import type { Personal } from '../../src/ports/target.ts';
import {
  ACME,
  configOf,
  customer,
  decision,
  NOW,
  person,
  reading,
  roster,
  stateOf,
  user,
} from '../support/builders.ts';

/** Shows what each pseudonym stands for, as a real one never does. */
const put = (kind: string, value: string) => `${kind}<${value}>`;

describe('the name of an object', () => {
  it.each([
    ['CN=Ann Brown,OU=Staff,DC=acme,DC=example', 'CN=name<Ann Brown>,OU=Staff,DC=acme,DC=example'],
    ['uid=ann+cn=Ann,ou=people,dc=acme', 'uid=name<ann>+cn=name<Ann>,ou=people,dc=acme'],
    ['CN=Brown\\, Ann \\(HR\\),DC=acme', 'CN=name<Brown, Ann (HR)>,DC=acme'],
    ['CN=\\C3\\84nn,DC=acme', 'CN=name<Änn>,DC=acme'],
    ['CN="Brown, Ann",DC=acme', 'CN=name<Brown, Ann>,DC=acme'],
    ['CN=a=b c=d,DC=acme', 'CN=name<a=b c=d>,DC=acme'],
    ['2.5.4.3=Ann, DC=acme', '2.5.4.3=name<Ann>, DC=acme'],
    ['OU=Ann,DC=acme', 'OU=name<Ann>,DC=acme'],
    ['CN=Ann', 'CN=name<Ann>'],
    ['CN=\n.*,DC=acme', 'CN=name<.*>,DC=acme'],
    ['CN=Brown, Ann,DC=acme', 'name<CN=Brown, Ann,DC=acme>'],
    ['ann@acme.example', 'ann@acme.example'],
    ['the user ann@acme.example', 'the user ann@acme.example'],
    ['the user Ann', 'name<the user Ann>'],
    ['0a1b2c3d-0000-4000-8000-00000000000f', '0a1b2c3d-0000-4000-8000-00000000000f'],
    ['acme.example', 'name<acme.example>'],
    ['the', 'name<the>'],
  ])('%j', (name, shown) => {
    expect(redactedName(name, 'ldap', put)).toBe(shown);
  });

  it('is in Entra ID never a distinguished name, whatever it looks like', () => {
    expect(redactedName('E=mc, D=Ann', 'entra', put)).toBe('name<E=mc, D=Ann>');
    expect(redactedName('ann@acme.example', 'entra', put)).toBe('ann@acme.example');
  });
});

describe('a text of whatever origin', () => {
  it.each([
    [
      'CN=Ann Brown,OU=Staff,DC=acme has no objectGUID, or the account that binds may not read it.',
      'CN=name<Ann Brown>,OU=Staff,DC=acme has no objectGUID, or the account that binds may not read it.',
    ],
    ['CN=A,DC=x and CN=B,DC=x have the same id (1)', 'CN=name<A>,DC=x and CN=name<B>,DC=x have the same id (1)'],
    ['"uid=ann\\,x,ou=p,dc=x"', '"uid=name<ann,x>,ou=p,dc=x"'],
    ['There is no dc=acme,dc=example, and no ou=Staff,dc=acme.', null],
    ['v=spf1 include:spf.gw.example -all', null],
    ['ann=x@acme.example belongs to nobody', null],
    ['', null],
  ])('%j', (text, shown) => {
    expect(redactedText(text, put)).toBe(shown ?? text);
  });

  it('is looked through in messages that are of no known sentence', () => {
    const old = 'CN=Ann,OU=Staff,DC=acme: a disabled account, and include.disabled is off';
    expect(redactedMessage(old, 'ldap', put)).toBe(old.replace('Ann', 'name<Ann>'));
  });
});

describe('a plan', () => {
  it('that failed says so without names', () => {
    const problem = { code: 'LDAP', message: 'CN=Ann,DC=acme has no entryUUID.', hint: 'Look at CN=Ann,DC=acme.' };
    const plan = {
      at: NOW,
      lineage: '',
      customers: [{ customer: ACME, status: 'failed', problem, diagnostics: [] }],
    } as const;
    expect(redactPlan(plan, put)).toMatchObject({
      customers: [
        { problem: { message: 'CN=name<Ann>,DC=acme has no entryUUID.', hint: 'Look at CN=name<Ann>,DC=acme.' } },
      ],
    });
  });
});

describe('what a recording keeps for other filters', () => {
  it('is left out where it may be personal, and then not claimed to be known', () => {
    const question = {
      type: 'ldap' as const,
      ...{ url: 'ldaps://dc1', dialect: 'activeDirectory' as const, baseDN: ['dc=acme'], publicFolderDN: null },
      ...{ userFilter: '(cn=*)', groupFilter: '(cn=*)', attributes: {} },
      kept: ['cn', 'department', 'memberof', 'extensionattribute1'],
    };
    const values = new Map([
      ['1' as ObjectId, { cn: ['Ann'], department: ['Sales'], memberof: ['CN=Works council,DC=acme'] }],
    ]);
    const whole = { ...reading([person('1', 'ann@acme.example')]), evidence: { question, values } };
    const shown = redactReading(whole, put);
    expect(shown).toMatchObject({
      evidence: { question: { kept: ['department'] }, values: new Map([['1', { department: ['Sales'] }]]) },
    });
  });
});

describe('drift', () => {
  const personal: Personal = {
    field: (name) => (name === 'name' ? 'called' : name === 'phone' ? 'phone' : null),
    calledInKeys: true,
  };
  const shown = (key: string, expected: Record<string, string | boolean | readonly string[]>) => {
    const entries = [{ action: 'add' as const, customer: ACME, key, expected }];
    const targets = [
      { target: 'crm', customers: [ACME], groups: [{ customer: ACME, entries }], faults: [], problem: null },
    ];
    const drift = redactDrift({ directory: null, config: { changed: false, files: [] }, targets }, () => personal, put);
    return drift.targets[0]?.groups[0]?.entries[0];
  };

  it('shows addresses, and pseudonyms where a target says that something is personal', () => {
    expect(shown('user Ann', { name: 'Ann', phone: '1', other: 'x', active: true })).toMatchObject({
      key: 'user name<Ann>',
      expected: { name: 'name<Ann>', phone: 'phone<1>', other: 'x', active: true },
    });
    expect(shown('user a@acme.example', { name: ['a@acme.example', 'Ann'] })).toMatchObject({
      key: 'user a@acme.example',
      expected: { name: ['a@acme.example', 'name<Ann>'] },
    });
  });
});

it('a conflict says when and by whom it was decided, and not why', () => {
  const conflict = {
    customer: ACME,
    address: 'ann@acme.example',
    status: 'ignored' as const,
    flaggedAt: null,
    due: null,
    decision: decision('ignore', 'ann@acme.example', { reason: 'on leave' }),
  };
  expect(redactConflict(conflict, put)).toEqual({
    ...conflict,
    decision: { ...conflict.decision, reason: 'notes<on leave>' },
  });
  expect(redactConflict({ ...conflict, decision: null }, put)).toEqual({ ...conflict, decision: null });
});

it('a checklist keeps all but what a server says of somebody', () => {
  const found: Found = { status: 'failed', about: 'mx', message: 'It said: no such user CN=Ann,DC=acme' };
  const step = { id: 'sites', number: 3, title: 'Sites', status: 'failed', found: [found], todo: [] } as const;
  const about = { customer: ACME, displayName: 'Acme', service: null, region: null, done: false };
  expect(redactChecklist({ ...about, steps: [step] }, put)).toEqual({
    ...about,
    steps: [{ ...step, found: [{ ...found, message: 'It said: no such user CN=name<Ann>,DC=acme' }] }],
  });
});

describe('what is redacted is looked at only', () => {
  const plan = redactPlan({ at: NOW, lineage: '', customers: [] }, put);
  const saved = { plan, configDigest: 'sha256:0', digest: 'sha256:1' };

  it('a plan is not applied', () => {
    const fitness = { config: configOf(customer()), state: stateOf(), now: NOW, alreadyApplied: new Set<never>() };
    expect(unfitness({ saved, ...fitness })).toMatchObject([{ code: 'PLAN_REDACTED' }]);
  });

  it('a plan is not approved', async () => {
    const never = () => Promise.reject(new Error('asked'));
    const approvals = { sign: never, add: never, load: never, check: never };
    const request = { saved, approver: 'ann', key: { env: 'KEY' }, validMs: 1000, now: NOW, path: 'x', approvals };
    await expect(approvePlan(request)).rejects.toMatchObject({ code: 'PLAN_REDACTED' });
  });

  it('a state is not pushed', async () => {
    const state = redactState(stateOf(roster([user('ann@acme.example')])), put);
    const store = new Proxy({}, { get: () => () => Promise.reject(new Error('asked')) }) as never;
    const rest = { who: 'ann', clock: () => NOW, lockTimeoutMs: 0, signal: new AbortController().signal, onWait() {} };
    await expect(pushState({ store, state, ...rest })).rejects.toMatchObject({ code: 'STATE_REDACTED' });
  });
});
