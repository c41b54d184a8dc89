/** Microsoft's Graph client over our own chain: its sign-in, our waiting, our sending. */
import {
  AuthenticationHandler,
  Client,
  type Context,
  type Middleware,
  type MiddlewareOptions,
  ResponseType,
} from '@microsoft/microsoft-graph-client';
import { failure } from '../errors.ts';
import type { Exchange, HttpAnswer } from './exchange.ts';
import { jsonOf } from './exchange.ts';
import { type Patience, persistently } from './patience.ts';
import type { Tokens } from './tokens.ts';

/** An answer of Graph, or of one part of a batch. Whoever asked judges the status. */
export interface GraphAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Undefined where there is no JSON. */
  readonly body: unknown;
}

export interface GraphClient {
  /** Asks for a path below `/v1.0`, or for a link of Graph's byte for byte. Rejects with DirectoryError. */
  get(pathOrLink: string, headers?: Readonly<Record<string, string>>): Promise<GraphAnswer>;
  /** Posts JSON. Nothing in Graph is changed by what Rollcall posts. */
  post(path: string, content: unknown): Promise<GraphAnswer>;
  /** Asks for a new token before the next request. */
  renewToken(): void;
  readonly patience: Patience;
  /** The origin and version that all paths are below. */
  readonly root: string;
}

export interface ClientContext {
  /** `https://HOST[:PORT]` */
  readonly origin: string;
  readonly tokens: Tokens;
  readonly exchange: Exchange;
  readonly patience: Patience;
  readonly log: (line: string) => void;
}

/** Makes the client send what it is told: its own way of building an address takes links apart. */
class ExactRequest implements MiddlewareOptions {
  readonly url: string;
  /** What a middleware threw. The client would put an error of its own in its place. */
  thrown: unknown = undefined;
  constructor(url: string) {
    this.url = url;
  }
}

export function graphClient(context: ClientContext): GraphClient {
  const { origin, tokens, patience, log } = context;
  const root = `${origin}/v1.0`;
  const lastToken = { value: '' };
  const client = clientOf(context, lastToken);
  const send = async (
    method: 'get' | 'post',
    url: string,
    headers: Readonly<Record<string, string>>,
    content?: unknown,
  ) => {
    const exact = new ExactRequest(url);
    const request = client
      .api('/')
      .middlewareOptions([exact])
      .responseType(ResponseType.RAW)
      .headers({ ...headers });
    log(`${method.toUpperCase()} ${url}`);
    const sent: Promise<Response> = method === 'get' ? request.get() : request.post(content);
    const response = await sent.catch((error: unknown) => {
      throw exact.thrown ?? error;
    });
    return { status: response.status, headers: response.headers, body: jsonOf(await response.text()) };
  };
  /** A token may end in the middle of a long reading, or be withdrawn: that is no failure unless the next one is refused as well. */
  const sendTwice = async (...request: Parameters<typeof send>) => {
    const answer = await send(...request);
    if (answer.status !== 401) return answer;
    tokens.refused(lastToken.value);
    log('# Graph refused the token; signing in again');
    return send(...request);
  };
  return {
    get: async (pathOrLink, headers = {}) => sendTwice('get', addressOf(pathOrLink, origin, root), headers),
    post: (path, content) => sendTwice('post', root + path, { 'content-type': 'application/json' }, content),
    renewToken: () => tokens.refused(lastToken.value),
    patience,
    root,
  };
}

/** A link to anywhere else would carry the token away. */
function addressOf(pathOrLink: string, origin: string, root: string): string {
  if (pathOrLink.startsWith('/')) return root + pathOrLink;
  if (URL.canParse(pathOrLink) && pathOrLink.startsWith(`${origin}/`) && new URL(pathOrLink).origin === origin) {
    return pathOrLink;
  }
  throw failure(
    'ENTRA_LINK',
    `${new URL(origin).host} gave a link to another place (${hostOf(pathOrLink)}). It was not followed: the token is for Graph alone.`,
    'Check directory.cloud, and whether a proxy on the way changes what Graph answers.',
  );
}

function hostOf(link: string): string {
  return URL.canParse(link) ? new URL(link).host.slice(0, 100) : 'no address at all';
}

function clientOf({ origin, tokens, exchange, patience }: ClientContext, lastToken: { value: string }): Client {
  const authentication = new AuthenticationHandler({
    getAccessToken: async () => {
      lastToken.value = await tokens.current();
      return lastToken.value;
    },
  });
  return Client.initWithMiddleware({
    baseUrl: origin,
    customHosts: new Set([new URL(origin).hostname]),
    middleware: [exactly(), authentication, sending(exchange, patience)],
  });
}

function exactly(): Middleware {
  let next: Middleware | undefined;
  return {
    setNext: (middleware) => {
      next = middleware;
    },
    async execute(context) {
      const exact = exactOf(context);
      context.request = exact.url;
      try {
        await next?.execute(context);
      } catch (error) {
        exact.thrown = error;
        throw error;
      }
    },
  };
}

/** The last of the chain: waits, sends, and repeats what may pass. */
function sending(exchange: Exchange, patience: Patience): Middleware {
  return {
    async execute(context) {
      const { url } = exactOf(context);
      const { method, headers, body } = context.options ?? {};
      const request = {
        method: method === 'POST' ? 'POST' : 'GET',
        url,
        headers: { accept: 'application/json', ...(headers as Record<string, string> | undefined) },
        ...(typeof body === 'string' ? { body } : {}),
      } as const;
      context.response = responseOf(await persistently(() => exchange(request), url, patience));
    },
  };
}

function responseOf({ status, headers, text }: HttpAnswer): Response {
  return new Response(text === '' ? null : text, { status, headers });
}

function exactOf({ middlewareControl }: Context): ExactRequest {
  const exact = middlewareControl?.getMiddlewareOptions(ExactRequest);
  if (exact instanceof ExactRequest) return exact;
  throw new TypeError('a request to Graph has no address');
}
