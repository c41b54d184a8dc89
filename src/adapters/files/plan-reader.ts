/**
 * Reads a saved plan and holds it against its digest and its schema. A file as we write it is read a line at a time; one that a tool has laid
 * out anew is read whole, and is as good as long as its content is the same.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { canonicalize } from 'json-canonicalize';
import type { Change } from '../../domain/change.ts';
import type { Instant } from '../../domain/instant.ts';
import type { CustomerPlan } from '../../domain/plan.ts';
import {
  type CustomerDocument,
  changeFromDocument,
  customerFromDocument,
  customerFromError,
  type ErrorDocument,
  PLAN_FORMAT,
} from '../../planner/document.ts';
import type { SavedPlan } from '../../ports/documents.ts';
import { lineReader } from '../lines.ts';
import { checkPart, NotAPlan } from './plan-schema.ts';
import { digestText } from './plan-text.ts';

/** The layout is not the one that we write. */
class OtherLayout extends Error {}

/** Reads the plan in a file. Rejects with NotAPlan, or with what reading the file failed with. */
export async function readPlan(path: string): Promise<SavedPlan> {
  try {
    return await readByLine(path);
  } catch (error) {
    // What is no plan of ours is read whole too: only then is it known of which format it is.
    if (!(error instanceof OtherLayout || error instanceof NotAPlan)) throw error;
    return readWhole(await readFile(path, 'utf8'));
  }
}

interface Header {
  readonly at: Instant;
  readonly author?: string;
  readonly configDigest: string;
}

interface Tail {
  readonly errors: readonly ErrorDocument[];
  readonly format: string;
  readonly lineage: string;
  readonly redacted?: true;
}

async function readByLine(path: string): Promise<SavedPlan> {
  await using lines = lineReader(path);
  const hash = createHash('sha256');
  const next = async (): Promise<string> => {
    const line = await lines.next();
    if (line === null) throw new OtherLayout();
    return line;
  };
  const hashed = async (): Promise<string> => {
    const line = await next();
    hash.update(line);
    return line;
  };
  const header = partOf<Header>(`${await hashed()}]}`);
  const customers = await readCustomers(hashed);
  const digest = partOf<{ digest: string }>(`{${(await next()).replace(/,$/, '')}}`).digest;
  const tail = partOf<Tail>(`{${await hashed()}`);
  // Of a member that stands twice, other readers believe the second.
  if ((await lines.next()) !== null || 'customers' in tail || 'digest' in tail) throw new OtherLayout();
  const plan = checkPart<Header & Tail>('plan', { ...header, customers: [], digest, ...tail });
  return savedPlan(plan, customers, digest, digestText(hash));
}

async function readCustomers(next: () => Promise<string>): Promise<readonly CustomerPlan[]> {
  const customers: CustomerPlan[] = [];
  for (;;) {
    const line = await next();
    if (line === '],') return customers;
    if (!line.startsWith('{"blocked":') || !line.endsWith('"changes":[')) throw new OtherLayout();
    const opening = partOf<Pick<CustomerDocument, 'blocked'>>(`${line}]}`);
    const changes: Change[] = [];
    let closing = await next();
    while (!closing.startsWith('],')) {
      changes.push(changeFromDocument(checkPart('change', partOf(withoutComma(closing)))));
      closing = await next();
    }
    const rest = partOf<Omit<CustomerDocument, 'blocked' | 'changes'>>(`{${withoutComma(closing.slice(2))}`);
    if ('blocked' in rest || 'changes' in rest) throw new OtherLayout();
    customers.push(customerFromDocument(checkPart('customer', { ...opening, ...rest, changes: [] }), changes));
  }
}

function withoutComma(line: string): string {
  return line.endsWith(',') ? line.slice(0, -1) : line;
}

function partOf<T>(text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new OtherLayout();
  }
}

function readWhole(text: string): SavedPlan {
  const document = parsed(text);
  if (document.format !== PLAN_FORMAT) {
    throw new NotAPlan(
      `its format is ${JSON.stringify(document.format ?? null)}, and this version reads "${PLAN_FORMAT}"`,
    );
  }
  const { digest, ...content } = document;
  const actual = digestText(createHash('sha256').update(canonicalize(content)));
  const plan = checkPart<Header & Tail & { customers: readonly CustomerDocument[] }>('plan', document);
  const customers = plan.customers.map((customer) =>
    customerFromDocument(customer, customer.changes.map(changeFromDocument)),
  );
  return savedPlan(plan, customers, String(digest), actual);
}

function parsed(text: string): Record<string, unknown> {
  try {
    const document: unknown = JSON.parse(text);
    if (document !== null && typeof document === 'object' && !Array.isArray(document)) return { ...document };
  } catch (error) {
    throw new NotAPlan(`it is not JSON, or it was cut off (${error instanceof Error ? error.message : error})`);
  }
  throw new NotAPlan('it is JSON, but no object');
}

function savedPlan(
  { at, author, configDigest, errors, lineage, redacted }: Header & Tail,
  customers: readonly CustomerPlan[],
  digest: string,
  actual: string,
): SavedPlan {
  if (digest !== actual) {
    throw new NotAPlan(
      `its content does not match its digest (it says ${digest}, its content gives ${actual}): it was changed after it was made`,
    );
  }
  const failed = errors.map(customerFromError);
  const all = [...customers, ...failed].toSorted((a, b) => (a.customer < b.customer ? -1 : 1));
  const plan = { at, lineage, customers: all, ...(redacted === true ? { redacted } : {}) };
  return { plan, configDigest, author, digest };
}
