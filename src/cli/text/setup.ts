/** The set-up of a customer as text for a terminal. */

import { inert } from '../../domain/inert.ts';
import type { Checklist } from '../../planner/setup/checklist.ts';
import type { StepProgress } from '../../planner/setup/progress.ts';
import { type Found, type Instruction, isSettled, type SetupStep, type StepStatus } from '../../planner/setup/step.ts';
import type { Colors } from '../terminal.ts';
import { blockOf } from './setup-instruction.ts';

/** `unknown` has a word of its own: it is no "no". */
export const STATUS = {
  done: { mark: '✓', word: 'done', color: 'green' },
  pending: { mark: '●', word: 'pending', color: 'yellow' },
  failed: { mark: '✗', word: 'failed', color: 'red' },
  unknown: { mark: '?', word: 'not known', color: 'yellow' },
  notNeeded: { mark: '–', word: 'not needed', color: 'dim' },
} as const satisfies Readonly<Record<StepStatus, { mark: string; word: string; color: keyof Colors }>>;

const INDENT = '     ';

export function renderSetup(checklist: Checklist, colors: Colors): string {
  const steps = checklist.steps.flatMap((step) => stepLines(step, colors));
  return `${[headline(checklist), '', ...steps].join('\n')}\n`;
}

/** `acme (Acme Ltd), Gateways of our own, Main data centre: 2 of 8 steps done`. */
export function headline({ customer, displayName, service, region, steps, done }: Checklist): string {
  const name = displayName === customer ? customer : `${customer} (${inert(displayName)})`;
  const where = [service, region].filter((part) => part !== null).map(inert);
  const settled = steps.filter(({ status }) => isSettled(status)).length;
  return `${[name, ...where].join(', ')}: ${done ? 'all steps done' : `${settled} of ${steps.length} steps done`}`;
}

/** What has changed since the last look, step by step, and what is to be done now and was not before. */
export function renderProgress(progress: readonly StepProgress[], at: string, colors: Colors): string {
  const lines = progress.flatMap(({ step, before, found, todo }) => {
    const words = before === step.status ? '' : ` (was ${STATUS[before].word})`;
    return [
      `${stepHead(step, colors)}${words}`,
      ...found.map((one) => foundLine(one, colors)),
      ...todo.flatMap(instructionLines),
    ];
  });
  return `${at}\n${lines.join('\n')}\n`;
}

function stepLines(step: SetupStep, colors: Colors): readonly string[] {
  return [
    stepHead(step, colors),
    ...step.found.map((found) => foundLine(found, colors)),
    ...step.todo.flatMap(instructionLines),
    ...(step.todo.length === 0 ? [] : ['']),
  ];
}

function stepHead({ number, title, status }: SetupStep, colors: Colors): string {
  const { mark, word, color } = STATUS[status];
  return `${colors[color](mark)} ${number}. ${title}: ${colors[color](word)}`;
}

function foundLine({ status, about, message }: Found, colors: Colors): string {
  const { mark, color } = STATUS[status];
  return `${INDENT}${colors[color](mark)} ${about === null ? '' : `${inert(about)}: `}${inert(message)}`;
}

function instructionLines(instruction: Instruction): readonly string[] {
  const { text, lines } = blockOf(instruction);
  return [`${INDENT}→ ${text}`, ...lines.map((line) => `${INDENT}    ${line}`)];
}
