/** Makes and changes groups. Members go by the service's own ids, a slice at a time. */
import { groupBody, groupPatches } from './bodies.ts';
import type { ScimRequest } from './client.ts';
import { findBy, idMade, pathOf } from './lookup.ts';
import { failed, isDone, nameOf, type Outcome, refused } from './outcome.ts';
import { isObject, NoAnswer } from './problems.ts';
import { type GroupValue, groupKey } from './project.ts';
import { type GroupResource, groupIn } from './resources.ts';
import { PATCH_OP, type WritingContext } from './writing.ts';

/** The ids of users and groups at the service, by canonical address. */
export type Ids = ReadonlyMap<string, string>;

/** Makes a group with nobody in it, or finds the one that is there. Rejects as requests do. */
export async function createGroup(context: WritingContext, expected: GroupValue): Promise<Outcome | GroupResource> {
  const { client, log } = context;
  const what = `the group ${expected.displayName} could not be made`;
  for (let attempt = 0; ; attempt += 1) {
    const answer = await client
      .request({ method: 'POST', path: '/Groups', body: groupBody(expected, []) })
      .catch((error: unknown) => {
        if (error instanceof NoAnswer && error.kind === 'lost') return error;
        throw error;
      });
    const id = answer instanceof NoAnswer || !isDone(answer) ? null : idMade(answer.body, answer.location);
    if (id !== null) return groupIn(id, { ...groupBody(expected, []) }, () => undefined);
    const there = await groupThere(context, expected);
    if (there !== undefined && there !== null) return there;
    if (!(answer instanceof NoAnswer) && answer.status < 500 && !answer.isMalformed)
      return refused(client.host, what, answer);
    const last =
      answer instanceof NoAnswer
        ? failed(answer.code, `${what}: ${answer.message}`, answer.hint)
        : refused(client.host, what, answer);
    if (there === null || !(await client.patience.mayRepeat(attempt))) return last;
    log(`# the group ${nameOf(groupKey(expected.displayName))} is not there; it is made again`);
  }
}

/** One with our mark or our name; undefined if there is none, null if the service cannot be asked. */
async function groupThere(
  { client, learned }: WritingContext,
  expected: GroupValue,
): Promise<GroupResource | undefined | null> {
  if (!learned.filter) return null;
  const parse = (id: string, raw: Readonly<Record<string, unknown>>) => groupIn(id, raw, () => undefined);
  const questions = [
    ['externalId', expected.externalId ?? '', (group: GroupResource) => group.value.externalId === expected.externalId],
    ['displayName', expected.displayName, (group: GroupResource) => group.key === groupKey(expected.displayName)],
  ] as const;
  for (const [attribute, text, isMeant] of questions) {
    const found = await findBy(client, '/Groups', [attribute, text], parse, isMeant);
    if (found === null) return null;
    const own = found.filter(({ owner }) => owner.owner !== 'other');
    if (own[0] !== undefined) return own[0];
  }
  return undefined;
}

/** Makes a group what it is to be. Members who are not there are left out, and said. */
export async function updateGroup(
  context: WritingContext,
  resource: GroupResource,
  expected: GroupValue,
  ids: Ids,
): Promise<Outcome> {
  const wanted = new Set(expected.members.flatMap((member) => ids.get(member) ?? []));
  const outcome = context.learned.patch
    ? await patchGroup(context, resource, expected, wanted)
    : await putGroup(context, resource, expected, wanted);
  if (!outcome.ok) return outcome;
  const missing = expected.members.filter((member) => !ids.has(member));
  return missing.length === 0 ? outcome : withoutMembers(context, expected, missing);
}

function withoutMembers({ client }: WritingContext, { displayName }: GroupValue, missing: readonly string[]): Outcome {
  const named = missing.slice(0, 3).join(', ');
  const more = missing.length > 3 ? ` and ${missing.length - 3} more` : '';
  return failed(
    'SCIM_MEMBERS',
    `The group ${displayName} is without ${named}${more}, who could not be put into ${client.host}.`,
    'Once they are there the next apply puts them into the group.',
  );
}

async function patchGroup(
  context: WritingContext,
  resource: GroupResource,
  expected: GroupValue,
  wanted: ReadonlySet<string>,
): Promise<Outcome> {
  const { client, holdings, learned, log } = context;
  const { id, memberIds, value } = resource;
  const added = [...wanted].filter((member) => !memberIds.has(member));
  const removed = [...memberIds].filter((member) => !wanted.has(member));
  let { version } = resource;
  let isAgain = false;
  for (const Operations of groupPatches(expected, value, { added, removed })) {
    const request: ScimRequest = {
      method: 'PATCH',
      path: pathOf('/Groups', id),
      body: { schemas: [PATCH_OP], Operations },
    };
    let answer = await client.request({ ...request, version: holdings.service.etag ? version : null });
    if (answer.status === 412 && !isAgain) {
      isAgain = true;
      const fresh = await groupNow(context, id);
      if (fresh !== null) answer = await client.request({ ...request, version: fresh.version });
    }
    if (answer.status === 405 || answer.status === 501) {
      log(`# ${client.host} cannot do PATCH of groups (${answer.status}); PUT is used`);
      learned.patch = false;
      return putGroup(context, resource, expected, wanted);
    }
    if (!isDone(answer)) return refused(client.host, `the group ${expected.displayName} could not be changed`, answer);
    // It has moved on, and what it is now need not be said.
    version = answer.version;
  }
  return { ok: true, id };
}

async function putGroup(
  context: WritingContext,
  { id }: GroupResource,
  expected: GroupValue,
  wanted: ReadonlySet<string>,
): Promise<Outcome> {
  const { client, holdings } = context;
  const what = `the group ${expected.displayName} could not be changed`;
  for (let attempt = 0; ; attempt += 1) {
    const fresh = await groupNow(context, id);
    if (fresh === null)
      return failed('SCIM_READ', `${what}: it is not there any more.`, 'The next apply makes it anew.');
    const { meta: _meta, members: _members, ...raw } = fresh.raw;
    const body = { ...raw, ...groupBody(expected, [...wanted]), ...(wanted.size === 0 ? { members: [] } : {}) };
    const answer = await client.request({
      method: 'PUT',
      path: pathOf('/Groups', id),
      body,
      version: holdings.service.etag ? fresh.version : null,
    });
    if (isDone(answer)) return { ok: true, id };
    if (answer.status !== 412 || attempt > 0) return refused(client.host, what, answer);
  }
}

async function groupNow({ client }: WritingContext, id: string) {
  const answer = await client.request({ method: 'GET', path: pathOf('/Groups', id) });
  return answer.status === 200 && isObject(answer.body) ? { raw: answer.body, version: answer.version } : null;
}
