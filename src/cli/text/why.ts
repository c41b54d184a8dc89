/** The answer of `why` as text, on one screen. */
import type { Change } from '../../domain/change.ts';
import { placeOf } from '../../domain/diagnostic.ts';
import { inert } from '../../domain/inert.ts';
import { RULES, type RuleId } from '../../domain/rule.ts';
import type { Explanation, ExplanationStep } from '../../planner/explain.ts';
import type { Colors } from '../terminal.ts';
import { changeDetails } from './change.ts';

/** An address that a hundred objects claim still has its answer on one screen. */
const MOST_STEPS = 12;

/** Rules that hold a whole customer back. */
const BLOCKING: ReadonlySet<RuleId> = new Set(['SAF-1', 'SAF-3', 'CNT-1']);

/** The summary, a line for each rule that decided, what the next apply does, and what the rules are called. */
export function renderWhy({ summary, steps, next }: Explanation, colors: Colors): string {
  const blocked = steps.some(({ rule }) => BLOCKING.has(rule));
  const rules = [...new Set([...steps, ...(next?.reasons ?? [])].map(({ rule }) => rule))];
  return [
    `${colors.bold(inert(summary))}\n\n`,
    ...steps.slice(0, MOST_STEPS).map((step) => `  ${step.rule.padEnd(6)}  ${inert(stepText(step))}\n`),
    steps.length > MOST_STEPS ? `  … ${steps.length - MOST_STEPS} more (--format json has them)\n` : '',
    next === null
      ? ''
      : `\n${blocked ? 'Blocked' : 'Next apply'}: ${next.action}: ${inert(changeDetails(next, { full: false }))} ${rulesOf(next)}\n`,
    `\n${colors.dim(rules.map(titled).join('\n'))}\n`,
  ].join('');
}

/** The place stands behind what does not name it already. */
function stepText({ message, location }: ExplanationStep): string {
  const place = location === null ? '' : placeOf(location);
  return place === '' || message.endsWith(place) ? message : `${message} (${place})`;
}

function rulesOf({ reasons }: Change): string {
  return `[${[...new Set(reasons.map(({ rule }) => rule))].join(' ')}]`;
}

function titled(rule: RuleId): string {
  return `${rule.padEnd(6)} ${RULES[rule]}`;
}
