/** Whether a service has kept what it took. */
import type { ScimAnswer } from './client.ts';
import { pathOf } from './lookup.ts';
import { sameField } from './matches.ts';
import { failed, type Outcome } from './outcome.ts';
import { isObject, stop } from './problems.ts';
import type { UserField, UserValue } from './project.ts';
import { type UserResource, userIn } from './resources.ts';
import type { WritingContext } from './writing.ts';

/** Whether what the service says of a user that was written is what was written. */
export async function checked(
  context: WritingContext,
  id: string,
  expected: UserValue,
  answer: Pick<ScimAnswer, 'body'>,
): Promise<Outcome> {
  const { client, learned, log, holdings } = context;
  const told = isObject(answer.body) && typeof answer.body['userName'] === 'string' ? userIn(id, answer.body) : null;
  if (told?.value.externalId === expected.externalId) learned.marks = true;
  if (learned.marks !== true) await provenMarks(context, id, expected);
  if (told === null) return { ok: true, id };
  if (!expected.active && told.value.active) {
    const message = `${expected.userName} is still active at ${client.host}, which took "active": false and did not keep it.`;
    return failed('SCIM_ACTIVE', message, 'Ask those who run the service how users are put out of use there.');
  }
  for (const field of holdings.sent) {
    if (!isDropped(field, expected, told) || learned.dropped.has(field)) continue;
    learned.dropped.add(field);
    log(`# ${client.host} does not keep ${field} of ${expected.userName} as it was sent`);
  }
  return { ok: true, id };
}

function isDropped(field: UserField, expected: UserValue, told: UserResource): boolean {
  return expected[field] !== null && !sameField(field, expected[field] ?? null, told.value[field] ?? null);
}

/** A service that drops our mark would be filled with users of whom nobody knows whose they are. */
async function provenMarks({ client, learned }: WritingContext, id: string, expected: UserValue): Promise<void> {
  const answer = await client.request({ method: 'GET', path: pathOf('/Users', id) });
  if (answer.status !== 200 || answer.body === null) return;
  learned.marks = userIn(id, answer.body).value.externalId === expected.externalId;
  if (learned.marks) return;
  throw stop(
    'SCIM_EXTERNAL_ID',
    `${client.host} does not keep the externalId of ${expected.userName}, by which Rollcall knows what it has put there. Nothing more was written.`,
    'Let the service keep externalId of users (RFC 7643 3.1), and let the token write it.',
  );
}
