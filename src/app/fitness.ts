/** Whether a saved plan may be applied here and now (SAF-4). */
import type { Config } from '../domain/config.ts';
import type { Problem } from '../domain/diagnostic.ts';
import { epochMs, type Instant } from '../domain/instant.ts';
import type { Plan } from '../domain/plan.ts';
import type { CustomerId, State } from '../domain/roster.ts';
import { listed } from '../domain/words.ts';
import type { SavedPlan } from '../ports/documents.ts';
import { configDigest } from './config-digest.ts';

/** Two machines' clocks may differ by so much. */
const CLOCK_SKEW_MS = 5 * 60 * 1000;
const NEW_PLAN = 'Make a new plan, review it, and apply that.';

export interface FitnessInputs {
  readonly saved: SavedPlan;
  readonly config: Config;
  readonly state: State;
  readonly now: Instant;
  /** Customers that this very plan has been applied to already, by a run that did not get to its end. */
  readonly alreadyApplied: ReadonlySet<CustomerId>;
}

/** Every reason why a saved plan no longer fits; nothing if it does. */
export function unfitness(inputs: FitnessInputs): readonly Problem[] {
  const redacted = redactedPlan(inputs.saved.plan);
  return redacted === null ? [...age(inputs), ...configuration(inputs), ...stateMoved(inputs)] : [redacted];
}

/** Why a plan is not applied whatever else is right: what it would write are pseudonyms. Null for one that is whole. */
export function redactedPlan({ redacted }: Plan): Problem | null {
  if (redacted !== true) return null;
  return {
    code: 'PLAN_REDACTED',
    message:
      'The plan is redacted, or rests on a recording or a state that is: it has pseudonyms where names should be, so it can only be looked at.',
    hint: 'Make a plan from the directory, or from a recording that is not redacted, and save it with: rollcall plan -o FILE',
  };
}

function age({ saved, config, now }: FitnessInputs): readonly Problem[] {
  const ageMs = epochMs(now) - epochMs(saved.plan.at);
  const { planTtlMs } = config.workspace;
  if (ageMs > planTtlMs) {
    const message = `The plan is of ${saved.plan.at}, which is longer ago than safety.planTtl allows (${hours(planTtlMs)}).`;
    return [{ code: 'PLAN_EXPIRED', message, hint: NEW_PLAN }];
  }
  if (ageMs < -CLOCK_SKEW_MS) {
    const message = `The plan is as of ${saved.plan.at}, which is still to come: it was made with --at, to look ahead.`;
    return [{ code: 'PLAN_AHEAD', message, hint: 'Make a plan without --at, review it, and apply that.' }];
  }
  return [];
}

function hours(ms: number): string {
  const rounded = Math.round((ms / 3_600_000) * 100) / 100;
  return rounded === 1 ? '1 hour' : `${rounded} hours`;
}

function configuration({ saved, config }: FitnessInputs): readonly Problem[] {
  const names = saved.plan.customers.map(({ customer }) => customer);
  const missing = names.filter((name) => !config.customers.some((customer) => customer.name === name));
  if (missing.length > 0) {
    const message = `The plan is for ${listed(missing)}, and the configuration no longer has ${missing.length === 1 ? 'that customer' : 'those customers'}.`;
    return [{ code: 'PLAN_CONFIG_CHANGED', message, hint: NEW_PLAN }];
  }
  if (configDigest(config, names) === saved.configDigest) return [];
  return [
    {
      code: 'PLAN_CONFIG_CHANGED',
      message: 'The configuration has changed since the plan was made.',
      hint: `${NEW_PLAN} If you are on another branch than the plan was made on, change to that one.`,
    },
  ];
}

function stateMoved({ saved, state, alreadyApplied }: FitnessInputs): readonly Problem[] {
  const { plan } = saved;
  // Before there was a state there was no lineage: then the serials alone say whether anything has happened since.
  if (plan.lineage !== '' && plan.lineage !== state.lineage) {
    return [
      {
        code: 'PLAN_OTHER_STATE',
        message: 'The plan was made from another state than this one: their lineages differ.',
        hint: 'Look at "state" in rollcall.yaml: it must be the state that the plan was made from.',
      },
    ];
  }
  const moved = plan.customers.flatMap((customer) => {
    if (customer.status === 'failed' || alreadyApplied.has(customer.customer)) return [];
    const serial = state.rosters.get(customer.customer)?.serial ?? 0;
    return serial === customer.stateSerial
      ? []
      : [`${customer.customer} (planned at ${customer.stateSerial}, now at ${serial})`];
  });
  if (moved.length === 0) return [];
  return [
    {
      code: 'PLAN_STALE',
      message: `The state has moved on since the plan was made: ${listed(moved)}.`,
      hint: `Somebody applied something else in between; "rollcall history" shows what. ${NEW_PLAN}`,
    },
  ];
}
