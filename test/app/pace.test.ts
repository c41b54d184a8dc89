/** Work that is held to a rate. */
import { expect, test } from 'vitest';
import { paced, realTicks } from '../../src/app/pace.ts';

/** A clock that only sleeping moves, and how long was slept each time. */
function clock() {
  const slept: number[] = [];
  let time = 1000;
  return {
    slept,
    pass: (ms: number) => {
      time += ms;
    },
    ticks: {
      now: () => time,
      sleep: async (ms: number) => {
        slept.push(ms);
        time += ms;
      },
    },
  };
}

test('the first goes at once, each other a step after the one before', async () => {
  const { slept, ticks } = clock();
  const next = paced(5, ticks);
  for (let n = 0; n < 4; n += 1) await next();
  expect(slept).toEqual([200, 200, 200]);
});

test('time that the work itself took counts, and none is saved up', async () => {
  const { slept, pass, ticks } = clock();
  const next = paced(5, ticks);
  await next();
  pass(150);
  await next();
  pass(10_000);
  await next();
  await next();
  expect(slept).toEqual([50, 200]);
});

test('nobody sleeps once it is interrupted', async () => {
  const stop = new AbortController();
  const sleeping = realTicks(stop.signal).sleep(3_600_000);
  stop.abort();
  await expect(sleeping).resolves.toBeUndefined();
  await expect(realTicks(stop.signal).sleep(3_600_000)).resolves.toBeUndefined();
});
