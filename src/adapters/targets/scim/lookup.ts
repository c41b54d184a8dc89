/** Finds one user or group at the service, where it can be asked for by a filter (RFC 7644 3.4.2.2). */
import type { ScimClient } from './client.ts';
import { idOf, isId, pageIn } from './pages.ts';
import { isObject } from './problems.ts';

type Json = Readonly<Record<string, unknown>>;

/** The resources whose attribute is this text, checked by ourselves; null if the service cannot be asked. */
export async function findBy<R>(
  client: ScimClient,
  endpoint: '/Users' | '/Groups',
  [attribute, text]: readonly [attribute: string, text: string],
  parse: (id: string, raw: Json) => R,
  isMeant: (resource: R) => boolean,
): Promise<readonly R[] | null> {
  const filter = encodeURIComponent(`${attribute} eq ${JSON.stringify(text)}`);
  const answer = await client.request({ method: 'GET', path: `${endpoint}?filter=${filter}` });
  if (answer.status !== 200 || answer.isMalformed) return null;
  const { resources } = pageIn(answer, client.host, endpoint);
  return resources.map((raw) => parse(idOf(raw, client.host, endpoint), raw)).filter(isMeant);
}

/** The path of a resource. An id may hold anything. */
export function pathOf(endpoint: '/Users' | '/Groups', id: string): string {
  return `${endpoint}/${encodeURIComponent(id)}`;
}

/** The id of what was just made: in the body, or at the end of its address (RFC 7644 3.3). */
export function idMade(body: Json | null, location: string | null): string | null {
  if (isObject(body) && isId(body['id'])) return body['id'];
  const last = location?.split(/[?#]/)[0]?.split('/').at(-1) ?? '';
  try {
    const id = decodeURIComponent(last);
    return isId(id) ? id : null;
  } catch {
    return null;
  }
}
