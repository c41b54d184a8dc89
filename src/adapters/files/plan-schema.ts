/** Holds a plan document, or a part of one, against schemas/plan.schema.json. Loading this compiles the schema. */
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';

/** The file is no plan, or not the plan that its digest says. The message says which, as the end of a sentence. */
export class NotAPlan extends Error {
  override readonly name = 'NotAPlan';
}

export type Part = 'plan' | 'customer' | 'change';

const schema: object = JSON.parse(readFileSync(new URL('../../../schemas/plan.schema.json', import.meta.url), 'utf8'));
const ajv = new Ajv({ strict: true, strictTypes: false, strictRequired: false }).addSchema(schema, 'plan');

/** Returns the value as what it has been found to be. Throws NotAPlan. */
export function checkPart<T>(part: Part, value: unknown): T {
  const validate = ajv.getSchema(part === 'plan' ? 'plan' : `plan#/definitions/${part}`);
  if (validate === undefined) throw new Error(`schemas/plan.schema.json defines no ${part}`);
  if (validate(value)) return value as T;
  const [error] = validate.errors ?? [];
  throw new NotAPlan(
    `its ${part} does not fit the schema: "${error?.instancePath ?? ''}" ${error?.message ?? 'is not valid'}`,
  );
}
