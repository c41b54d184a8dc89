/** One HTTP request and its whole answer, over connections that are kept. Redirects are answers like others. */
import { readFile } from 'node:fs/promises';
import { Agent, type IncomingHttpHeaders, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps, Agent as TlsAgent } from 'node:https';
import { rootCertificates } from 'node:tls';
import type { ScimTargetConfig } from '../../../domain/target-config.ts';
import { networkFailure, timedOut, tooLarge } from './network-errors.ts';
import { interrupted, stop } from './problems.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With its query, and percent-encoded: it goes out byte for byte, so that an id can never be a step upwards. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export type Exchange = (request: HttpRequest, signal: AbortSignal) => Promise<HttpAnswer>;

const MOST_BYTES = 64 * 1024 * 1024;

/** Sends requests to the service's host, and to no other. Rejects with NoAnswer, or TargetProblem for a `ca` that cannot be read. */
export function exchangeOf(config: Pick<ScimTargetConfig, 'url' | 'ca' | 'timeoutMs' | 'parallelism'>): Exchange {
  const { protocol, hostname, port, host } = new URL(config.url);
  const keeping = { keepAlive: true, maxSockets: config.parallelism };
  let opened: Promise<Agent> | null = null;
  const open = async () => {
    if (protocol === 'http:') return new Agent(keeping);
    return new TlsAgent(config.ca === null ? keeping : { ...keeping, ca: await authorities(config.ca) });
  };
  return async (request, signal) => {
    if (signal.aborted) throw interrupted();
    opened ??= open();
    const options = {
      agent: await opened,
      hostname: hostname.replace(/^\[|\]$/g, ''),
      port: port === '' ? undefined : Number(port),
      method: request.method,
      path: request.path,
      headers: request.headers,
    };
    const send = protocol === 'http:' ? requestHttp : requestHttps;
    const { promise, end } = answerOf(send(options), request.body, host);
    const timer = setTimeout(() => end(timedOut(host, config.timeoutMs)), config.timeoutMs);
    const abort = () => end(interrupted());
    signal.addEventListener('abort', abort, { once: true });
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    }
  };
}

async function authorities(path: string): Promise<readonly string[] & string[]> {
  const own = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw stop(
      'SCIM_CA',
      `The file ${path} of authorities cannot be read (${error.code ?? 'unknown reason'}).`,
      'Correct ca of the target.',
    );
  });
  return [...rootCertificates, own];
}

interface Pending {
  readonly promise: Promise<HttpAnswer>;
  /** Gives up, and says why. */
  readonly end: (reason: Error) => void;
}

function answerOf(request: ReturnType<typeof requestHttp>, body: string | undefined, host: string): Pending {
  let end: (reason: Error) => void = () => undefined;
  const promise = new Promise<HttpAnswer>((resolve, reject) => {
    end = (reason) => {
      reject(reason);
      request.destroy();
    };
    request.on('error', (error) => reject(networkFailure(error, host)));
    request.on('response', (response) => {
      bodyOf(response, host).then((text) => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      }, end);
    });
    request.end(body);
  });
  return { promise, end: (reason) => end(reason) };
}

async function bodyOf(response: IncomingMessage, host: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > MOST_BYTES) throw tooLarge(host, MOST_BYTES);
      chunks.push(chunk);
    }
  } catch (error) {
    throw size > MOST_BYTES ? error : networkFailure(error, host);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}
