/** Lists that come page by page, to their end, from a service that need not tell the truth about how long they are (RFC 7644 3.4.2.4). */
import type { ScimAnswer, ScimClient } from './client.ts';
import { isObject, quoted, stop } from './problems.ts';

export interface ListRequest {
  readonly client: ScimClient;
  /** `/Users` */
  readonly endpoint: string;
  readonly pageSize: number;
  readonly log: (line: string) => void;
}

type Json = Readonly<Record<string, unknown>>;

/** Once through the list. */
interface Pass {
  readonly items: ReadonlyMap<string, Json>;
  /** What it said the length is, each time. */
  readonly totals: ReadonlySet<number>;
}

const MOST_PASSES = 4;
const MOST_ITEMS = 250_000;

/**
 * All resources, by id. The list is whole where it has as many as the service says. Where it has more, or the service changes its word, it
 * is whole where two readings in a row give the same. Rejects with TargetProblem: SCIM_INCOMPLETE, SCIM_ENDLESS, SCIM_MALFORMED, SCIM_FORBIDDEN or SCIM_LIST.
 */
export async function readAll(request: ListRequest): Promise<ReadonlyMap<string, Json>> {
  const { client, endpoint, log } = request;
  let before: Pass | null = null;
  for (let pass = 1; ; pass += 1) {
    const now = await passThrough(request);
    const most = Math.max(...now.totals);
    const isSettled = now.totals.size === 1 && most === now.items.size;
    if (isSettled) return now.items;
    const isTwice = before !== null && sameKeys(before.items, now.items);
    if (isTwice && most <= now.items.size) return now.items;
    const told = [...now.totals].join(', then ');
    log(`# ${client.host} says that ${endpoint} has ${told}, and gave ${now.items.size}`);
    if (isTwice || pass === MOST_PASSES) throw incomplete(request, told, now.items.size);
    before = now;
  }
}

async function passThrough(request: ListRequest): Promise<Pass> {
  const { client, endpoint, pageSize } = request;
  const items = new Map<string, Json>();
  const totals = new Set<number>();
  for (let startIndex = 1; ; ) {
    const path = `${endpoint}?startIndex=${startIndex}&count=${pageSize}`;
    const answer = await client.request({ method: 'GET', path });
    // There are services that have no empty page behind the last one.
    if (isBehindEnd(answer) && totals.has(items.size)) return { items, totals };
    if (answer.status !== 200) throw refusedList(request, answer);
    const { total, resources } = pageIn(answer, client.host, endpoint);
    totals.add(total);
    const sizeBefore = items.size;
    for (const resource of resources) items.set(idOf(resource, client.host, endpoint), resource);
    if (items.size > MOST_ITEMS) throw endless(request);
    // Only a page with nothing new is the end: a service may give fewer than it was asked for, or call a page's length the total.
    if (items.size === sizeBefore || (total === 0 && resources.length === 0)) return { items, totals };
    startIndex += resources.length;
  }
}

function isBehindEnd({ status }: ScimAnswer): boolean {
  return status === 400 || status === 404;
}

interface Page {
  readonly total: number;
  readonly resources: readonly Json[];
}

/** A page of a list. Throws TargetProblem (SCIM_MALFORMED). */
export function pageIn({ body, detail, isMalformed }: ScimAnswer, host: string, endpoint: string): Page {
  const total = Number(body?.['totalResults']);
  const resources = body?.['Resources'] ?? (total === 0 ? [] : undefined);
  if (!Number.isSafeInteger(total) || total < 0 || !Array.isArray(resources) || !resources.every(isObject)) {
    const what = isMalformed ? `what is no JSON, or was cut off (${detail})` : 'JSON that is no list of SCIM';
    throw malformed(host, endpoint, what);
  }
  return { total, resources };
}

/** The id of a resource (RFC 7643 3.1). Throws TargetProblem (SCIM_MALFORMED). */
export function idOf(resource: Json, host: string, endpoint: string): string {
  const { id } = resource;
  if (isId(id)) return id;
  throw malformed(
    host,
    endpoint,
    `a resource without an id that can be used (${quoted(JSON.stringify(id) ?? 'none')})`,
  );
}

/** Dots alone would be a step upwards in an address, in whatever way they are written there. */
export function isId(id: unknown): id is string {
  return typeof id === 'string' && id.length <= 1000 && !/^\.{0,2}$/.test(id) && !/\p{Cs}/u.test(id);
}

function malformed(host: string, endpoint: string, what: string) {
  return stop(
    'SCIM_MALFORMED',
    `${host} answered for ${endpoint} with ${what}.`,
    'Check that url of the target is where SCIM begins, and that no proxy answers in the place of the service.',
  );
}

function refusedList({ client, endpoint }: ListRequest, { status, detail }: ScimAnswer) {
  const told = detail === '' ? '' : `: "${detail}"`;
  if (status === 403) {
    const hint = 'Give the token the right to read and write, or make another one.';
    return stop('SCIM_FORBIDDEN', `${client.host} does not let the token read ${endpoint} (403)${told}.`, hint);
  }
  const isMissing = status === 404 || status === 501;
  const hint =
    isMissing && endpoint === '/Groups'
      ? 'If the service has no groups, write groups: false in the target.'
      : isMissing
        ? 'Check url of the target: it is what stands before /Users.'
        : 'Run it again later. If it happens again, ask those who run the service.';
  return stop('SCIM_LIST', `${client.host} could not be asked for ${endpoint} (${status})${told}.`, hint);
}

function incomplete({ client, endpoint }: ListRequest, told: string, given: number) {
  return stop(
    'SCIM_INCOMPLETE',
    `${client.host} says that ${endpoint} has ${told} resources, and gave ${given}. What is not read to its end is not compared.`,
    'Run it again when nobody changes anything there. If it happens again, ask those who run the service.',
  );
}

function endless({ client, endpoint }: ListRequest) {
  return stop(
    'SCIM_ENDLESS',
    `${client.host} gave more than ${MOST_ITEMS} resources of ${endpoint}, and does not come to an end.`,
    'Ask those who run the service.',
  );
}

function sameKeys(a: ReadonlyMap<string, Json>, b: ReadonlyMap<string, Json>): boolean {
  return a.size === b.size && [...a.keys()].every((id) => b.has(id));
}
