/** Plans as comments: who loses mail is said first, every removal is there or said not to be, and the rest is folded. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { headlineOf } from '../../src/cli/markdown/headline.ts';
import { renderPlanMarkdown } from '../../src/cli/markdown/plan.ts';
import { planSections } from '../../src/cli/markdown/plan-sections.ts';
import { reviewed } from '../../src/cli/markdown/reviewed.ts';
import { addressOf, afterOf, beforeOf, type Change, isEntry } from '../../src/domain/change.ts';
import { diagnostic } from '../../src/domain/diagnostic.ts';
import type { Block, CustomerPlan, Plan } from '../../src/domain/plan.ts';
import { isUser, type User } from '../../src/domain/roster.ts';
import { arbitraryWorld } from '../support/arbitrary-world.ts';
import { planOf, storedGroup, user } from '../support/builders.ts';
import {
  HOSTILE,
  linkedIn,
  named,
  type Read,
  readMarkdown,
  rowsOf,
  shownAs,
  textOf,
} from '../support/github-markdown.ts';
import { failedPlan, planWith, readyPlan, removal } from '../support/plans.ts';
import { check } from '../support/property.ts';

const LIMIT = 65_000;

/** All that a comment is made of. */
const ELEMENTS = new Set([
  ...['h2', 'h3', 'p', 'ul', 'li', 'strong', 'code', 'pre', 'details', 'summary', 'blockquote'],
  ...['table', 'thead', 'tbody', 'tr', 'th', 'td'],
]);

function rendered(plan: Plan): string {
  return renderPlanMarkdown({ plan, digest: `sha256:${'0a'.repeat(32)}`, author: 'ann' });
}

/** Holds what is true of every comment, and reads it. */
function read(plan: Plan): Read {
  const text = rendered(plan);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(LIMIT);
  const comment = readMarkdown(text);
  expect(comment.elements.map(({ tagName }) => tagName).filter((name) => !ELEMENTS.has(name))).toEqual([]);
  expect(linkedIn(comment)).toEqual([]);
  for (const table of named(comment, 'table')) {
    const [head = [], ...rows] = rowsOf(table);
    for (const row of rows) expect(row).toHaveLength(head.length);
  }
  for (const details of named(comment, 'details')) {
    expect(details.childNodes.filter((node) => 'tagName' in node && node.tagName === 'summary')).toHaveLength(1);
  }
  return comment;
}

/** The text that is seen without unfolding anything. */
function unfolded(comment: Read): string {
  const folded = named(comment, 'details').map(textOf);
  return folded.reduce((text, part) => text.replace(part, ''), comment.text);
}

const SPACED = /\s+/g;
const words = (text: string) => text.replaceAll(SPACED, ' ');

/** Addresses of entries that mail is not taken for any more, or whose login is closed; names of what else goes. Written anew, on purpose. */
function takenAway(change: Change): readonly string[] {
  const [before, after] = [beforeOf(change), afterOf(change)];
  if (before === null) return [];
  if (!isEntry(before)) return after === null ? [before.name] : [];
  if (after === null) return [before.address, ...before.aliases];
  if (!isEntry(after)) return [];
  const left = new Set([after.address, ...after.aliases].map((address) => address.toLowerCase()));
  const gone = [before.address, ...before.aliases].filter((address) => !left.has(address.toLowerCase()));
  const marked = isUser(before) && isUser(after) && before.status !== after.status && MARKED.has(after.status);
  return marked ? [before.address, ...gone] : gone;
}

const MARKED: ReadonlySet<User['status']> = new Set(['flagged', 'deactivated']);

test('every removal of any plan is seen without unfolding, with its rule', () => {
  check(arbitraryWorld, (world) => {
    const plan = planOf(world);
    const comment = read(planWith(plan));
    if (plan.status === 'failed') return;
    const seen = unfolded(comment);
    const items = named(comment, 'li').map(textOf);
    for (const change of plan.changes) {
      const gone = takenAway(change);
      for (const address of gone) expect(seen).toContain(address);
      const [first] = gone;
      if (first === undefined) continue;
      expect(items.some((item) => item.includes(first) && item.includes(change.reasons[0].rule))).toBe(true);
    }
    // The rest is there too, in plans as small as these.
    for (const change of plan.changes) expect(comment.text).toContain(addressOf(change));
  });
});

test('in however little room, every removal is listed or its customer is named at the top', () => {
  const number = fc.oneof({ weight: 3, arbitrary: fc.nat({ max: 4 }) }, fc.nat({ max: 60 }));
  const arbitraryChanges = fc
    .record({ delete: number, flag: number, reduce: number, create: number, padding: fc.nat({ max: 40 }) })
    .map((parts) => changesOf(parts));
  const arbitraryPlan = fc
    .array(arbitraryChanges, { minLength: 1, maxLength: 6 })
    .map((customers) =>
      planWith(...customers.map((changes, n) => readyPlan(`customer-${n}`, changes(`customer-${n}.example`)))),
    );
  let [shortened, unlisted] = [0, 0];
  check(fc.tuple(arbitraryPlan, fc.integer({ min: 4000, max: 12_000 })), ([plan, room]) => {
    const text = planSections(reviewed(plan), { room, elsewhere: 'See `elsewhere`.' });
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(room);
    // Read by hand, for a parser would take ten times as long as all of the rest.
    const [notice = ''] = /^> .*(?:\n> .*)*/.exec(text) ?? [];
    if (text.includes('for want of room')) shortened += 1;
    if (notice !== '') unlisted += 1;
    const seen = new Set(text.replaceAll(/<details>.*?<\/details>/gs, '').match(/[\w.]+@[\w.-]+/g));
    for (const { customer, ...one } of plan.customers) {
      const gone = one.status === 'failed' ? [] : one.changes.flatMap(takenAway);
      const missing = gone.filter((address) => !seen.has(address));
      if (notice.includes(`\`${customer}\` (`)) expect(missing).toHaveLength(gone.length);
      else expect(missing).toEqual([]);
    }
  });
  expect(shortened).toBeGreaterThan(0);
  expect(unlisted).toBeGreaterThan(0);
});

interface Numbers {
  readonly delete: number;
  readonly flag: number;
  readonly reduce: number;
  readonly create: number;
  readonly padding: number;
}

/** So many of each, at a domain that is given later. */
function changesOf(numbers: Numbers): (domain: string) => readonly Change[] {
  return (domain) => {
    const some = (kind: 'delete' | 'flag' | 'reduce' | 'create', make: (address: string) => Change) =>
      Array.from({ length: numbers[kind] }, (_, n) => make(`${kind}${n}${'x'.repeat(numbers.padding)}@${domain}`));
    return [
      ...some('delete', (address) => removal('delete', address)),
      ...some('flag', (address) => removal('flag', address)),
      ...some('reduce', (address) => withoutAlias(address, `alias.${address}`)),
      ...some('create', (address) => ({
        action: 'create',
        resource: 'user',
        after: user(address),
        reasons: [{ rule: 'SEL-1', message: 'in the directory' }],
      })),
    ];
  };
}

function withoutAlias(address: string, alias: string): Change {
  const reasons = [{ rule: 'SEL-5', message: `alias ${alias} removed: excepted in customers/acme.yaml:20` }] as const;
  return {
    action: 'update',
    resource: 'user',
    before: user(address, { aliases: [alias] }),
    after: user(address),
    reasons,
  };
}

test('a redacted plan says so', () => {
  expect(read({ ...planWith(readyPlan('acme', [])), redacted: true }).text).toContain('it cannot be applied');
});

describe('the headline', () => {
  const of = (...customers: readonly CustomerPlan[]) => headlineOf(reviewed(planWith(...customers)));
  const change = (action: 'create' | 'update', parts: Partial<User>): Change =>
    ({
      action,
      resource: 'user',
      reasons: [{ rule: 'SEL-1', message: 'seen' }],
      before: user('ann@acme.example', { aliases: ['a@acme.example'] }),
      after: user('ann@acme.example', parts),
    }) as Change;

  test.each([
    ['Nothing to change', []],
    ['Nobody loses mail', [change('create', {})]],
    ['Mail stops for `bob@acme.example`', [removal('delete', 'bob@acme.example')]],
    [
      'Mail stops for `bob@acme.example` and `eve@acme.example`',
      [removal('delete', 'bob@acme.example'), removal('deactivate', 'eve@acme.example')],
    ],
    ['Mail stops for 1 alias', [change('update', { aliases: [] })]],
    ['Nobody loses mail; `bob@acme.example` is flagged, due on 2026-12-04', [removal('flag', 'bob@acme.example')]],
    [
      'Mail stops for 5 users; 4 users are flagged, due from 2026-12-04',
      [
        ...[1, 2, 3, 4, 5].map((n) => removal('delete', `user${n}@acme.example`)),
        ...[6, 7, 8, 9].map((n) => removal('flag', `user${n}@acme.example`)),
      ],
    ],
  ] as readonly [string, readonly Change[]][])('%s', (headline, changes) => {
    expect(of(readyPlan('acme', changes))).toBe(headline);
  });

  test('says who is held back', () => {
    expect(of(failedPlan('acme'))).toBe('Nothing could be planned; 1 customer is not planned');
    expect(
      of(blocked('acme', [removal('delete', 'bob@acme.example')]), failedPlan('beta'), readyPlan('gamma', [])),
    ).toBe('Nobody loses mail yet; 1 customer is blocked with 1 removal; 1 customer is not planned');
  });

  test('counts groups and domains, and not an address that goes on with somebody else', () => {
    const group: Change = {
      action: 'delete',
      resource: 'group',
      before: storedGroup('team@acme.example', []),
      reasons: [{ rule: 'SEL-9', message: 'gone' }],
    };
    const domain: Change = {
      action: 'update',
      resource: 'domain',
      before: { name: 'acme.example', status: 'verified', verifiedAt: null, token: null, site: null },
      after: { name: 'acme.example', status: 'pending', verifiedAt: null, token: 't', site: null },
      reasons: [{ rule: 'DOM-1', message: 'pending' }],
    };
    expect(of(readyPlan('acme', [group, domain]))).toBe('Mail stops for 1 domain and 1 group');
    const heir: Change = {
      action: 'create',
      resource: 'user',
      after: user('ann@acme.example', { aliases: ['BOB@acme.example'] }),
      reasons: [{ rule: 'SEL-1', message: 'seen' }],
    };
    const plan = planWith(readyPlan('acme', [removal('delete', 'bob@acme.example'), heir]));
    expect(headlineOf(reviewed(plan))).toBe('Nobody loses mail');
    expect(unfolded(read(plan))).toContain('bob@acme.example (goes to ann@acme.example)');
  });
});

function blocked(customer: string, changes: readonly Change[], message = 'Too many removals.'): CustomerPlan {
  const block: Block = { rule: 'SAF-1', message, removals: changes.length, allowed: 0 };
  return { ...readyPlan(customer, changes), status: 'blocked', blocks: [block] };
}

test('the table has a row for each customer with something to say, removals in bold, and their total', () => {
  const comment = read(
    planWith(
      readyPlan('acme', [removal('delete', 'bob@acme.example'), removal('flag', 'eve@acme.example')]),
      blocked('beta', [removal('flag', 'joe@beta.example')]),
      failedPlan('gamma'),
      readyPlan('quiet', []),
    ),
  );
  const [table] = named(comment, 'table');
  if (table === undefined) throw new Error('there is no table');
  expect(rowsOf(table)).toEqual([
    ['Customer', 'Delete', 'Flag', 'Billable users', ''],
    ['acme', '1', '1', '2 → 1', ''],
    ['beta', '', '1', '1', 'blocked SAF-1'],
    ['gamma', '', '', '', 'not planned LDAP_CONNECT'],
    ['Total', '1', '2', '3 → 2', ''],
  ]);
  expect(comment.html).toContain('<strong>2</strong>');
  expect(comment.text).toContain('No changes: quiet.');
  expect(words(comment.text)).toContain(
    'gamma is not planned, LDAP_CONNECT: The server did not answer. Look at its name.',
  );
  expect(comment.text.indexOf('Held back')).toBeLessThan(comment.text.indexOf('3 removals'));
  expect(words(comment.text).trim()).toMatch(/Plan sha256:[0-9a-f]{64} of 2026-11-20T12:00:00.000Z, made by ann\.$/);
});

describe('hostile text', () => {
  const changes = Object.values(HOSTILE).flatMap((text, n): readonly Change[] => {
    const before = user(`u${n}@acme.example`, { attributes: { displayName: text, notes: text } });
    const reasons = [{ rule: 'DEL-1', message: `CN=${text},OU=Staff: gone` }] as const;
    const renamed = user(`new${n}@acme.example`, { attributes: { displayName: `${text} Jr`, notes: '' } });
    return [
      { action: 'delete', resource: 'user', before, reasons },
      { action: 'create', resource: 'user', after: { ...before, address: `c${n}@acme.example` }, reasons },
      {
        action: 'rename',
        resource: 'user',
        before: { ...before, address: `old${n}@acme.example` },
        after: renamed,
        reasons,
      },
      {
        action: 'delete',
        resource: 'domain',
        before: { name: text, status: 'pending', verifiedAt: null, token: null, site: null },
        reasons,
      },
    ];
  });

  test('is text, in every place', () => {
    const said = Object.values(HOSTILE).map((text) =>
      diagnostic('warning', 'SEL-6', `Left out: ${text}`, { location: { file: text, line: 1, column: 1 } }),
    );
    const problem = { code: 'X', message: HOSTILE.script, hint: HOSTILE.link };
    const comment = read(
      planWith(
        { ...blocked(HOSTILE.table, changes, HOSTILE.mention), diagnostics: said.slice(0, 5) },
        { customer: HOSTILE.details as never, status: 'failed', problem, diagnostics: said.slice(5, 10) },
      ),
    );
    const seen = words(comment.text);
    for (const text of Object.values(HOSTILE)) {
      if (text !== '') expect(seen).toContain(words(shownAs(text)).trim());
    }
    expect(seen).toContain(words(HOSTILE.table).trim());
    expect(named(comment, 'details').length).toBeGreaterThan(1);
  });

  test('does not make a comment of nothing but a name', () => {
    const long = 'x'.repeat(100_000);
    const change: Change = {
      action: 'create',
      resource: 'user',
      after: user('ann@acme.example', { attributes: { notes: long, displayName: `${'😀'.repeat(300)}` } }),
      reasons: [{ rule: 'SEL-1', message: long }],
    };
    expect(read(planWith(readyPlan('acme', [change]))).text).toContain('ann@acme.example');
  });
});

describe('a plan that is too long', () => {
  const addresses = (number: number, domain: string, length = 0) =>
    Array.from({ length: number }, (_, n) => `user${n}${'x'.repeat(length)}@${domain}`);
  const creations = (number: number, domain: string): readonly Change[] =>
    addresses(number, domain).map((address) => ({
      action: 'create',
      resource: 'user',
      after: user(address, { attributes: { displayName: `Somebody of ${domain}` } }),
      reasons: [{ rule: 'SEL-1', message: `in the directory as uid=${address}` }],
    }));
  const removals = (number: number, domain: string, length = 0) =>
    addresses(number, domain, length).map((address) => removal('flag', address));

  test('of 20,000 changes is cut to the limit, counts what it leaves out, and has every removal', () => {
    const plan = planWith(
      readyPlan('acme', [...removals(150, 'gone.example'), ...creations(19_700, 'acme.example')]),
      readyPlan('beta', creations(150, 'beta.example')),
    );
    const comment = read(plan);
    expect(Buffer.byteLength(rendered(plan))).toBeGreaterThan(LIMIT * 0.95);
    const seen = unfolded(comment);
    for (const address of addresses(150, 'gone.example')) expect(seen).toContain(address);
    const shown = named(comment, 'li').filter((item) => textOf(item).includes('in the directory as')).length;
    const [, left] = /Left out here: ([\d,]+) changes, none of them a removal/.exec(seen) ?? [];
    expect(Number(left?.replaceAll(',', ''))).toBe(19_850 - shown);
    // Short lists do not suffer from long ones.
    expect(named(comment, 'summary').map(textOf)).toEqual(['acme: 19,700 to create', 'beta: 150 to create']);
    expect(comment.text).toContain('user149@beta.example');
  });

  test('gives the reasons of removals up before any address', () => {
    const plan = planWith(
      readyPlan('acme', removals(1200, 'acme.example', 10)),
      readyPlan('beta', removals(3, 'beta.example')),
    );
    const comment = read(plan);
    const listed = named(comment, 'pre').flatMap((block) => textOf(block).trim().split('\n'));
    expect(listed).toEqual(addresses(1200, 'acme.example', 10));
    expect(words(comment.text)).toContain(
      'acme, without reasons for want of room: flag (DEL-1), due on 2026-12-04: user0',
    );
    expect(words(comment.text)).toContain('flag user2@beta.example: gone from the sync; due on 2026-12-04');
    expect(comment.text).not.toContain('not listed here');
  });

  test('says whose removals it does not list, where there is no room for the addresses alone', () => {
    const plan = planWith(
      readyPlan('acme', removals(5000, 'acme.example', 40)),
      readyPlan('beta', removals(100, 'beta.example')),
    );
    const comment = read(plan);
    const [, second] = comment.elements;
    expect(second?.tagName).toBe('blockquote');
    expect(words(comment.text)).toContain(
      '5,000 removals are not listed here, for there is no room for them: those of acme (5,000). rollcall show FILE --all-changes lists everything.',
    );
    expect(comment.text).not.toContain('user0xxxx');
    for (const address of addresses(100, 'beta.example')) expect(comment.text).toContain(address);
  });

  test.each([0, 1, 12])('of 1,000 customers with %i removals each, and as many that could not be planned', (number) => {
    const names = Array.from({ length: 1000 }, (_, n) => `customer-${String(n).padStart(4, '0')}`);
    const plan = planWith(
      ...names.map((name) => readyPlan(name, removals(number, `${name}.example`))),
      ...names.map((name) => failedPlan(`${name}-failed`)),
    );
    const comment = read(plan);
    const seen = new Set(comment.text.match(/user0@[\w.-]+/g));
    const shown = names.filter((name) => seen.has(`user0@${name}.example`)).length;
    const [, left = '0', whose = ''] = /([\d,]+) removals are not listed here(.*)/.exec(comment.text) ?? [];
    expect(Number(left.replaceAll(',', ''))).toBe((1000 - shown) * number);
    if (number === 0) expect(whose).toBe('');
    else {
      const [, more = '0'] = /and ([\d,]+) more customers/.exec(whose) ?? [];
      const listed = whose.match(/customer-\d{4} /g)?.length ?? 0;
      expect(listed + Number(more.replaceAll(',', ''))).toBe(1000 - shown);
      expect(shown).toBeGreaterThan(20);
    }
    expect(comment.text).toContain('not planned');
  });
});
