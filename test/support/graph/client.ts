/** A client for the simulator's own tests: no retries, no cleverness, and links followed as given. */
import type { GraphSimulator } from './simulator.ts';
import type { Tenant } from './tenant.ts';
import type { JsonObject } from './wire.ts';

export interface SimpleAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: JsonObject;
}

export interface SimpleClient {
  /** `path` is `/users?$select=id`, or a link. */
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<SimpleAnswer>;
  post(path: string, body: JsonObject): Promise<SimpleAnswer>;
  /** GET for each, with ids from 0. */
  batch(...urls: readonly string[]): Promise<SimpleAnswer>;
  /** Every page, to the one without a link to a next. */
  pages(path: string, headers?: Readonly<Record<string, string>>): Promise<readonly JsonObject[]>;
}

export const LOGIN = 'https://login.microsoftonline.com';
export const GRAPH = 'https://graph.microsoft.com';
export const ADVANCED = { ConsistencyLevel: 'eventual' };

/** Asks for a token; `form` replaces or adds to what a client with a secret sends. */
export async function requestToken(
  simulator: Pick<GraphSimulator, 'fetch'>,
  tenant: string,
  form: Readonly<Record<string, string>>,
  login = LOGIN,
): Promise<SimpleAnswer> {
  const body = new URLSearchParams({ grant_type: 'client_credentials', scope: `${GRAPH}/.default`, ...form });
  const response = await simulator.fetch(`${login}/${tenant}/oauth2/v2.0/token`, { method: 'POST', body });
  return { status: response.status, headers: response.headers, body: (await response.json()) as JsonObject };
}

/** Signs in with the first secret of the tenant's first app. */
export async function signIn(
  simulator: GraphSimulator,
  tenant: Tenant,
  graph = GRAPH,
  login = LOGIN,
): Promise<SimpleClient> {
  const [app] = tenant.apps;
  const client_secret = app?.secrets[0]?.value ?? '';
  const form = { client_id: app?.clientId ?? '', client_secret, scope: `${graph}/.default` };
  const { body } = await requestToken(simulator, tenant.id, form, login);
  return createClient(simulator, String(body['access_token']), graph);
}

export function createClient(simulator: Pick<GraphSimulator, 'fetch'>, token: string, graph = GRAPH): SimpleClient {
  const send = async (url: string, init: RequestInit): Promise<SimpleAnswer> => {
    const headers = { ...(init.headers as Record<string, string>), Authorization: `Bearer ${token}` };
    const response = await simulator.fetch(url, { ...init, headers });
    const text = await response.text();
    const body = text.startsWith('{') ? (JSON.parse(text) as JsonObject) : { text };
    return { status: response.status, headers: response.headers, body };
  };
  const client: SimpleClient = {
    get: async (path, headers = {}) => await send(path.startsWith('/') ? `${graph}/v1.0${path}` : path, { headers }),
    post: async (path, body) => {
      const headers = { 'Content-Type': 'application/json' };
      return await send(`${graph}/v1.0${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    },
    batch: async (...urls) => {
      const requests = urls.map((url, index) => ({ id: String(index), method: 'GET', url }));
      return await client.post('/$batch', { requests });
    },
    async pages(path, headers = {}) {
      const pages: JsonObject[] = [];
      for (let next: unknown = path; typeof next === 'string'; next = pages.at(-1)?.['@odata.nextLink']) {
        const { status, body } = await client.get(next, headers);
        if (status !== 200) throw new Error(`${next} was answered with ${status}: ${JSON.stringify(body)}`);
        pages.push(body);
      }
      return pages;
    },
  };
  return client;
}

/** The objects of all pages. */
export function valuesOf(pages: readonly JsonObject[]): readonly JsonObject[] {
  return pages.flatMap((page) => page['value'] as readonly JsonObject[]);
}

export function errorOf({ body }: SimpleAnswer): { readonly code: string; readonly message: string } {
  return body['error'] as { code: string; message: string };
}
