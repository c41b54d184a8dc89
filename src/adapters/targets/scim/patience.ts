/** Waiting for a SCIM service, and no longer than a run may wait in all. */
import { type Patience, startPatience, type Time, type Wait } from '../../patience.ts';
import { interrupted, stop } from './problems.ts';

const LIMIT_MS = 5 * 60 * 1000;

/** Of one run: it throws TargetProblem (SCIM_THROTTLED, INTERRUPTED). */
export function patienceOf(time: Time, signal: AbortSignal): Patience {
  return startPatience({ limitMs: LIMIT_MS, time, signal, interrupted, tooLong });
}

function tooLong(status: number, host: string, { asked, waited, limit }: Wait) {
  return stop(
    'SCIM_THROTTLED',
    `${host} answered ${status} and is to be asked again in ${asked}; this run has waited ${waited} of the ${limit} that it may.`,
    'Run it again later: it goes on where it was. A smaller parallelism of the target may help.',
  );
}
