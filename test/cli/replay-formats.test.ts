/** Replays as comments, reports and pages: nothing from outside means anything in them, and they say who loses mail. */

import fc from 'fast-check';
import pc from 'picocolors';
import { expect, test } from 'vitest';
import type { FileChange } from '../../src/app/config-changes.ts';
import { renderReplayHtml } from '../../src/cli/html/replay.ts';
import { renderReplayJunit } from '../../src/cli/junit/replay.ts';
import { renderReplayMarkdown } from '../../src/cli/markdown/replay.ts';
import type { ShownReplay } from '../../src/cli/shown-replay.ts';
import { renderReplay } from '../../src/cli/text/replay.ts';
import { diagnostic } from '../../src/domain/diagnostic.ts';
import type { CustomerPlan } from '../../src/domain/plan.ts';
import type { CustomerId } from '../../src/domain/roster.ts';
import { replayOf } from '../../src/planner/replay.ts';
import { arbitraryLater, arbitraryWorld } from '../support/arbitrary-world.ts';
import { startBrowser } from '../support/browser.ts';
import { planOf, user } from '../support/builders.ts';
import { HOSTILE, linkedIn, named, readMarkdown, textOf } from '../support/github-markdown.ts';
import { readJunit } from '../support/junit-report.ts';
import { failedPlan, planWith, readyPlan, removal } from '../support/plans.ts';
import { check } from '../support/property.ts';
import { created } from '../support/roster-builders.ts';

const LIMIT = 65_000;
const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const EDIT: FileChange = {
  path: 'customers/acme.yaml',
  change: 'changed',
  added: 1,
  removed: 1,
  patch: ['@@ -1,2 +1,2 @@', ' kind: Customer', '-seats: 260', '+seats: 230'],
  leftOut: 0,
};

function shownOf(
  before: readonly CustomerPlan[],
  after: readonly CustomerPlan[],
  parts: Partial<ShownReplay> = {},
): ShownReplay {
  return {
    base: { revision: 'origin/main', commit: COMMIT, status: 'planned', findings: [] },
    replay: replayOf(planWith(...before), planWith(...after)),
    files: [EDIT],
    notes: [],
    ...parts,
  };
}

function textIn(shown: ShownReplay): string {
  return [...renderReplay(shown, { colors: pc.createColors(false), full: false, verbose: false })].join('');
}

/** One customer of each kind: removals, more than before, no longer done, blocked, failed, gone, new, and as it was. */
const MIXED = (() => {
  const anew = (address: string) => created(user(address));
  const same = readyPlan('same', [removal('flag', 'sam@same.example')]);
  const block = { rule: 'SAF-1', message: '1 removal of 0 allowed', removals: 1, allowed: 0 } as const;
  const held = readyPlan('held', [removal('delete', 'hal@held.example')]);
  return shownOf(
    [
      readyPlan('acme', [removal('flag', 'ann@acme.example')]),
      readyPlan('held', []),
      readyPlan('gone', []),
      same,
      readyPlan('lost', []),
    ],
    [
      readyPlan('acme', [removal('delete', 'bob@acme.example'), anew('cy@acme.example')]),
      { ...held, status: 'blocked', blocks: [block] },
      readyPlan('new', [anew('nan@new.example')]),
      same,
      failedPlan('lost'),
    ],
  );
})();

test('a comment says who loses mail, lists the removals unfolded, and folds what is no longer planned', () => {
  const comment = readMarkdown(renderReplayMarkdown(MIXED));
  const folded = named(comment, 'details').map(textOf);
  const unfolded = folded.reduce((text, part) => text.replace(part, ''), comment.text);
  expect(textOf(named(comment, 'h2')[0] ?? expect.fail())).toBe(
    'The change of the configuration: Mail stops for bob@acme.example; 1 customer is blocked with 1 removal; 1 customer is not planned',
  );
  for (const said of [
    'hal@held.example',
    'SAF-1',
    'LDAP_CONNECT',
    'gone is not in the configuration any more',
    'same: no difference.',
  ]) {
    expect(unfolded).toContain(said);
  }
  expect(unfolded).not.toContain('ann@acme.example');
  expect(folded.find((part) => part.startsWith('No longer planned: 1 change'))).toContain('ann@acme.example');
  expect(folded.find((part) => part.trimStart().startsWith('customers/acme.yaml'))).toContain('+seats: 230');
  expect(comment.text).not.toContain('sam@same.example');
});

test('a report fails for blocks that came and is in error where nothing can be told', () => {
  const suites = readJunit(renderReplayJunit(MIXED));
  expect(suites.flatMap(({ name, cases }) => cases.map((one) => `${name}: ${one.name} ${one.outcome}`))).toEqual([
    'configuration: configuration passed',
    'acme: changes passed',
    'gone: changes passed',
    'held: changes passed',
    'held: safety SAF-1 1 failure',
    'lost: changes error',
    'new: changes passed',
  ]);
  expect(suites[1]?.cases[0]?.text).toContain('no longer: 1 change\nflag user ann@acme.example');
});

test('a page has both lists, the edit, and no other request', async () => {
  await using browser = await startBrowser();
  await using look = await browser.open(renderReplayHtml(MIXED));
  const text = await look.page.locator('main').innerText();
  expect(text).toContain('seats: 230');
  expect(text).toContain('gone is not in the configuration any more');
  expect(text).toContain('bob@acme.example');
  await look.page.getByText('No longer').first().click();
  expect(await look.page.locator('main').innerText()).toContain('ann@acme.example');
  expect(look.incidents).toEqual([]);
});

test('what differs in no way is said to be the same', () => {
  const same = [readyPlan('acme', [removal('flag', 'ann@acme.example')])];
  const shown = shownOf(same, same, { files: [] });
  expect(textIn(shown)).toBe(
    'Against origin/main (0123456789ab): no file differs.\n\nacme: no difference.\nThe change of the configuration, for 1 customer: nothing more to do.\n',
  );
  expect(renderReplayMarkdown(shown)).toContain('## The change of the configuration: no difference\n');
  expect([...renderReplayHtml(shown)].join('')).toContain('makes no difference');
});

test.each(Object.entries(HOSTILE))('text from outside stays text: %s', (_, hostile) => {
  const name = 'acme' as CustomerId;
  const note = { ...readyPlan(name, []), diagnostics: [diagnostic('warning', 'ADR-1', `of ${hostile}`)] };
  const shown = shownOf([readyPlan(name, [])], [note], {
    base: { revision: hostile, commit: COMMIT, status: 'broken', findings: [finding(hostile)] },
    files: [{ ...EDIT, path: hostile, patch: ['@@ -1 +1 @@', `-${hostile}`, `+${hostile}`] }],
    notes: [`About ${hostile}`],
  });
  const comment = readMarkdown(renderReplayMarkdown(shown));
  expect(linkedIn(comment)).toEqual([]);
  expect(named(comment, 'img').length + named(comment, 'script').length + named(comment, 'a').length).toBe(0);
  expect(named(comment, 'details')).toHaveLength(1);
  readJunit(renderReplayJunit(shown));
  expect(textIn(shown)).not.toMatch(/[^\P{Cc}\n]|[\u202a-\u202e]/u);
  expect([...renderReplayHtml(shown)].join('').match(/<img|<script>alert/g)).toBeNull();
});

function finding(message: string) {
  return {
    severity: 'error',
    code: 'CONFIG_VALUE',
    message,
    location: { file: 'origin/main:customers/acme.yaml', line: 3, column: 1 },
  } as const;
}

test('a comment has room for everything that may be said of large ones, and never for half a removal', () => {
  const removals = Array.from({ length: 20_000 }, (_, n) =>
    removal(n % 2 === 0 ? 'flag' : 'delete', `user${n}@acme.example`),
  );
  const patch = Array.from({ length: 200 }, (_, n) => `+  - {user: user${n}@acme.example, ${'x'.repeat(300)}}`);
  const files = Array.from({ length: 50 }, (_, n) => ({ ...EDIT, path: `customers/c${n}.yaml`, patch, leftOut: 9 }));
  const notes = Array.from({ length: 500 }, (_, n) => `Note ${n} ${'y'.repeat(600)}`);
  for (const [before, after] of [
    [[], removals],
    [removals, []],
    [removals.slice(0, 10_000), removals.slice(10_000)],
  ] as const) {
    const text = renderReplayMarkdown(
      shownOf([readyPlan('acme', before)], [readyPlan('acme', after)], { files, notes }),
    );
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(LIMIT);
    readMarkdown(text);
  }
});

test('any replay can be shown in every format', () => {
  check(fc.tuple(arbitraryWorld, arbitraryLater), ([world, { customer }]) => {
    const shown = shownOf([planOf(world)], [planOf({ ...world, customer })]);
    const comment = readMarkdown(renderReplayMarkdown(shown));
    expect(linkedIn(comment)).toEqual([]);
    readJunit(renderReplayJunit(shown));
    expect(textIn(shown)).toMatch(/\.\n$/);
    expect([...renderReplayHtml(shown)].join('')).toMatch(/<\/html>\n$/);
  });
});
