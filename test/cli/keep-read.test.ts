/** What is said where something that was read cannot be kept for the next reading. */
import { expect, test } from 'vitest';
import { keepRead } from '../../src/cli/commands/apply.ts';
import { processOutput } from '../../src/cli/output.ts';
import { processTerminal } from '../../src/cli/terminal.ts';
import type { DirectoryCopyUpdate } from '../../src/domain/directory-copy.ts';
import type { CustomerId } from '../../src/domain/roster.ts';
import { NOW } from '../support/builders.ts';
import { emptyMemory, memoryStore } from '../support/memory-store.ts';

const UPDATE: DirectoryCopyUpdate = {
  identity: { type: 'entra', id: 'tenant' },
  question: 'all',
  position: '1',
  fullAt: NOW,
  from: null,
  changed: [],
  removed: [],
};

const TERMINAL = processTerminal({ output: processOutput('json'), quiet: false, verbose: false, logFormat: 'json' });

/** What is said about so many customers, none of whose copies can be kept. */
async function said(customers: number, quiet = false): Promise<readonly unknown[]> {
  const all: unknown[] = [];
  const context = {
    terminal: { ...TERMINAL, say: (...words: readonly unknown[]) => all.push(words) },
    signal: new AbortController().signal,
    quiet,
  };
  const store = {
    ...memoryStore(emptyMemory('one'), { who: 'ann', host: 'here', pid: 1, now: () => NOW }),
    keepCopy: () =>
      Promise.reject(Object.assign(new Error('No room.'), { code: 'STATE_DISK_FULL', hint: 'Make room.' })),
  };
  const updates = new Map(Array.from({ length: customers }, (_, n) => [`c${n}` as CustomerId, UPDATE]));
  await keepRead(updates, store, context);
  return all;
}

test('names the customers and why, once, and nothing fails', async () => {
  expect(await said(2)).toEqual([
    [
      'What was read of c0 and c1 could not be kept, so the next reading takes longer, up to a full one: No room.',
      { code: 'STATE_DISK_FULL', customers: ['c0', 'c1'] },
    ],
  ]);
});

test('counts them where there are many', async () => {
  expect(await said(6)).toMatchObject([[expect.stringContaining('What was read of 6 customers could not'), {}]]);
});

test('says nothing with -q, or where nothing is to be kept', async () => {
  expect(await said(2, true)).toEqual([]);
  expect(await said(0)).toEqual([]);
});
