/** Says why a document does not fit its schema. */
import type { SchemaValidator } from '../../config/schema.ts';
import { inert } from '../../domain/inert.ts';

/** Where the last value held against a schema does not fit it, and how. */
export function schemaProblem({ errors }: SchemaValidator): string {
  const [error] = errors ?? [];
  const unknown = error?.params?.['additionalProperty'];
  const which = typeof unknown === 'string' ? `, such as "${inert(unknown)}"` : '';
  return `"${error?.instancePath ?? ''}" ${error?.message ?? 'is not valid'}${which}`;
}
