/** What disabled accounts with an address are there for: Graph says so only user by user. */
import type { IncludePolicy } from '../../../domain/config.ts';
import type { MailboxKind } from '../../../domain/directory.ts';
import { type BatchRequest, inBatches } from './batch.ts';
import { isObject } from './exchange.ts';
import { graphFailure, malformed } from './graph-errors.ts';
import type { UserRecord } from './records.ts';

const PURPOSES: ReadonlyMap<string, MailboxKind> = new Map([
  ['shared', 'shared'],
  ['room', 'room'],
  ['equipment', 'equipment'],
]);

/** It costs a request for each, and a permission of its own, so only where the answer decides something (SEL-2). */
export function asksPurposes({ sharedMailboxes, resources }: IncludePolicy): boolean {
  return sharedMailboxes || resources;
}

/** Whether the kind of the mailbox is asked for: the accounts of shared mailboxes, rooms and equipment are disabled. */
export function mayBeShared({ accountEnabled, mail, proxyAddresses }: UserRecord): boolean {
  return accountEnabled === false && (mail !== null || proxyAddresses.length > 0);
}

/** The same users, with what their mailboxes are for. Who has none is a user. Rejects with DirectoryError. */
export async function withPurposes(
  request: Omit<BatchRequest, 'asked'>,
  users: readonly UserRecord[],
): Promise<readonly UserRecord[]> {
  const found: UserRecord[] = [];
  const batches = { ...request, asked: 'mailboxSettings' } as const;
  const parts = users.map(({ id }) => ({ path: `/users/${id}/mailboxSettings/userPurpose` }));
  await inBatches(batches, parts, (answer, index) => {
    const user = users[index] as UserRecord;
    if (answer.status === 404) {
      found.push({ ...user, purpose: 'user' });
      return;
    }
    if (answer.status !== 200) throw graphFailure(answer, 'mailboxSettings', request.connection);
    const value = isObject(answer.body) ? answer.body['value'] : undefined;
    if (typeof value !== 'string') throw malformed('mailboxSettings', `of user ${user.id} there is no purpose in it`);
    found.push({ ...user, purpose: PURPOSES.get(value.toLowerCase()) ?? 'user' });
  });
  return found;
}
