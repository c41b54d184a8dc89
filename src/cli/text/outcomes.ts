/** How the customers fared in a run, in numbers. */
import { count } from '../../domain/words.ts';
import type { RunOutcome } from '../../ports/run.ts';

/** `5 changes applied to 2 customers`, `1 customer unchanged`, `1 customer blocked`; only what there was. */
export function outcomeParts(outcomes: readonly RunOutcome[]): readonly string[] {
  const of = (outcome: RunOutcome['outcome']) => outcomes.filter((one) => one.outcome === outcome);
  const changes = of('applied').reduce((sum, { changes }) => sum + changes, 0);
  const applied = of('applied').length;
  return [
    ...(applied > 0 ? [`${count(changes, 'change')} applied to ${count(applied, 'customer')}`] : []),
    ...(['unchanged', 'blocked', 'failed'] as const).flatMap((outcome) => {
      const number = of(outcome).length;
      return number === 0 ? [] : [`${count(number, 'customer')} ${outcome}`];
    }),
  ];
}
