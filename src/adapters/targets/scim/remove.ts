/** Removes one user or group. */
import type { ScimRequest } from './client.ts';
import { pathOf } from './lookup.ts';
import { markIn } from './marks.ts';
import { failed, nameOf, type Outcome, refused } from './outcome.ts';
import type { GroupResource, UserResource } from './resources.ts';
import type { WritingContext } from './writing.ts';

/** One that is gone already is removed. One that somebody has changed since it was read is removed only if it still has our mark. */
export async function remove(
  { client, holdings }: WritingContext,
  endpoint: '/Users' | '/Groups',
  resource: UserResource | GroupResource,
): Promise<Outcome> {
  const { id, version } = resource;
  const name = nameOf(resource.key);
  const request: ScimRequest = { method: 'DELETE', path: pathOf(endpoint, id) };
  let answer = await client.request({ ...request, version: holdings.service.etag ? version : null });
  if (answer.status === 412) {
    const now = await client.request({ method: 'GET', path: request.path });
    if (now.status !== 404 && markIn(now.body?.['externalId']) !== resource.value.externalId) {
      const message = `${name} was changed at ${client.host} while it was to be removed, and is not ours any more.`;
      return failed('SCIM_CHANGED', message, 'Run it again: it is then seen as it is.');
    }
    answer = await client.request({ ...request, version: now.version });
  }
  const isGone = (answer.status >= 200 && answer.status < 300) || answer.status === 404 || answer.status === 410;
  return isGone ? { ok: true, id } : refused(client.host, `${name} could not be removed`, answer);
}
