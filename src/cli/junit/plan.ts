/** A plan as JUnit XML. */
import type { Plan } from '../../domain/plan.ts';
import { planCase } from './drift.ts';
import { renderJunit } from './junit.ts';

export function renderPlanJunit({ customers }: Plan): readonly string[] {
  return renderJunit('rollcall plan', [{ name: 'customers', cases: customers.map(planCase) }]);
}
