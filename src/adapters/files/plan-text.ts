/**
 * The text of a saved plan. It is the canonical JSON (RFC 8785) with a line for each change, so that a file of 100,000 changes is written
 * and read a line at a time. Line ends are not part of the canonical form: taking them out gives the bytes that the digest is over.
 */
import { createHash, type Hash } from 'node:crypto';
import { type PlanRecord, planText } from '../../planner/document.ts';

/** The document, a line at a time, each with its line end. Returns the digest. */
export function* planLines(record: PlanRecord): Generator<string, string> {
  const { head, tail } = planText(record);
  const hash = createHash('sha256');
  for (const line of head) {
    hash.update(line);
    yield `${line}\n`;
  }
  const digest = digestText(hash.update(tail));
  yield `"digest":"${digest}",\n`;
  yield `${tail}\n`;
  return digest;
}

/** The digest alone. */
export function planDigest(record: PlanRecord): string {
  const { head, tail } = planText(record);
  const hash = createHash('sha256');
  for (const line of head) hash.update(line);
  return digestText(hash.update(tail));
}

export function digestText(hash: Hash): string {
  return `sha256:${hash.digest('hex')}`;
}
