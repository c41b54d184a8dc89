/** Drift, conflicts and set-ups as Markdown: what has to be done comes first, and text from outside stays text. */
import { describe, expect, test } from 'vitest';
import type { Conflict } from '../../src/app/conflicts.ts';
import type { Drift, TargetDrift } from '../../src/app/drift.ts';
import { renderConflictsMarkdown } from '../../src/cli/markdown/conflicts.ts';
import { renderDriftMarkdown } from '../../src/cli/markdown/drift.ts';
import { renderSetupMarkdown } from '../../src/cli/markdown/setup.ts';
import { addDays } from '../../src/domain/instant.ts';
import type { CustomerId } from '../../src/domain/roster.ts';
import type { TargetChange } from '../../src/domain/target.ts';
import { checklistOf } from '../planner/setup-inputs.ts';
import { ACME, decision, NOW } from '../support/builders.ts';
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

const ELEMENTS = new Set([
  ...['h1', 'h2', 'h3', 'p', 'ul', 'li', 'strong', 'code', 'pre', 'details', 'summary', 'blockquote'],
  ...['table', 'thead', 'tbody', 'tr', 'th', 'td'],
]);

function read(markdown: string): Read {
  expect(Buffer.byteLength(markdown)).toBeLessThanOrEqual(65_000);
  const comment = readMarkdown(markdown);
  expect(comment.elements.map(({ tagName }) => tagName).filter((name) => !ELEMENTS.has(name))).toEqual([]);
  expect(linkedIn(comment)).toEqual([]);
  return comment;
}

const words = (text: string) => text.replaceAll(/\s+/g, ' ').trim();
const heading = (comment: Read) =>
  textOf(comment.elements.find(({ tagName }) => /^h[12]$/.test(tagName)) ?? comment.elements[0] ?? fail());

function fail(): never {
  throw new Error('there is nothing');
}

describe('drift', () => {
  const IN_STEP: Drift = { directory: null, config: { changed: false, files: [] }, targets: [] };
  const target = (entries: readonly TargetChange[], parts: Partial<TargetDrift> = {}): TargetDrift => ({
    target: 'edge',
    customers: [ACME],
    groups: entries.length === 0 ? [] : [{ customer: ACME, entries }],
    faults: [],
    problem: null,
    ...parts,
  });
  const entry = (action: 'add' | 'remove', key: string): TargetChange =>
    action === 'add'
      ? { action, customer: ACME, key, expected: 'relay' }
      : { action, customer: ACME, key, found: 'relay' };

  test('says that there is none', () => {
    const comment = read(
      renderDriftMarkdown({ ...IN_STEP, directory: planWith(readyPlan('acme', [])), targets: [target([])] }),
    );
    expect(heading(comment)).toBe('Nothing has drifted');
    expect(words(comment.text)).toContain('edge is in step with the state.');
  });

  test('says what has changed in all three, and how to put it back', () => {
    const comment = read(
      renderDriftMarkdown({
        directory: planWith(readyPlan('acme', [removal('delete', 'bob@acme.example')]), failedPlan('beta')),
        config: { changed: true, files: ['customers/acme.yaml'] },
        targets: [
          target([entry('add', 'bob@acme.example'), entry('remove', 'eve@acme.example')], {
            faults: [{ key: 'index', expected: 'as new as its map', found: 'older' }],
          }),
          target([], {
            target: 'portal',
            problem: { code: 'NO_ANSWER', message: 'It did not answer.', hint: 'Wait.' },
          }),
        ],
      }),
    );
    expect(heading(comment)).toBe(
      'Drift: the configuration has changed, the rosters would change, 3 differences in the targets and 1 target could not be read',
    );
    const seen = words(comment.text);
    expect(seen).toContain('Changed since it was last applied: customers/acme.yaml');
    expect(seen).toContain('Mail stops for bob@acme.example; 1 customer is not planned.');
    expect(seen).toContain('edge: 1 to remove, 1 to add, 1 fault');
    expect(seen).toContain('index: older; it should be: as new as its map');
    expect(seen).toContain('portal could not be read: NO_ANSWER: It did not answer. Wait.');
    expect(seen).toContain('rollcall apply --repair puts the targets back.');
    const [folded] = named(comment, 'details').filter((one) => textOf(one).includes('edge'));
    expect(textOf(folded ?? fail())).not.toContain('eve@acme.example');
    expect(seen).toContain('remove eve@acme.example of acme: not in the state');
  });

  test('of thousands of differences keeps the limit, and says what it leaves out', () => {
    const keys = Array.from({ length: 5000 }, (_, n) => `user${n}@acme.example`);
    const losses = keys.map((address) => removal('flag', address));
    const comment = read(
      renderDriftMarkdown({
        ...IN_STEP,
        directory: planWith(readyPlan('acme', losses)),
        targets: [
          target(keys.map((key) => entry('remove', key))),
          target(
            keys.map((key) => entry('add', key)),
            { target: 'portal' },
          ),
        ],
      }),
    );
    expect(words(comment.text)).toMatch(
      /removals and faults are not listed here.* rollcall drift --all-changes lists everything/,
    );
    expect(words(comment.text)).toMatch(/5,000 removals are not listed here/);
    expect(words(comment.text)).toMatch(/… and [\d,]+ more\. rollcall drift --all-changes/);
  });

  test.each(Object.entries(HOSTILE))('keeps text as text: %s', (_, text) => {
    const problem = { code: text, message: text, hint: text };
    const comment = read(
      renderDriftMarkdown({
        ...IN_STEP,
        config: { changed: true, files: [text] },
        targets: [
          target([{ action: 'remove', customer: text as CustomerId, key: text, found: text }], {
            target: text,
            faults: [{ key: text, expected: text, found: text }],
          }),
          target([entry('add', text)], { target: text }),
          target([], { target: text, problem }),
        ],
      }),
    );
    expect(words(comment.text)).toContain(text === '' ? '(empty)' : words(shownAs(text)));
  });
});

describe('conflicts', () => {
  const conflict: Conflict = {
    customer: ACME,
    address: 'bob@acme.example',
    status: 'flagged',
    flaggedAt: NOW,
    due: addDays(NOW, 14),
    decision: null,
  };

  test('are a table, those due first at its head', () => {
    expect(heading(read(renderConflictsMarkdown([])))).toBe('No user is in conflict');
    const comment = read(
      renderConflictsMarkdown([
        conflict,
        {
          ...conflict,
          address: 'old@acme.example',
          status: 'ignored',
          flaggedAt: null,
          due: null,
          decision: decision('ignore', 'old@acme.example', { reason: 'on leave', until: addDays(NOW, 40) }),
        },
        { ...conflict, customer: 'beta' as CustomerId, address: 'eve@beta.example', due: addDays(NOW, 2) },
        { ...conflict, customer: 'beta' as CustomerId, address: 'joe@beta.example', due: null },
      ]),
    );
    expect(heading(comment)).toBe('4 users are in conflict; 3 are not decided, the first is due on 2026-11-22');
    expect(rowsOf(named(comment, 'table')[0] ?? fail())).toEqual([
      ['Customer', 'Address', 'Status', 'Flagged', 'Due', 'Decision'],
      ['beta', 'eve@beta.example', 'flagged', '2026-11-20', '2026-11-22', ''],
      ['acme', 'bob@acme.example', 'flagged', '2026-11-20', '2026-12-04', ''],
      ['acme', 'old@acme.example', 'ignored', '', '', 'ignore until 2026-12-30: on leave (customers/acme.yaml:31)'],
      ['beta', 'joe@beta.example', 'flagged', '2026-11-20', 'never', ''],
    ]);
  });

  test('that there is no room for are counted', () => {
    const many = Array.from({ length: 3000 }, (_, n) => ({ ...conflict, address: `user${n}@acme.example` }));
    const comment = read(renderConflictsMarkdown(many));
    const shown = rowsOf(named(comment, 'table')[0] ?? fail()).length - 1;
    const [, left] = /Left out here: ([\d,]+) conflicts/.exec(comment.text) ?? [];
    expect(shown).toBeGreaterThan(500);
    expect(Number(left?.replaceAll(',', ''))).toBe(3000 - shown);
  });

  test.each(Object.entries(HOSTILE))('keep text as text: %s', (_, text) => {
    const reason = decision('ignore', 'bob@acme.example', { reason: text });
    const comment = read(renderConflictsMarkdown([{ ...conflict, address: text, decision: reason }]));
    const [, row = []] = rowsOf(named(comment, 'table')[0] ?? fail());
    expect(row).toHaveLength(6);
    expect(row[1]).toBe(text === '' ? '(empty)' : shownAs(text));
    expect(words(row[5] ?? '')).toContain(words(shownAs(text)));
  });
});

describe('a set-up', () => {
  test('is a heading for each step, what was found, and what is to be done', () => {
    const list = checklistOf();
    const comment = read(renderSetupMarkdown(list));
    expect(named(comment, 'h2')).toHaveLength(list.steps.length);
    for (const { found, todo } of list.steps) {
      for (const { message } of found) expect(words(comment.text)).toContain(words(message));
      for (const { text } of todo) expect(words(comment.text)).toContain(words(text));
    }
  });

  test.each(Object.entries(HOSTILE))('keeps text as text: %s', (_, text) => {
    const list = checklistOf();
    const step = list.steps[0] ?? fail();
    const found = [{ status: 'failed', about: text, message: text }] as const;
    const todo = [
      { kind: 'note', text },
      { kind: 'commands', language: 'shell', text, lines: [text] },
    ] as const;
    const comment = read(
      renderSetupMarkdown({ ...list, displayName: text, steps: [{ ...step, status: 'failed', found, todo }] }),
    );
    expect(named(comment, 'h1')).toHaveLength(1);
    expect(named(comment, 'h2')).toHaveLength(1);
    expect(words(comment.text)).toContain(words(shownAs(text)));
    expect(textOf(named(comment, 'pre')[0] ?? fail())).toBe(`${shownAs(text)}\n`);
  });

  test('of hundreds of domains keeps the limit, and says where the rest is', () => {
    const list = checklistOf();
    const found = Array.from({ length: 1000 }, (_, n) => ({
      status: 'pending' as const,
      about: `${n}.example`,
      message: 'Its record is missing from all of the servers of the zone.',
    }));
    const steps = list.steps.map((step) => ({ ...step, found }));
    const comment = read(renderSetupMarkdown({ ...list, steps }));
    expect(named(comment, 'h2')).toHaveLength(8);
    expect(comment.text).toContain('rollcall setup acme --step mx shows all of it.');
    const done = steps.map((step) => ({ ...step, found: found.map((one) => ({ ...one, status: 'done' as const })) }));
    expect(read(renderSetupMarkdown({ ...list, steps: done })).text).toContain('1,000 more that are done');
  });
});
