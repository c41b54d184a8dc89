/**
 * Run as a process: `commit PATH CUSTOMER COUNT` takes numbered steps under the customer's lock, `keep PATH CUSTOMER COUNT`
 * keeps numbered copies, `hold PATH CUSTOMER` only holds the lock.
 */
import { writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { openStateStore } from '../../src/adapters/state/sqlite.ts';
import { instantOf } from '../../src/domain/instant.ts';
import { type CustomerId, emptyRoster } from '../../src/domain/roster.ts';
import { numberedCopy, numberedStep } from './numbered-steps.ts';

const [work = '', path = '', name = '', count = '0'] = process.argv.slice(2);
const customer = name as CustomerId;
const now = () => instantOf(Date.now());

/** At once, so that a kill right after it does not swallow it. */
function say(text: string): void {
  writeSync(1, `${text}\n`);
}

async function commitSteps(): Promise<void> {
  await using store = await openStateStore(path, { who: 'worker', host: hostname(), pid: process.pid, now });
  await using _lock = await store.lock(customer, { timeoutMs: 10_000, signal: new AbortController().signal });
  const run = await store.begin({ command: 'apply', at: now(), who: 'worker', planDigest: null });
  for (let done = 0; done < Number(count); done += 1) {
    const roster = (await store.read([customer], [])).rosters.get(customer) ?? emptyRoster(customer);
    const step = numberedStep(roster);
    say(String(await store.commit({ ...step, customer, run, expectedSerial: roster.serial })));
  }
  await store.finish(run, now());
}

async function keepCopies(): Promise<void> {
  await using store = await openStateStore(path, { who: 'worker', host: hostname(), pid: process.pid, now });
  const first = Number((await store.copy(customer))?.position ?? 0) + 1;
  for (let position = first; position < first + Number(count); position += 1) {
    await store.keepCopy(customer, numberedCopy(position));
    say(String(position));
  }
}

async function holdLock(): Promise<void> {
  const store = await openStateStore(path, { who: 'worker', host: hostname(), pid: process.pid, now });
  await store.lock(customer, { timeoutMs: 0, signal: new AbortController().signal });
  say('locked');
  setInterval(() => undefined, 1000);
}

await (work === 'hold' ? holdLock() : work === 'keep' ? keepCopies() : commitSteps());
