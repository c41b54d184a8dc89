/** How far a customer is on its way on board, and what is next. A pure function of what was seen. */
import type { CustomerId } from '../../domain/roster.ts';
import { domainsStep } from './domains.ts';
import { firewallStep } from './firewall.ts';
import type { SetupInputs } from './inputs.ts';
import { mxStep } from './mx.ts';
import { otherSourcesStep } from './other-sources.ts';
import { outboundStep } from './outbound.ts';
import { sitesStep } from './sites.ts';
import { spfStep } from './spf.ts';
import {
  CONFIRMABLE,
  isSettled,
  note,
  type SetupStep,
  STEP_IDS,
  type StepFindings,
  type StepId,
  step,
} from './step.ts';
import { usersStep } from './users.ts';

export interface Checklist {
  readonly customer: CustomerId;
  readonly displayName: string;
  /** The service and its region as people call them, or null. */
  readonly service: string | null;
  readonly region: string | null;
  /** Whether every one of the steps is done, or not needed. */
  readonly done: boolean;
  /** Those that were asked for, in the order in which they are taken. */
  readonly steps: readonly SetupStep[];
}

const STEPS: Readonly<Record<StepId, (inputs: SetupInputs) => StepFindings>> = {
  domains: domainsStep,
  users: usersStep,
  sites: sitesStep,
  firewall: firewallStep,
  mx: mxStep,
  otherSources: otherSourcesStep,
  outbound: outboundStep,
  spf: spfStep,
};

export function setupChecklist(inputs: SetupInputs): Checklist {
  const { name, displayName, service } = inputs.customer;
  const steps = STEP_IDS.map((id) => step(id, confirmed(id, STEPS[id](inputs), inputs)));
  return {
    customer: name,
    displayName,
    service: service.displayName ?? service.profile,
    region: service.region?.displayName ?? null,
    done: steps.every(({ status }) => isSettled(status)),
    steps,
  };
}

/** These steps alone. */
export function withSteps(checklist: Checklist, ids: readonly StepId[]): Checklist {
  const steps = checklist.steps.filter(({ id }) => ids.includes(id));
  return { ...checklist, steps, done: steps.every(({ status }) => isSettled(status)) };
}

/** Somebody's word counts for what cannot be seen; what was seen to be open stays open. */
function confirmed(id: StepId, findings: StepFindings, inputs: SetupInputs): StepFindings {
  const confirmable = CONFIRMABLE.find((one) => one === id);
  if (confirmable === undefined || !findings.found.some(({ status }) => status === 'unknown')) return findings;
  if (!inputs.confirmed.has(confirmable)) {
    const text = `Rollcall cannot see whether this is done. Once it is, say so: --confirm ${confirmable}`;
    return { ...findings, todo: [...findings.todo, note(text)] };
  }
  const found = findings.found.map((one) =>
    one.status === 'unknown' ? { ...one, status: 'done' as const, message: 'Taken for done (--confirm).' } : one,
  );
  return { ...findings, found };
}
