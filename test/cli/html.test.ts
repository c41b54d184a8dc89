/** Drift, conflicts and set-ups as pages in a real browser. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Conflict } from '../../src/app/conflicts.ts';
import type { Drift } from '../../src/app/drift.ts';
import { renderConflictsHtml } from '../../src/cli/html/conflicts.ts';
import { renderDriftHtml } from '../../src/cli/html/drift.ts';
import { planPage } from '../../src/cli/html/plan.ts';
import { renderSetupHtml } from '../../src/cli/html/setup.ts';
import { addDays } from '../../src/domain/instant.ts';
import { checklistOf, RIGHT, stepOf } from '../planner/setup-inputs.ts';
import { type PageBrowser, startBrowser } from '../support/browser.ts';
import { ACME, decision, NOW } from '../support/builders.ts';
import { mx, observed, spf } from '../support/observations.ts';
import { MIXED } from '../support/plan-page.ts';
import { planWith, readyPlan, removal } from '../support/plans.ts';

let browser: PageBrowser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser?.[Symbol.asyncDispose]());

const HOSTILE = '"></td><img src=x onerror=alert(1)>\u202e';
const INERT = '"></td><img src=x onerror=alert(1)>\\u{202e}';
const NARROW = { viewport: { width: 360, height: 740 } };

describe('drift', () => {
  const DRIFT: Drift = {
    directory: MIXED,
    config: { changed: true, files: ['customers/acme.yaml'] },
    targets: [
      {
        target: 'edge',
        customers: [ACME],
        groups: [
          {
            customer: ACME,
            entries: [
              { action: 'add', customer: ACME, key: 'bob@acme.example', expected: 'relay' },
              { action: 'remove', customer: ACME, key: HOSTILE, found: HOSTILE },
            ],
          },
        ],
        faults: [{ key: 'index', expected: 'as new as its map', found: 'older' }],
        problem: null,
      },
      { target: 'portal', customers: [], groups: [], faults: [], problem: null },
      {
        target: 'service',
        customers: [],
        groups: [],
        faults: [],
        problem: { code: 'NO_ANSWER', message: 'It did not answer.', hint: 'Wait.' },
      },
    ],
  };

  it('has a table for each target, removals first, and the plan with its list', async () => {
    await using look = await browser.open(renderDriftHtml(DRIFT), NARROW);
    const { page } = look;
    const text = await page.locator('main').innerText();
    expect(text).toContain('Changed since it was last applied: customers/acme.yaml.');
    expect(text).toContain('In step with the state.');
    expect(text).toMatch(/service is not read\s+NO_ANSWER It did not answer\.\s+Wait\./);
    expect(text).toContain('rollcall apply --repair');
    expect(await page.locator('.plain tbody tr .tag').allTextContents()).toEqual(['mend', 'remove', 'add']);
    expect(await page.locator('.plain tbody tr').nth(1).innerText()).toContain(INERT);
    expect(await page.locator('.row').count()).toBe(9);
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
    expect(look.incidents).toEqual([]);
  });

  it('has no list where no directory was read', async () => {
    await using look = await browser.open(renderDriftHtml({ ...DRIFT, directory: null }));
    expect(await look.page.locator('#changes').count()).toBe(0);
    expect(look.incidents).toEqual([]);
  });
});

describe('conflicts', () => {
  const conflict = (parts: Partial<Conflict>): Conflict => ({
    customer: ACME,
    address: 'ann@acme.example',
    status: 'flagged',
    flaggedAt: NOW,
    due: addDays(NOW, 14),
    decision: null,
    ...parts,
  });

  it('are a table, with the days on which they are due', async () => {
    const kept = decision('ignore', 'kim@acme.example', { reason: HOSTILE });
    const conflicts = [
      conflict({}),
      conflict({ address: 'bob@acme.example' }),
      conflict({ address: 'cy@acme.example', due: addDays(NOW, 60) }),
      conflict({ address: 'kim@acme.example', status: 'ignored', flaggedAt: null, due: null, decision: kept }),
      conflict({ address: 'lou@acme.example', due: null }),
    ];
    await using look = await browser.open(renderConflictsHtml(conflicts), NARROW);
    const { page } = look;
    expect(await page.locator('.strip a').allTextContents()).toEqual([
      '2 due on Friday, 4 December 2026',
      '1 due on Tuesday, 19 January 2027',
    ]);
    expect(await page.locator('.strip .gap').innerText()).toBe('45 days');
    expect(await page.locator('tbody tr td:nth-child(5)').allInnerTexts()).toEqual([
      '2026-12-04',
      '2026-12-04',
      '2027-01-19',
      '',
      'never',
    ]);
    expect(await page.locator('tbody tr').nth(3).innerText()).toContain(`ignore: ${INERT}`);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
    expect(look.incidents).toEqual([]);
  });

  it('may be none', async () => {
    await using look = await browser.open(renderConflictsHtml([]));
    expect(await look.page.locator('main').innerText()).toContain('No user is in conflict.');
  });
});

describe('setup', () => {
  it('has each step with what is to be done, and what is to be copied', async () => {
    const seen = [
      observed('acme.example', {
        mx: mx('10 old.acme.example'),
        spf: spf('v=spf1 ip4:198.51.100.7 -all', ['fail', 'fail']),
      }),
    ];
    await using look = await browser.open(renderSetupHtml(checklistOf({ seen })), {
      ...NARROW,
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const { page } = look;
    expect(await page.locator('.step').count()).toBe(8);
    const records = page.locator('.step', { hasText: '(MX)' }).first();
    const [todo] = stepOf('mx', { seen }).todo;
    expect(await records.innerText()).toContain(todo?.text);
    const block = records.locator('.block').first();
    await block.getByRole('button', { name: 'Copy' }).click();
    await expect.poll(() => block.getByRole('button').innerText()).toBe('Copied');
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(await block.locator('pre').textContent());
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
    expect(look.incidents).toEqual([]);
  });

  it('says when all is done', async () => {
    const all = new Set(['sites', 'firewall', 'otherSources', 'outbound'] as const);
    await using look = await browser.open(renderSetupHtml(checklistOf({ seen: [RIGHT], confirmed: all })));
    expect(await look.page.locator('.verdict').innerText()).toBe('All steps are done.');
  });
});

describe('a page about several plans', () => {
  it('has a tab for each, an introduction and the files that differ', async () => {
    const gone = planWith(readyPlan('acme', [removal('flag', 'back@acme.example')]));
    await using look = await browser.open(
      planPage({
        title: 'What the change does',
        facts: [],
        verdict: 'This edit flags 2 people.',
        intro: ['<p id="intro">Since main.</p>'],
        files: [
          {
            path: 'customers/acme.yaml',
            lines: [
              { change: 'kept', text: 'directory:' },
              { change: 'removed', text: '  filter: (a=<b>)' },
              { change: 'added', text: `  filter: ${HOSTILE}` },
            ],
          },
        ],
        lists: [
          { title: 'New', note: 'Only with the change.', plan: { ...MIXED, redacted: true } },
          { title: 'No longer', note: 'Only without it.', plan: gone },
        ],
      }),
    );
    const { page } = look;
    expect(await page.locator('.verdict').innerText()).toBe('This edit flags 2 people.');
    expect(await page.locator('.facts').innerText()).toContain('names, phones and notes are pseudonyms');
    expect(await page.locator('.file pre').textContent()).toBe(
      ` directory:\n-  filter: (a=<b>)\n+  filter: ${INERT}\n`,
    );
    expect(await page.locator('.row').count()).toBe(9);
    await page.getByRole('button', { name: 'No longer 1' }).click();
    expect(await page.locator('.row .who > bdi').allTextContents()).toEqual(['back@acme.example']);
    expect(await page.locator('.note').innerText()).toBe('Only without it.');
    expect(look.incidents).toEqual([]);
  });
});
