/** What Graph refuses, in words: https://learn.microsoft.com/graph/errors. */
import type { EntraConnection } from '../../../domain/config.ts';
import { type DirectoryError, failure } from '../errors.ts';
import type { GraphAnswer } from './client.ts';
import { cloudName } from './clouds.ts';
import { isObject } from './exchange.ts';

/** What was asked for: each needs a permission of its own. */
export type Asked = 'users' | 'groups' | 'members' | 'mailboxSettings';

/** The application permission that is enough for each, and which larger ones contain it. */
const PERMISSIONS: Readonly<Record<Asked, { readonly enough: string; readonly contained: string }>> = {
  users: { enough: 'User.Read.All', contained: 'Directory.Read.All contains it' },
  groups: { enough: 'GroupMember.Read.All', contained: 'Group.Read.All and Directory.Read.All contain it' },
  members: {
    enough: 'GroupMember.Read.All or, for groups with hidden membership, Member.Read.Hidden',
    contained: 'nothing else contains the latter',
  },
  mailboxSettings: { enough: 'MailboxSettings.Read', contained: 'MailboxSettings.ReadWrite contains it' },
};

const NOUNS: Readonly<Record<Asked, string>> = {
  users: 'users',
  groups: 'groups',
  members: 'members of groups',
  mailboxSettings: 'kinds of mailboxes',
};

/** The error's code and words; empty where the answer has none. Codes are for programs, words change. */
export function errorOf({ body }: Pick<GraphAnswer, 'body'>): { readonly code: string; readonly message: string } {
  const error = isObject(body) ? body['error'] : undefined;
  if (!isObject(error)) return { code: '', message: '' };
  const { code, message } = error;
  return {
    code: typeof code === 'string' ? printable(code) : '',
    message: typeof message === 'string' ? printable(message) : '',
  };
}

/** An answer that is not the one that was asked for, as an error. */
export function graphFailure(answer: GraphAnswer, asked: Asked, connection: EntraConnection): DirectoryError {
  const { status } = answer;
  const { code } = errorOf(answer);
  if (status === 401) return tokenRefused(answer, connection);
  if (status === 403) return permissionLacks(answer, asked, connection);
  if (code === 'Directory_ExpiredPageToken') {
    return failure(
      'ENTRA_INCOMPLETE',
      `The link to the next ${NOUNS[asked]} had expired before it was followed, so there is no telling how many are missing.`,
      'Run it again. If it happens again, set fewer customers to be read at once with --parallelism.',
    );
  }
  const words = wordsOf(answer);
  return failure(
    status >= 500 ? 'ENTRA_UNAVAILABLE' : 'ENTRA_ANSWER',
    `Graph answered ${status} when asked for ${NOUNS[asked]}${words === '' ? '' : `: ${words}`}.`,
    status >= 500
      ? 'Run it again later; https://status.cloud.microsoft says whether the service has a fault.'
      : 'Look the code up at https://learn.microsoft.com/graph/errors.',
  );
}

/** An answer that Graph does not give. */
export function malformed(asked: Asked, what: string): DirectoryError {
  return failure(
    'ENTRA_PROTOCOL',
    `The answer to a request for ${NOUNS[asked]} cannot be trusted: ${what}.`,
    'Run it again. If it happens again, check whether a proxy on the way changes what Graph answers.',
  );
}

function tokenRefused(answer: GraphAnswer, { cloud }: EntraConnection): DirectoryError {
  return failure(
    'ENTRA_TOKEN',
    `Graph in the cloud ${cloudName(cloud)} does not take the token that the sign-in service gave (${wordsOf(answer)}).`,
    'Check directory.cloud: a token of one cloud is of no use in another.',
  );
}

function permissionLacks(answer: GraphAnswer, asked: Asked, { clientId }: EntraConnection): DirectoryError {
  const { enough, contained } = PERMISSIONS[asked];
  return failure(
    'ENTRA_CONSENT',
    `The app ${clientId} may not read the ${NOUNS[asked]}: it lacks the application permission ${enough} (${wordsOf(answer)}).`,
    `Under API permissions of the app registration, add the Microsoft Graph application permission ${enough} (${contained}) and grant admin consent.`,
  );
}

/** An answer to a request for users with the configuration's filter. */
export function filteredUsersFailure(answer: GraphAnswer, connection: EntraConnection): DirectoryError {
  const { filter } = connection;
  const isOfFilter = answer.status === 400 && errorOf(answer).code !== 'Directory_ExpiredPageToken';
  if (filter === null || !isOfFilter) return graphFailure(answer, 'users', connection);
  const words = wordsOf(answer);
  const position = Number(/position (\d+)/.exec(words)?.[1] ?? Number.NaN);
  const near = position > 0 && position <= filter.length ? `, which is behind "${filter.slice(0, position)}"` : '';
  return failure(
    'ENTRA_FILTER',
    `Graph does not take the filter "${filter}"${words === '' ? '' : `: ${words.replace(/\.$/, '')}${near}`}.`,
    'Correct directory.filter; https://learn.microsoft.com/graph/aad-advanced-queries says which operators each property takes.',
  );
}

function wordsOf(answer: GraphAnswer): string {
  const { code, message } = errorOf(answer);
  return [code, message.replace(/\.$/, '')].filter((text) => text !== '').join(': ');
}

const CONTROL = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu;

function printable(text: string): string {
  return text.replace(CONTROL, ' ').trim();
}
