/** What a recording of a tenant keeps, and what the tenant would have answered to another question, as far as that can be told from it. */
import type { EntraConnection, IncludePolicy } from '../../../domain/config.ts';
import type { DirectoryObject } from '../../../domain/directory.ts';
import type { DirectoryEvidence, EntraQuestion, KeptValues } from '../../../domain/directory-evidence.ts';
import type { ObjectId } from '../../../domain/roster.ts';
import { amongThemselves, cannotTell, type RecordedAnswer } from '../recorded-answer.ts';
import { hostsOf } from './clouds.ts';
import type { Records } from './describe.ts';
import { type LocalFilter, localFilter } from './filter.ts';
import { asksPurposes } from './mailboxes.ts';

export function evidenceOf({ users }: Records, connection: EntraConnection, include: IncludePolicy): DirectoryEvidence {
  const values = [...users.values()].map(({ id, accountEnabled, userType }): [ObjectId, KeptValues] => [
    id as ObjectId,
    {
      ...(accountEnabled === null ? {} : { accountenabled: [String(accountEnabled)] }),
      ...(userType === null ? {} : { usertype: [userType] }),
    },
  ]);
  return { question: questionOf(connection, include), values: new Map(values) };
}

function questionOf({ tenant, cloud, filter }: EntraConnection, include: IncludePolicy): EntraQuestion {
  return { type: 'entra', tenant, graph: hostsOf(cloud).graph, filter, purposes: asksPurposes(include) };
}

/** Objects as they were read, by what question, and the values that were kept. */
export interface Answered {
  readonly question: EntraQuestion;
  readonly objects: readonly DirectoryObject[];
  readonly values: DirectoryEvidence['values'];
}

/** The objects that this connection would read. */
export function answerAgain(
  { question, objects, values }: Answered,
  connection: EntraConnection,
  include: IncludePolicy,
): RecordedAnswer {
  const wanted = questionOf(connection, include);
  if (wanted.tenant !== question.tenant) return cannotTell(`it is of the tenant ${question.tenant}`);
  if (wanted.graph !== question.graph) return cannotTell(`it comes from ${question.graph}`);
  if (wanted.purposes && !question.purposes) {
    return cannotTell('it does not say which mailboxes are shared, rooms and equipment');
  }
  if (wanted.filter === question.filter) return { ok: true, objects };
  const filter = wanted.filter === null ? null : localFilter(wanted.filter);
  if (filter === null || question.filter !== null) {
    const [asked, now] = [question.filter, wanted.filter].map((text) => text ?? 'no filter');
    return cannotTell(`it was made with ${asked}, and only Microsoft Graph can say what ${now} gives`);
  }
  const left = objects.filter(({ id, kind }) => kind !== 'user' || filter(fieldsOf(values.get(id))));
  return { ok: true, objects: amongThemselves(left) };
}

function fieldsOf(values: KeptValues = {}): Parameters<LocalFilter>[0] {
  const [enabled] = values['accountenabled'] ?? [];
  return {
    accountEnabled: enabled === undefined ? null : enabled === 'true',
    userType: values['usertype']?.[0] ?? null,
  };
}
