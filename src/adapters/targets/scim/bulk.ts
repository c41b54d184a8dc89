/** Many new users in few requests (RFC 7644 3.7). What does not come through that way is done one by one. */
import { userBody } from './bodies.ts';
import { idMade } from './lookup.ts';
import { type Outcome, refused } from './outcome.ts';
import { isObject, NoAnswer, quoted } from './problems.ts';
import type { UserValue } from './project.ts';
import { errorIn } from './told-error.ts';
import type { WritingContext } from './writing.ts';

const BULK_REQUEST = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
/** However many a service takes: so many are to be looked up where the answer is lost. */
const MOST_OPERATIONS = 100;
/** What stands around the operations. */
const ENVELOPE_BYTES = 200;

/** Users for one request each time: no more than the service takes, by number and by bytes. What has to go alone is a list of one. */
export function bulksOf(
  values: readonly UserValue[],
  { sent, service }: WritingContext['holdings'],
): readonly (readonly UserValue[])[] {
  const { bulk } = service;
  if (bulk === null || !service.filter) return values.map((value) => [value]);
  const mostOperations = Math.min(bulk.maxOperations, MOST_OPERATIONS);
  const bulks: UserValue[][] = [];
  let open: UserValue[] = [];
  let bytes = ENVELOPE_BYTES;
  for (const value of values) {
    const json = JSON.stringify(operationOf(value, sent, open.length));
    // In Bulk such a text anywhere is a reference to another operation.
    if (json.includes('bulkId:')) {
      bulks.push([value]);
      continue;
    }
    const size = Buffer.byteLength(json) + 1;
    if (open.length > 0 && (open.length === mostOperations || bytes + size > bulk.maxPayloadSize)) {
      bulks.push(open);
      open = [];
      bytes = ENVELOPE_BYTES;
    }
    open.push(value);
    bytes += size;
  }
  return open.length === 0 ? bulks : [...bulks, open];
}

function operationOf(value: UserValue, sent: WritingContext['holdings']['sent'], index: number) {
  return { method: 'POST', path: '/Users', bulkId: `user-${index}`, data: userBody(value, sent) };
}

/** Makes these users, and gives each its outcome in their order. */
export async function createInBulk(
  context: WritingContext,
  values: readonly UserValue[],
  single: (value: UserValue, isUncertain: boolean) => Promise<Outcome>,
): Promise<readonly Outcome[]> {
  const { client, holdings, log } = context;
  const Operations = values.map((value, index) => operationOf(value, holdings.sent, index));
  const body = { schemas: [BULK_REQUEST], Operations };
  const answer = await client.request({ method: 'POST', path: '/Bulk', body }).catch((error: unknown) => {
    if (error instanceof NoAnswer && error.kind === 'lost') return error;
    throw error;
  });
  const told = answer instanceof NoAnswer ? null : answersIn(answer.body);
  if (told === null) context.learned.bulk = false;
  if (told === null)
    log(`# ${client.host} did not say what became of ${values.length} users in Bulk; they are looked up one by one`);
  const outcomes: Outcome[] = [];
  for (const [index, value] of values.entries()) {
    const one = told?.get(`user-${index}`);
    outcomes.push(await outcomeOf(context, value, one, single));
  }
  return outcomes;
}

interface BulkAnswer {
  readonly status: number;
  readonly location: string | null;
  readonly response: Readonly<Record<string, unknown>> | null;
}

/** By bulkId; null where there is no answer of Bulk. */
function answersIn(body: Readonly<Record<string, unknown>> | null): ReadonlyMap<string, BulkAnswer> | null {
  const list = body?.['Operations'];
  if (!Array.isArray(list)) return null;
  return new Map(
    list.filter(isObject).flatMap(({ bulkId, status, location, response }) => {
      // Drafts had the status in an object.
      const code = Number(isObject(status) ? status['code'] : status);
      if (typeof bulkId !== 'string' || !Number.isInteger(code)) return [];
      const answer = {
        status: code,
        location: typeof location === 'string' ? location : null,
        response: isObject(response) ? response : null,
      };
      return [[bulkId, answer] as const];
    }),
  );
}

async function outcomeOf(
  context: WritingContext,
  value: UserValue,
  answer: BulkAnswer | undefined,
  single: (value: UserValue, isUncertain: boolean) => Promise<Outcome>,
): Promise<Outcome> {
  if (answer === undefined) return single(value, true);
  const { status, location, response } = answer;
  if (status >= 200 && status < 300) {
    const id = idMade(response, location);
    if (id === null || context.learned.marks !== true) return single(value, true);
    return { ok: true, id };
  }
  if (status === 409 || status === 429 || status >= 500) return single(value, true);
  const told = response === null ? null : errorIn(response, true);
  const { scimType } = told ?? { scimType: '' };
  const detail = quoted(told?.detail ?? '');
  return refused(context.client.host, `${value.userName} could not be made`, {
    status,
    scimType,
    detail,
    isMalformed: false,
  });
}
