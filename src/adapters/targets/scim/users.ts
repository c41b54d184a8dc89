/** Makes or changes one user. What may have been done already is looked up before it is done again. */

import { userBody, userPatch, userReplaced } from './bodies.ts';
import { checked } from './check-written.ts';
import type { ScimAnswer } from './client.ts';
import { findBy, idMade, pathOf } from './lookup.ts';
import { matches } from './matches.ts';
import { failed, isDone, type Outcome, refused } from './outcome.ts';
import { NoAnswer, quoted, Refusal } from './problems.ts';
import { type UserValue, userKey } from './project.ts';
import { type UserResource, userIn } from './resources.ts';
import { PATCH_OP, type WritingContext } from './writing.ts';

const MOST_POSTS = 3;

/** Makes a user. `isUncertain`: it may be there already, by a request whose answer was lost. */
export async function createUser(context: WritingContext, expected: UserValue, isUncertain = false): Promise<Outcome> {
  const { client, learned } = context;
  let outcome: Outcome | null = null;
  for (let attempt = 0; attempt < MOST_POSTS; attempt += 1) {
    if (isUncertain || attempt > 0) {
      const there = await lookedUp(context, expected);
      if (there === null) return outcome ?? unknown(context, expected);
      if (there !== undefined) return adopt(context, there, expected);
    }
    const posted = await post(context, expected);
    if (posted.isSettled) return posted.outcome;
    outcome = posted.outcome;
    if (!learned.filter || !(await client.patience.mayRepeat(attempt))) return outcome;
  }
  return outcome ?? unknown(context, expected);
}

interface Posted {
  readonly outcome: Outcome;
  /** False where the user may have been made, or may be made by another try. */
  readonly isSettled: boolean;
}

async function post(context: WritingContext, expected: UserValue): Promise<Posted> {
  const { client, holdings } = context;
  const body = userBody(expected, holdings.sent);
  const answer = await client.request({ method: 'POST', path: '/Users', body }).catch(lost);
  if (answer instanceof NoAnswer) return { outcome: lostOutcome(expected, answer), isSettled: false };
  if (isDone(answer)) return { outcome: await made(context, expected, answer), isSettled: true };
  if (answer.status === 409 || answer.scimType === 'uniqueness') {
    return { outcome: await taken(context, expected, answer), isSettled: true };
  }
  const isSettled = !answer.isMalformed && (answer.status < 500 || answer.status === 501);
  return { outcome: refused(client.host, `${expected.userName} could not be made`, answer), isSettled };
}

function lost(error: unknown): NoAnswer {
  if (error instanceof NoAnswer && error.kind === 'lost') return error;
  throw error;
}

function lostOutcome({ userName }: UserValue, { code, message, hint }: NoAnswer): Outcome {
  return failed(code, `${userName} may or may not have been made: ${message}`, `${hint} The next apply looks first.`);
}

function unknown({ client }: WritingContext, { userName }: UserValue): Outcome {
  return failed(
    'SCIM_LOST',
    `${userName} may or may not have been made: ${client.host} gave no answer, and cannot be asked by a filter.`,
    'Run it again: the next apply looks first.',
  );
}

/** By our mark, then by name. Undefined if nobody is there, null if the service cannot be asked. */
async function lookedUp(context: WritingContext, expected: UserValue): Promise<UserResource | undefined | null> {
  const { client, learned } = context;
  if (!learned.filter) return null;
  const questions = [
    ['externalId', expected.externalId ?? '', (user: UserResource) => user.value.externalId === expected.externalId],
    ['userName', expected.userName, (user: UserResource) => user.key === userKey(expected.userName)],
  ] as const;
  for (const [attribute, text, isMeant] of questions) {
    const found = await findBy(client, '/Users', [attribute, text], userIn, isMeant);
    if (found === null) return null;
    const first = found.find(({ owner }) => owner.owner === 'ours') ?? found[0];
    if (first !== undefined) return first;
  }
  return undefined;
}

/** What was found in the place of a user that was to be made. */
async function adopt(context: WritingContext, there: UserResource, expected: UserValue): Promise<Outcome> {
  if (there.owner.owner === 'other') return heldByOther(context, expected, there);
  if (there.owner.owner === 'ours' && matches(expected, there.value)) return { ok: true, id: there.id };
  // One that cannot be found where a filter has just shown it is not made a second time.
  return updateUser({ ...context, mayMake: false }, there, expected);
}

/** The service says that somebody has the name, or another thing that must be unique. */
async function taken(context: WritingContext, expected: UserValue, answer: ScimAnswer): Promise<Outcome> {
  const refusal = refused(context.client.host, `${expected.userName} could not be made`, answer);
  const there = await lookedUp(context, expected);
  return there == null ? refusal : adopt(context, there, expected);
}

function heldByOther({ client }: WritingContext, { userName }: UserValue, { value }: UserResource): Outcome {
  return failed(
    'TARGET_FOREIGN',
    `${userName} is held by another system at ${client.host}: its externalId is "${quoted(value.externalId ?? '')}" (TGT-2).`,
    'Take it out there, or take its externalId off; the next apply then takes it over.',
  );
}

async function made(context: WritingContext, expected: UserValue, answer: ScimAnswer): Promise<Outcome> {
  const id = idMade(answer.body, answer.location);
  if (id === null) {
    const there = await lookedUp(context, expected);
    return { ok: true, id: there?.id ?? null };
  }
  return checked(context, id, expected, answer);
}

/** Changes a user: by PATCH what differs, or by PUT all of it. One that is gone is made anew. */
export async function updateUser(
  context: WritingContext,
  resource: UserResource,
  expected: UserValue,
): Promise<Outcome> {
  return context.learned.patch ? patchUser(context, resource, expected) : putUser(context, resource, expected);
}

const NOT_FOUND = { status: 404, scimType: '', detail: '', isMalformed: false } as const;

function madeAnew(
  context: WritingContext,
  expected: UserValue,
  answer: Parameters<typeof refused>[2],
): Promise<Outcome> | Outcome {
  if (context.mayMake !== false) return createUser(context, expected);
  return refused(context.client.host, `${expected.userName} could not be changed`, answer);
}

const ILL_PATCH: ReadonlySet<string> = new Set(['invalidPath', 'invalidSyntax', 'noTarget']);

async function patchUser(
  context: WritingContext,
  resource: UserResource,
  expected: UserValue,
  isAgain = false,
): Promise<Outcome> {
  const { client, holdings, learned, log } = context;
  const { id, value, otherPhones } = resource;
  const operations = userPatch(expected, value, holdings.sent, otherPhones);
  if (operations.length === 0) return { ok: true, id };
  const answer = await client.request({
    method: 'PATCH',
    path: pathOf('/Users', id),
    body: { schemas: [PATCH_OP], Operations: operations },
    version: holdings.service.etag ? resource.version : null,
  });
  if (isDone(answer)) return checked(context, id, expected, answer);
  if (answer.status === 404) return madeAnew(context, expected, answer);
  if (answer.status === 412 && !isAgain) {
    const fresh = await userNow(context, id);
    if (fresh === null) return madeAnew(context, expected, answer);
    return patchUser(context, fresh.user, expected, true);
  }
  const isUnknown = answer.status === 405 || answer.status === 501;
  if (isUnknown || (answer.status === 400 && ILL_PATCH.has(answer.scimType))) {
    log(`# ${client.host} cannot do this PATCH (${answer.status} ${answer.scimType}); PUT is used`);
    if (isUnknown) learned.patch = false;
    return putUser(context, resource, expected);
  }
  return refused(client.host, `${expected.userName} could not be changed`, answer);
}

async function putUser(
  context: WritingContext,
  resource: UserResource,
  expected: UserValue,
  isAgain = false,
): Promise<Outcome> {
  const { client, holdings } = context;
  const { id } = resource;
  const fresh = await userNow(context, id);
  if (fresh === null) return madeAnew(context, expected, NOT_FOUND);
  const answer = await client.request({
    method: 'PUT',
    path: pathOf('/Users', id),
    body: userReplaced(fresh.raw, expected, holdings.sent, fresh.user.otherPhones),
    version: holdings.service.etag ? fresh.version : null,
  });
  if (isDone(answer)) return checked(context, id, expected, answer);
  if (answer.status === 404) return madeAnew(context, expected, answer);
  if (answer.status === 412 && !isAgain) return putUser(context, resource, expected, true);
  return refused(client.host, `${expected.userName} could not be changed`, answer);
}

interface Fresh {
  readonly raw: Readonly<Record<string, unknown>>;
  readonly user: UserResource;
  readonly version: string | null;
}

/** A user as it is just now; null if it is gone. */
async function userNow({ client }: WritingContext, id: string): Promise<Fresh | null> {
  const answer = await client.request({ method: 'GET', path: pathOf('/Users', id) });
  if (answer.status === 404) return null;
  if (answer.status !== 200 || answer.body === null) {
    const { status, detail } = answer;
    const told = detail === '' ? '' : `: "${detail}"`;
    throw new Refusal({
      code: 'SCIM_READ',
      message: `${client.host} could not be asked for a user that it has (${status})${told}.`,
      hint: 'Run it again later.',
    });
  }
  const user = userIn(id, answer.body);
  return { raw: answer.body, user: { ...user, version: answer.version }, version: answer.version };
}
