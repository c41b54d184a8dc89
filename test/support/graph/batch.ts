/** `$batch`: up to 20 requests in one, each answered on its own, in another order than asked. */

import { ok } from './answers.ts';
import { type Answer, type Json, type JsonObject, parseObject, Refusal, type WireRequest } from './wire.ts';

const MOST_PARTS = 20;

interface Part {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly dependsOn: readonly string[];
}

/** `answer` answers one part. */
export function answerBatch(request: WireRequest, answer: (part: WireRequest) => Answer): Answer {
  const parts = parseParts(request);
  const statuses = new Map<string, number>();
  const responses: JsonObject[] = [];
  for (const part of parts) {
    const isHeldUp = part.dependsOn.some((id) => (statuses.get(id) ?? 424) >= 400);
    const response = isHeldUp ? FAILED_DEPENDENCY : answer(requestOf(part, request));
    statuses.set(part.id, response.status);
    // Backwards: who takes the answers in the order of the questions is found out.
    responses.unshift({ id: part.id, status: response.status, headers: response.headers, body: response.body });
  }
  return ok({ responses });
}

/** The requests in a batch as they stand in it: `/users?$top=5`. */
export function partUrls(body: string): readonly string[] {
  const requests = parseObject(body)?.['requests'];
  if (!Array.isArray(requests)) return [];
  return requests.map((each: Json) => String((each as JsonObject | null)?.['url']));
}

const FAILED_DEPENDENCY: Answer = {
  status: 424,
  headers: { 'Content-Type': 'application/json' },
  body: { error: { code: 'FailedDependency', message: 'A request that this one depends on failed.' } },
};

function requestOf(part: Part, batch: WireRequest): WireRequest {
  const [path = '', query = ''] = splitOnce(part.url.startsWith('/') ? part.url : `/${part.url}`, '?');
  const { authorization = '' } = batch.headers;
  const headers = { ...part.headers, authorization };
  return { method: part.method, host: batch.host, path: `/v1.0${path}`, query, headers, body: '' };
}

function parseParts(request: WireRequest): readonly Part[] {
  const requests = parseObject(request.body)?.['requests'];
  if (!Array.isArray(requests)) throw bad('Invalid batch payload format.');
  if (requests.length > MOST_PARTS) {
    throw bad(`Number of batch request steps exceeds the maximum value of ${MOST_PARTS}.`);
  }
  const parts = requests.map(parsePart);
  const ids = new Set(parts.map(({ id }) => id));
  if (ids.size < parts.length) throw bad('Request Id values must be unique within a batch.');
  return parts;
}

function parsePart(value: Json): Part {
  const { id, method, url, headers = {}, dependsOn = [] } = (value ?? {}) as JsonObject;
  if (typeof id !== 'string' || typeof method !== 'string' || typeof url !== 'string') {
    throw bad('Request id, method and url are required.');
  }
  if (/^https?:/.test(url)) throw bad(`Invalid request URL '${url}': it must be relative.`);
  const named = Object.entries(headers as JsonObject).map(([name, text]) => [name.toLowerCase(), String(text)]);
  return { id, method, url, headers: Object.fromEntries(named), dependsOn: dependsOn as readonly string[] };
}

function bad(message: string): Refusal {
  return new Refusal(400, 'BadRequest', message);
}

export function splitOnce(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + mark.length)];
}
