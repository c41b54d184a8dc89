/** Many small requests in few: JSON batching, https://learn.microsoft.com/graph/json-batching. */
import pLimit from 'p-limit';
import type { EntraConnection } from '../../../domain/config.ts';
import type { GraphAnswer, GraphClient } from './client.ts';
import { isObject } from './exchange.ts';
import { type Asked, graphFailure, malformed } from './graph-errors.ts';

export interface BatchRequest {
  readonly client: GraphClient;
  readonly connection: EntraConnection;
  readonly asked: Asked;
}

export interface PartRequest {
  /** Below `/v1.0`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const MOST_PARTS = 20;
const BATCHES_AT_ONCE = 4;
const ASKS_TO_WAIT: ReadonlySet<number> = new Set([429, 503, 504]);
const UNAUTHORIZED: ReadonlySet<number> = new Set([401]);
const MAY_PASS: ReadonlySet<number> = new Set([401, 408, 500, 502]);

/**
 * Asks for all these and gives each answer to `take` as its batch is complete, in no certain order. A part that is to
 * be asked again is asked again, and no other. Rejects with DirectoryError, and with what `take` throws.
 */
export async function inBatches(
  request: BatchRequest,
  parts: readonly PartRequest[],
  take: (answer: GraphAnswer, index: number) => Promise<void> | void,
): Promise<void> {
  const limit = pLimit(BATCHES_AT_ONCE);
  const starts = Array.from({ length: Math.ceil(parts.length / MOST_PARTS) }, (_, index) => index * MOST_PARTS);
  const work = starts.map((start) =>
    limit(async () => {
      const answers = await batch(request, parts.slice(start, start + MOST_PARTS));
      for (const [index, answer] of answers.entries()) await take(answer, start + index);
    }),
  );
  try {
    await Promise.all(work);
  } finally {
    limit.clearQueue();
  }
}

/** Answers to at most 20 requests, in their order. */
export async function batch(request: BatchRequest, parts: readonly PartRequest[]): Promise<readonly GraphAnswer[]> {
  const { patience, root, renewToken } = request.client;
  const { host } = new URL(root);
  const answers = new Map<number, GraphAnswer>();
  let waits = 0;
  let broken = 0;
  for (let open: readonly number[] = [...parts.keys()]; open.length > 0; ) {
    const round = await post(request, parts, open);
    for (const [index, answer] of round) answers.set(index, answer);
    const toWait = indexesOf(round, ASKS_TO_WAIT);
    const toRepeat = indexesOf(round, MAY_PASS);
    for (const index of toWait) patience.asked(round.get(index) as GraphAnswer, host, waits);
    if (toWait.length > 0) waits += 1;
    else if (toRepeat.length > 0) {
      if (indexesOf(round, UNAUTHORIZED).length > 0) renewToken();
      if (!(await patience.mayRepeat(broken))) break;
      broken += 1;
    }
    open = [...toWait, ...toRepeat];
  }
  return parts.map((_, index) => answers.get(index) as GraphAnswer);
}

function indexesOf(answers: ReadonlyMap<number, GraphAnswer>, statuses: ReadonlySet<number>): readonly number[] {
  return [...answers].flatMap(([index, { status }]) => (statuses.has(status) ? [index] : []));
}

/** One round: what came back, by index. */
async function post(
  { client, connection, asked }: BatchRequest,
  parts: readonly PartRequest[],
  open: readonly number[],
): Promise<ReadonlyMap<number, GraphAnswer>> {
  const requests = open.map((index) => {
    const { path: url, ...more } = parts[index] as PartRequest;
    return { id: String(index), method: 'GET', url, ...more };
  });
  const answer = await client.post('/$batch', { requests });
  if (answer.status !== 200) throw graphFailure(answer, asked, connection);
  const responses = isObject(answer.body) ? answer.body['responses'] : undefined;
  if (!Array.isArray(responses)) throw malformed(asked, 'a batch has no list of responses, or was cut off');
  const found = new Map<number, GraphAnswer>();
  for (const response of responses) {
    const part = parsePart(response, asked);
    if (!open.includes(part.index) || found.has(part.index))
      throw malformed(asked, 'a batch answers what was not asked');
    found.set(part.index, part.answer);
  }
  if (found.size !== open.length)
    throw malformed(asked, `a batch of ${open.length} requests has ${found.size} responses`);
  return found;
}

function parsePart(response: unknown, asked: Asked): { readonly index: number; readonly answer: GraphAnswer } {
  if (!isObject(response)) throw malformed(asked, 'a response in a batch is no object');
  const { id, status, headers, body } = response;
  if (typeof id !== 'string' || !/^\d{1,2}$/.test(id) || typeof status !== 'number') {
    throw malformed(asked, 'a response in a batch has no id or no status');
  }
  return { index: Number(id), answer: { status, headers: headersOf(headers), body } };
}

function headersOf(given: unknown): Headers {
  const headers = new Headers();
  if (!isObject(given)) return headers;
  for (const [name, value] of Object.entries(given)) {
    if (/^[a-z0-9-]+$/i.test(name) && typeof value === 'string' && /^[\x20-\x7e]*$/.test(value))
      headers.set(name, value);
  }
  return headers;
}
