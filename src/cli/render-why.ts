/** The answer of `why` as text, on one screen. */
import type { RuleId } from '../domain/rule.ts';
import { RULES } from '../domain/rule.ts';
import { type Explanation, stepPlace } from '../planner/explain.ts';
import { inert } from './inert.ts';
import { changeDetails } from './render-change.ts';
import { renderTable } from './render-table.ts';
import type { Colors } from './terminal.ts';

export function renderWhy(explanation: Explanation, colors: Colors): string {
  const { summary, steps, next } = explanation;
  const rows = steps.map((step) => [`  ${step.rule}`, step.message, stepPlace(step)]);
  const rules = [...new Set(steps.map(({ rule }) => rule))];
  return [
    `${colors.bold(inert(summary))}\n\n`,
    ...renderTable(rows),
    next === null
      ? ''
      : `\nNext apply: ${next.action}: ${inert(changeDetails(next, { full: false }))} [${next.reasons.map(({ rule }) => rule).join(' ')}]\n`,
    `\n${colors.dim(rules.map(titled).join('\n'))}\n`,
  ].join('');
}

function titled(rule: RuleId): string {
  return `${rule.padEnd(6)} ${RULES[rule]}`;
}
