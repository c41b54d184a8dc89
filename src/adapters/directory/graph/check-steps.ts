/** The steps of trying a tenant out. */
import type { DirectoryConfig, EntraConnection } from '../../../domain/config.ts';
import { count as counted } from '../../../domain/words.ts';
import type { CheckReport, Finding } from '../check-report.ts';
import { batch, type PartRequest } from './batch.ts';
import type { GraphAnswer, GraphClient } from './client.ts';
import { hostsOf } from './clouds.ts';
import { isObject } from './exchange.ts';
import { ADVANCED, firstUsers, WITH_ADDRESS } from './full.ts';
import { type Asked, errorOf, filteredUsersFailure, graphFailure, malformed } from './graph-errors.ts';
import { asksPurposes } from './mailboxes.ts';
import { askingOf, type Outside, openTenant } from './open.ts';
import { parseUser, type UserRecord } from './records.ts';
import { lookUpTenant } from './tenant.ts';

/** What the steps of one check share. */
export interface Trial {
  readonly directory: DirectoryConfig<EntraConnection>;
  readonly outside: Outside;
  readonly report: CheckReport;
  /** Aborts when the time is up, and when the user stops it. */
  readonly signal: AbortSignal;
  /** Filled in on the way, so that a check that is cut off still tells what it had found. */
  readonly found: { directory: string | null; users: number | null; groups: number | null };
}

/** The steps one after the other. Rejects with what ended the current one. */
export async function tryOut(trial: Trial): Promise<void> {
  const { report, directory, outside, signal, found } = trial;
  const { connection } = directory;
  report.begin('reach');
  const id = await lookUpTenant(connection, askingOf(connection, outside, signal));
  report.end(`${new URL(hostsOf(connection.cloud).login).host} knows the tenant ${id}.`);
  found.directory = id;
  report.begin('signIn');
  const { client, signIn } = await openTenant(connection, outside, signal);
  await signIn();
  report.end(`The app ${connection.clientId} is signed in.`);
  report.begin('read');
  found.directory = await nameOf(client, id);
  const users = await readTen(client, trial);
  report.begin('rights');
  const lacking = await rightsOf(client, users, trial);
  report.end('Users, groups and members can be read.', lacking);
  if (report.hasFailed()) return;
  report.begin('count');
  await count(client, trial);
}

/** The tenant's own name needs a right that readings do not: where it lacks, the id says which tenant it is. */
async function nameOf(client: GraphClient, id: string): Promise<string> {
  const { status, body } = await client.get('/organization?$select=id,displayName');
  const first: unknown =
    status === 200 && isObject(body) && Array.isArray(body['value']) ? body['value'][0] : undefined;
  const name = isObject(first) ? first['displayName'] : undefined;
  return typeof name === 'string' && name !== '' ? `${name} (${id})` : id;
}

/** Of a right that lacks the next step says more, together with others. */
async function readTen(
  client: GraphClient,
  { directory: { connection }, report }: Trial,
): Promise<readonly UserRecord[]> {
  const { start } = await firstUsers(client, connection.filter, '$top=10');
  if (start.status === 403) return [];
  if (start.status !== 200) throw filteredUsersFailure(start, connection);
  const list = valuesOf(start, 'users');
  const users = list.map(parseUser);
  report.end(`${counted(users.length, 'user')} read.`, users.length > 0 ? [] : [nobody(connection)]);
  return users;
}

function nobody({ filter, tenant }: EntraConnection): Finding {
  const what = filter === null ? `The tenant ${tenant} has no users.` : `The filter "${filter}" brings no user.`;
  const hint = filter === null ? 'Check directory.tenant.' : 'Correct directory.filter.';
  return { severity: 'warning', problem: { code: 'ENTRA_NOBODY', message: what, hint } };
}

/** What the app may not read, and a reading needs. */
async function rightsOf(client: GraphClient, users: readonly UserRecord[], trial: Trial): Promise<readonly Finding[]> {
  const { connection, include } = trial.directory;
  const mailbox = users.find(({ mail }) => mail !== null)?.id;
  const lists: readonly (readonly [Asked, PartRequest])[] = [
    ['users', { path: '/users?$select=id&$top=1' }],
    ['groups', { path: `/groups?$select=id&$filter=${WITH_ADDRESS}&$top=1` }],
    ...(asksPurposes(include) && mailbox !== undefined
      ? [['mailboxSettings', { path: `/users/${mailbox}/mailboxSettings/userPurpose` }] as const]
      : []),
  ];
  const answers = await batch(
    { client, connection, asked: 'users' },
    lists.map(([, part]) => part),
  );
  const findings = lists.flatMap(([asked], index) => findingOf(answers[index], asked, connection));
  const group = answers[1]?.status === 200 ? valuesOf(answers[1], 'groups')[0] : undefined;
  const id = isObject(group) && typeof group['id'] === 'string' ? group['id'] : null;
  if (id === null) return findings;
  const part = { path: `/groups/${encodeURIComponent(id)}/members?$select=id&$top=1` };
  const [members] = await batch({ client, connection, asked: 'members' }, [part]);
  return [...findings, ...findingOf(members, 'members', connection)];
}

/** A user without a mailbox is none of a right's doing. */
function findingOf(answer: GraphAnswer | undefined, asked: Asked, connection: EntraConnection): readonly Finding[] {
  if (answer === undefined) throw malformed(asked, 'a batch lacks a response');
  if (answer.status === 200 || (asked === 'mailboxSettings' && answer.status === 404)) return [];
  const error = graphFailure(answer, asked, connection);
  if (answer.status !== 403) throw error;
  return [{ severity: 'failed', problem: error.problem }];
}

async function count(client: GraphClient, { directory: { connection }, report, found }: Trial): Promise<void> {
  const { filter } = connection;
  const narrowed = filter === null ? '' : `?$filter=${encodeURIComponent(filter)}`;
  found.users = await countOf(client, `/users/$count${narrowed}`, 'users', connection);
  found.groups = await countOf(client, `/groups/$count?$filter=${WITH_ADDRESS}`, 'groups', connection);
  report.end(`${counted(found.users, 'user')} and ${counted(found.groups, 'group')} match, before any rule.`);
}

async function countOf(
  client: GraphClient,
  path: string,
  asked: 'users' | 'groups',
  connection: EntraConnection,
): Promise<number> {
  const answer = await client.get(path, { ...ADVANCED, accept: 'text/plain' });
  if (answer.status !== 200) {
    throw asked === 'users' ? filteredUsersFailure(answer, connection) : graphFailure(answer, asked, connection);
  }
  if (typeof answer.body === 'number' && Number.isSafeInteger(answer.body) && answer.body >= 0) return answer.body;
  throw malformed(asked, 'it is no number');
}

function valuesOf(answer: GraphAnswer, asked: Asked): readonly unknown[] {
  const { body } = answer;
  if (isObject(body) && Array.isArray(body['value'])) return body['value'];
  const { code } = errorOf(answer);
  throw malformed(asked, code === '' ? 'it has no list of values' : `it holds an error (${code})`);
}
