/** Runs the planner's properties: more worlds where time is no matter, and with a seed to repeat what was found. */
import fc from 'fast-check';

const RUNS = process.env['CI'] === undefined ? 100 : 200;

/**
 * Fails with the smallest counterexample and the seed that leads back to it. `ROLLCALL_SEED` begins from that seed, `ROLLCALL_RUNS` says
 * how many worlds to try.
 */
export function check<T>(arbitrary: fc.Arbitrary<T>, property: (value: T) => void): void {
  fc.assert(fc.property(arbitrary, property), {
    numRuns: numberFrom('ROLLCALL_RUNS') ?? RUNS,
    ...seedFrom(numberFrom('ROLLCALL_SEED')),
    reporter: (run) => {
      if (!run.failed) return;
      const repeat = `Repeat it with ROLLCALL_SEED=${run.seed} ROLLCALL_RUNS=${run.numRuns}.`;
      throw new Error(`${repeat}\n${fc.defaultReportMessage(run)}`, { cause: run.errorInstance });
    },
  });
}

export function numberFrom(variable: string): number | undefined {
  const text = process.env[variable];
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!Number.isInteger(number)) throw new Error(`${variable} should be a whole number, and is ${text}.`);
  return number;
}

function seedFrom(seed: number | undefined): { seed?: number } {
  return seed === undefined ? {} : { seed };
}
