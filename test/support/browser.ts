/** A real browser, for pages. It is started once for a test file, and each page is looked at in a window of its own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { findProgram, requirePeer } from './requirements.ts';

export interface PageLook extends AsyncDisposable {
  readonly page: Page;
  /** Everything that went wrong or left the page so far: errors, words on the console, dialogs, requests for anything but the page itself. */
  readonly incidents: readonly string[];
}

export interface PageBrowser extends AsyncDisposable {
  /** Writes the pieces of a page to a file and opens that; `hash` may lead to a place in it. */
  open(html: Iterable<string>, options?: BrowserContextOptions & { readonly hash?: string }): Promise<PageLook>;
}

export async function startBrowser(): Promise<PageBrowser> {
  requirePeer('Chromium');
  const browser = await chromium.launch({
    executablePath: findProgram('chromium') ?? 'chromium',
    // A container has no user namespaces to make the sandbox from; these pages are our own.
    args: ['--no-sandbox'],
  });
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-page-'));
  let number = 0;
  return {
    open(html, options = {}) {
      number += 1;
      const path = join(folder, `${number}.html`);
      writeFileSync(path, [...html].join(''));
      return look(browser, pathToFileURL(path).href, options);
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      rmSync(folder, { recursive: true });
    },
  };
}

async function look(
  browser: Browser,
  url: string,
  { hash = '', ...options }: BrowserContextOptions & { readonly hash?: string },
): Promise<PageLook> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const incidents: string[] = [];
  page.on('pageerror', ({ message }) => incidents.push(`error: ${message}`));
  page.on('console', (message) => incidents.push(`console: ${message.text()}`));
  page.on('dialog', async (dialog) => {
    incidents.push(`dialog: ${dialog.message()}`);
    await dialog.dismiss();
  });
  page.on('request', (request) => {
    if (request.url().split('#')[0] !== url) incidents.push(`request: ${request.url()}`);
  });
  await page.goto(`${url}${hash}`);
  return { page, incidents, [Symbol.asyncDispose]: () => context.close() };
}
