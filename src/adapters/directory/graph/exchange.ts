/** One HTTP request and its whole answer, over `fetch`, with a limit on the time that it may take. */
import { abortError } from '../aborted.ts';
import { failure } from '../errors.ts';
import { networkFailure } from './network-errors.ts';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface ExchangeOptions {
  readonly fetch: Fetch;
  /** For the answer to its last byte. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export type Exchange = (request: HttpRequest) => Promise<HttpAnswer>;

/**
 * Sends requests. Redirects are answers like others: what goes out carries secrets, and only to where it is addressed. Rejects with
 * DirectoryError: INTERRUPTED (or what the signal was aborted with), ENTRA_TIMEOUT, ENTRA_CONNECT or ENTRA_TLS; those that may pass by themselves say `retry: 'always'`.
 */
export function exchangeOver({ fetch, timeoutMs, signal }: ExchangeOptions): Exchange {
  return async ({ method, url, headers, body }) => {
    if (signal.aborted) throw abortError(signal);
    const controller = new AbortController();
    const stop = () => controller.abort();
    const timer = setTimeout(stop, timeoutMs);
    signal.addEventListener('abort', stop, { once: true });
    try {
      const init = { method, headers, redirect: 'manual', signal: controller.signal } as const;
      const response = await fetch(url, body === undefined ? init : { ...init, body });
      return { status: response.status, headers: response.headers, text: await response.text() };
    } catch (error) {
      if (signal.aborted) throw abortError(signal);
      throw controller.signal.aborted ? timedOut(url, timeoutMs) : networkFailure(error, url);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    }
  };
}

function timedOut(url: string, timeoutMs: number) {
  return failure(
    'ENTRA_TIMEOUT',
    `${new URL(url).host} did not answer within ${timeoutMs / 1000} seconds.`,
    'Check the network, or allow more time under directory.timeouts.page.',
    'always',
  );
}

/** The JSON in an answer; undefined where there is none. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** A JSON object, and no list. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
