/** Requests to a SCIM service, with its token, repeated where that can do no harm (RFC 7644 3). */
import { type Attempt, type Patience, sendPatiently } from '../../patience.ts';
import type { Exchange, HttpAnswer, HttpRequest } from './exchange.ts';
import { isObject, NoAnswer, quoted, stop } from './problems.ts';
import { errorIn } from './told-error.ts';

export interface ScimRequest {
  readonly method: HttpRequest['method'];
  /** Below the root, percent-encoded: `/Users?count=1`. */
  readonly path: string;
  readonly body?: unknown;
  /** Of the resource that is meant (RFC 7644 3.14), or null. */
  readonly version?: string | null;
}

/** An answer that the service itself gave. Whoever asked judges the status. */
export interface ScimAnswer {
  /** Where an answer of 200 holds an error, that of the error. */
  readonly status: number;
  /** Null where there is no JSON object. */
  readonly body: Readonly<Record<string, unknown>> | null;
  readonly location: string | null;
  readonly version: string | null;
  readonly scimType: string;
  /** What the service says of an error, or what it sent in the place of JSON: short, and on one line. */
  readonly detail: string;
  /** It has content that is no JSON object: a page of a proxy, or an answer that was cut off. */
  readonly isMalformed: boolean;
}

export interface ScimClient {
  readonly host: string;
  /**
   * 429 and 503 are waited out. What breaks is tried three times more, but for POST, which might be done twice. Rejects with NoAnswer,
   * and with TargetProblem for what any other request would meet as well: SCIM_UNAUTHORIZED, SCIM_REDIRECT, SCIM_THROTTLED, SCIM_TOKEN.
   */
  request(request: ScimRequest): Promise<ScimAnswer>;
  readonly patience: Patience;
}

export interface ClientContext {
  readonly url: string;
  readonly token: () => Promise<string>;
  readonly exchange: Exchange;
  readonly patience: Patience;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

const SHORTEST_SECRET = 4;
const ASKS_TO_WAIT: ReadonlySet<number> = new Set([429, 503]);
const MAY_PASS: ReadonlySet<number> = new Set([408, 500, 502, 504]);

export function scimClient(context: ClientContext): ScimClient {
  const { url, exchange, patience, log, signal } = context;
  const { host, pathname } = new URL(url);
  const root = pathname.replace(/\/+$/, '');
  let conceal = (text: string) => text;
  const once = async ({ method, path, body, version }: ScimRequest): Promise<HttpAnswer> => {
    const token = await context.token();
    const headers = {
      accept: 'application/scim+json, application/json',
      authorization: `Bearer ${token}`,
      ...(version == null ? {} : { 'if-match': version }),
    };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const typed = body === undefined ? headers : { ...headers, 'content-type': 'application/scim+json; charset=utf-8' };
    const size = sent.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(sent.body)) };
    const request = { method, path: root + path, headers: { ...typed, ...size }, ...sent };
    const answer = await exchange(request, signal).catch((error: unknown) => {
      log(`${method} ${path}: ${error instanceof NoAnswer ? error.message : 'no answer'}`);
      throw error;
    });
    log(`${method} ${path}: ${answer.status}`);
    conceal = (text) => (token.length < SHORTEST_SECRET ? text : text.replaceAll(token, '***'));
    return answer;
  };
  return {
    host,
    patience,
    async request(request) {
      const answer = await sendPatiently(
        sending(host, request.method, () => once(request)),
        patience,
      );
      const { status } = answer;
      if (status >= 300 && status < 400 && status !== 304)
        throw redirected(host, status, conceal(answer.headers.location ?? ''));
      const parsed = parsedAnswer(answer, conceal);
      if (parsed.status === 401) throw unauthorized(host, parsed.detail);
      return parsed;
    },
  };
}

/** What was not sent may be sent again whatever it is; what may have taken effect only where twice is the same as once. */
function sending(host: string, method: HttpRequest['method'], send: () => Promise<HttpAnswer>): Attempt<HttpAnswer> {
  return {
    host,
    send,
    busy: ({ status, headers }) =>
      ASKS_TO_WAIT.has(status) ? { status, headers: { get: (name) => headers[name]?.toString() ?? null } } : null,
    mayPass: (outcome) => {
      if ('answer' in outcome) return method !== 'POST' && MAY_PASS.has(outcome.answer.status);
      const { error } = outcome;
      if (!(error instanceof NoAnswer) || error.code === 'SCIM_TLS' || error.code === 'SCIM_TOO_LARGE') return false;
      return method !== 'POST' || error.kind === 'unsent';
    },
  };
}

function parsedAnswer(answer: HttpAnswer, conceal: (text: string) => string): ScimAnswer {
  const { headers, text } = answer;
  const json = jsonOf(text);
  const body = isObject(json) ? json : null;
  const isMalformed = body === null && text.trim() !== '';
  const type = headers['content-type'] ?? 'no type';
  const asError = body === null ? null : errorIn(body, answer.status >= 400);
  const status = asError !== null && answer.status < 300 ? (asError.status ?? 500) : answer.status;
  const told = asError?.detail ?? (isMalformed ? `${type}: ${text.slice(0, 200)}` : '');
  const { location, etag } = headers;
  const meta = isObject(body?.['meta']) ? body['meta'] : {};
  return {
    status,
    body,
    isMalformed,
    location: location ?? null,
    version: versionOf(meta['version']) ?? versionOf(etag),
    scimType: asError?.scimType ?? '',
    detail: quoted(conceal(told)),
  };
}

/** What a service calls a version, if it can stand in a header. */
export function versionOf(value: unknown): string | null {
  return typeof value === 'string' && /^[\x21-\x7e]{1,200}$/.test(value) ? value : null;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function redirected(host: string, status: number, location: string) {
  const to = location === '' ? '' : ` to "${quoted(location)}"`;
  return stop(
    'SCIM_REDIRECT',
    `${host} answered ${status} and sent us on${to}. It was not followed: the token is for ${host} alone.`,
    'Write the address that the service is at under url of the target.',
  );
}

function unauthorized(host: string, detail: string) {
  const told = detail === '' ? '' : `: "${detail}"`;
  return stop(
    'SCIM_UNAUTHORIZED',
    `${host} did not take the token (401)${told}.`,
    'Make a new token at the service, and store it where token of the target points to.',
  );
}
