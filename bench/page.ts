/** The page of a long plan: how long it takes to make, and until it can be used in a browser. */
import { performance } from 'node:perf_hooks';
import { renderPlanHtml } from '../src/cli/html/plan.ts';
import { startBrowser } from '../test/support/browser.ts';
import { longPlan } from '../test/support/plan-page.ts';

export interface PageCost {
  /** Seconds to make it from the plan. */
  readonly made: number;
  /** In MB of 1,024 × 1,024 bytes. */
  readonly size: number;
  /** Seconds from the opening of the file until the list can be filtered; the middle one of five. */
  readonly usable: number;
}

const RUNS = 5;

export async function benchPage(changes: number): Promise<PageCost> {
  const plan = longPlan(changes);
  const begun = performance.now();
  const html = [...renderPlanHtml({ plan, digest: 'sha256:0', author: null })].join('');
  const made = (performance.now() - begun) / 1000;
  await using browser = await startBrowser();
  const times: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    await using look = await browser.open([html]);
    times.push(await look.page.evaluate<number>("performance.getEntriesByName('usable')[0].startTime / 1000"));
  }
  const middle = times.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)] ?? 0;
  return { made, size: Buffer.byteLength(html) / 2 ** 20, usable: middle };
}
