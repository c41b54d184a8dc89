/** Directories are read several at once, and one that fails stops no other. */
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { forEachReading, type GatherRequest, type Progress } from '../../src/app/gather.ts';
import { Interrupted } from '../../src/app/interrupted.ts';
import type { CustomerConfig } from '../../src/domain/config.ts';
import type { DirectoryReading } from '../../src/domain/directory.ts';
import type { CustomerId } from '../../src/domain/roster.ts';
import { customer, directory, person, reading } from '../support/builders.ts';

const FAILED: DirectoryReading = {
  status: 'failed',
  problem: { code: 'LDAP_CONNECT', message: 'nobody there', hint: 'try again' },
};

function customers(count: number): readonly CustomerConfig[] {
  return Array.from({ length: count }, (_, n) => customer({ name: `c${n}` as CustomerId }));
}

interface Reading {
  readonly request: GatherRequest;
  readonly most: () => number;
}

/** A source whose later customers answer sooner; counts how many are read at once. */
function source(parallelism: number, signal = new AbortController().signal, progress: Progress | null = null): Reading {
  let now = 0;
  let most = 0;
  const read: GatherRequest['source']['read'] = async ({ name }, { onProgress }) => {
    now += 1;
    most = Math.max(most, now);
    onProgress?.({ pages: 1, entries: 7 });
    await wait(30 - 3 * Number(name.slice(1)));
    now -= 1;
    return name === 'c1' ? FAILED : reading([person(name, `${name}@acme.example`)]);
  };
  return { request: { source: { read }, parallelism, signal, progress, copyOf: null }, most: () => most };
}

describe('forEachReading', () => {
  test('gives the results in the order of the customers, whoever answers first', async () => {
    const { request } = source(4);
    const names = await forEachReading(customers(8), request, ({ name }, { status }) => `${name} ${status}`);
    expect(names).toEqual(
      ['c0', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7'].map(
        (name) => `${name} ${name === 'c1' ? 'failed' : 'complete'}`,
      ),
    );
  });

  test.each([1, 3, 100])('reads no more than --parallelism %i at once', async (parallelism) => {
    const { request, most } = source(parallelism);
    await forEachReading(customers(8), request, () => null);
    expect(most()).toBe(Math.min(parallelism, 8));
  });

  test('asks no directory that there is not, or that is switched off', async () => {
    const { request, most } = source(4);
    const without = [customer({ directory: null }), customer({ directory: directory({ enabled: false }) })];
    expect(await forEachReading(without, request, (_, { status }) => status)).toEqual(['none', 'none']);
    expect(most()).toBe(0);
  });

  test('tells how far it is', async () => {
    const told: string[] = [];
    const progress: Progress = {
      started: (name) => told.push(`started ${name}`),
      read: (name, { entries }) => told.push(`read ${name} ${entries}`),
      done: (name) => told.push(`done ${name}`),
    };
    const { request } = source(1, undefined, progress);
    await forEachReading(customers(1), request, () => null);
    expect(told).toEqual(['started c0', 'read c0 7', 'done c0']);
  });

  test('rejects with Interrupted once it is stopped, and begins nothing more', async () => {
    const stop = new AbortController();
    const { request } = source(1, stop.signal);
    const begun: string[] = [];
    const all = forEachReading(customers(8), request, ({ name }) => {
      begun.push(name);
      if (begun.length === 2) stop.abort();
    });
    await expect(all).rejects.toBeInstanceOf(Interrupted);
    await wait(50);
    expect(begun).toEqual(['c0', 'c1']);
  });
});
