/** Saved plans as tests look at them: held against the schema and against their digest. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { canonicalize } from 'json-canonicalize';
import type { CustomerDocument, ErrorDocument } from '../../src/planner/document.ts';

export interface PlanDocument {
  readonly format: string;
  readonly digest: string;
  readonly at: string;
  readonly configDigest: string;
  readonly lineage: string;
  readonly customers: readonly CustomerDocument[];
  readonly errors: readonly ErrorDocument[];
}

const schema: object = JSON.parse(readFileSync(new URL('../../schemas/plan.schema.json', import.meta.url), 'utf8'));
const validate = new Ajv({ strict: true, strictTypes: false, strictRequired: false, allErrors: true }).compile(schema);

/** The plan that a text states. Throws unless it fits the schema and its digest is over its canonical JSON (RFC 8785). */
export function planOfText(text: string): PlanDocument {
  const document = JSON.parse(text);
  if (!validate(document)) throw new Error(`The plan does not fit the schema: ${JSON.stringify(validate.errors)}`);
  const { digest, ...content } = document as unknown as PlanDocument;
  const expected = `sha256:${createHash('sha256').update(canonicalize(content)).digest('hex')}`;
  if (digest !== expected) throw new Error(`The plan's digest is ${digest}, and its content gives ${expected}.`);
  return { digest, ...content };
}

/** The digest that a changed plan would have to have to be believed. */
export function withDigest(document: Omit<PlanDocument, 'digest'>): PlanDocument {
  const { digest: _, ...content } = document as PlanDocument;
  return { ...content, digest: `sha256:${createHash('sha256').update(canonicalize(content)).digest('hex')}` };
}

/** Each change in a line: `acme delete user bob@acme.example DEL-5`. */
export function changesIn({ customers }: PlanDocument): readonly string[] {
  return customers.flatMap(({ customer, changes }) =>
    changes.map(
      ({ action, resource, address, reasons }) => `${customer} ${action} ${resource} ${address} ${reasons[0]?.rule}`,
    ),
  );
}
