/** How targets fared, in words, in numbers, and as an exit code. */

import { inert } from '../domain/inert.ts';
import type { TargetFailure } from '../domain/target.ts';
import { count } from '../domain/words.ts';
import type { TargetOutcome } from '../ports/run.ts';
import type { Context } from './context.ts';
import { EXIT, type ExitCode } from './exit-code.ts';

/** More failures than these are only counted: when 5,000 users fail, they fail for one reason. */
const FAILURES_SHOWN = 20;

/** Tells how a target fared, a line a customer, and everything that went wrong with it. */
export function tellTarget({
  terminal,
  quiet,
}: Pick<Context, 'terminal' | 'quiet'>): (
  target: string,
  outcomes: readonly TargetOutcome[],
  failures: readonly TargetFailure[],
) => void {
  const { sayColors: colors } = terminal;
  return (target, outcomes, failures) => {
    for (const { customer, key, problem } of failures.slice(0, FAILURES_SHOWN)) {
      const place = [target, customer].filter((part) => part !== null).join(': ');
      const about = key === null ? '' : ` (${inert(key)})`;
      const text = `${colors.bold(place)}: ${colors.red('failed')}: ${inert(problem.message)}${about} ${inert(problem.hint)}`;
      terminal.say(text.trimEnd(), { target, customer, key, code: problem.code }, 'error');
    }
    if (failures.length > FAILURES_SHOWN) {
      const more = failures.length - FAILURES_SHOWN;
      terminal.say(
        `${colors.bold(target)}: ${colors.red('failed')}: ${count(more, 'more failure')}`,
        { target, more },
        'error',
      );
    }
    for (const outcome of outcomes) {
      const { customer, message } = outcome;
      const place = colors.bold(`${target}: ${customer}`);
      if (outcome.outcome === 'blocked') {
        terminal.say(`${place}: ${colors.red('blocked')}: ${inert(message ?? '')} [SAF-7]`, { outcome }, 'error');
      } else if (outcome.outcome === 'converged' && !quiet) {
        terminal.say(`${place}: ${countsText(outcome)}`, { outcome });
      }
    }
  };
}

/** `3 added, 1 removed`. */
function countsText({ added, changed, removed }: Pick<TargetOutcome, 'added' | 'changed' | 'removed'>): string {
  const parts = [
    ...(added > 0 ? [`${added} added`] : []),
    ...(changed > 0 ? [`${changed} changed`] : []),
    ...(removed > 0 ? [`${removed} removed`] : []),
  ];
  return parts.length === 0 ? 'put in step' : parts.join(', ');
}

/** `edge 3 added, 1 removed`, `edge failed for 2 customers`: a part for each target that anything became of. */
export function targetParts(outcomes: readonly TargetOutcome[]): readonly string[] {
  const names = [...new Set(outcomes.map(({ target }) => target))];
  return names.flatMap((name) => {
    const of = (outcome: TargetOutcome['outcome']) =>
      outcomes.filter((one) => one.target === name && one.outcome === outcome);
    const converged = of('converged');
    const sum = (part: 'added' | 'changed' | 'removed') => converged.reduce((total, one) => total + one[part], 0);
    const counts = { added: sum('added'), changed: sum('changed'), removed: sum('removed') };
    return [
      ...(converged.length > 0 ? [`${name}: ${countsText(counts)}`] : []),
      ...(['pending', 'blocked', 'failed'] as const).flatMap((outcome) => {
        const number = of(outcome).length;
        return number === 0 ? [] : [`${name} ${outcome} for ${count(number, 'customer')}`];
      }),
    ];
  });
}

/** `edge: acme: 3 added`, `edge: acme: failed: …`; null where nothing was to be done. */
export function targetText({ target, customer, outcome, message, ...counts }: TargetOutcome): string | null {
  if (outcome === 'unchanged') return null;
  const what =
    outcome === 'converged' ? countsText(counts) : [outcome, message].filter((part) => part !== null).join(': ');
  return `${target}: ${customer}: ${what}`;
}

/** A target that failed is an error, one that is held back is blocked. */
export function targetExit({ outcome }: TargetOutcome): ExitCode {
  if (outcome === 'failed') return EXIT.error;
  return outcome === 'blocked' ? EXIT.blocked : EXIT.done;
}
