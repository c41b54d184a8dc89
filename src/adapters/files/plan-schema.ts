/** Holds a plan document, or a part of one, against schemas/plan.schema.json. */
import type { SchemaValidator } from '../../config/schema.ts';
import { plan, planChange, planCustomer } from './document-validators.ts';
import { schemaProblem } from './schema-problem.ts';

/** The file is no plan, or not the plan that its digest says. The message says which, as the end of a sentence. */
export class NotAPlan extends Error {
  override readonly name = 'NotAPlan';
}

const VALIDATORS = { plan, customer: planCustomer, change: planChange } satisfies Record<string, SchemaValidator>;

/** Returns the value as what it has been found to be. Throws NotAPlan. */
export function checkPart<T>(part: keyof typeof VALIDATORS, value: unknown): T {
  const validate = VALIDATORS[part];
  if (validate(value)) return value as T;
  throw new NotAPlan(`its ${part} does not fit the schema: ${schemaProblem(validate)}`);
}
