/** One question to one server: by UDP, by TCP where the answer is cut short, without EDNS where the server knows none; and once more. */
import { randomInt } from 'node:crypto';
import pLimit from 'p-limit';
import { failureOf, lame, malformed, notAName, notRecursive, type Query, refusedWith, truncated } from './failure.ts';
import {
  BADVERS,
  decodeResponse,
  encodeQuery,
  FORMERR,
  isResponse,
  isTruncated,
  type Message,
  NOERROR,
  NOTIMP,
  NXDOMAIN,
  UnreadableMessage,
} from './message.ts';
import { isAskable } from './name.ts';
import { DNS_PORT, serverText } from './server.ts';
import { askByTcp } from './tcp.ts';
import { askByUdp, type Limits } from './udp.ts';

/** Asks one server, twice if the first answer may pass. Resolves with NOERROR or NXDOMAIN from a server that knows; rejects with DnsFailure. */
export type Ask = (query: Query, signal: AbortSignal) => Promise<Message>;

export interface AskOptions {
  /** For one try over UDP or TCP. */
  readonly timeoutMs: number;
  /** Questions under way at once. */
  readonly parallelism: number;
  /** Takes debug lines: each question as the `dig` command that would repeat it, and what came of it. */
  readonly log: (line: string) => void;
}

/** A server that did not answer the last question is asked once, not twice, until it answers again. */
export function asker({ timeoutMs, parallelism, log }: AskOptions): Ask {
  const limit = pLimit(parallelism);
  const silent = new Set<string>();
  const attempt = async (query: Query, signal: AbortSignal) => {
    const server = serverText(query.server);
    try {
      const message = await limit(() => askOnce(query, { timeoutMs, signal }));
      silent.delete(server);
      log(digCommand(query));
      return message;
    } catch (error) {
      const failure = failureOf(error);
      if (failure.problem.code === 'DNS_TIMEOUT' && !signal.aborted) silent.add(server);
      log(`${digCommand(query)}: ${failure.problem.code}`);
      throw failure;
    }
  };
  return async (query, signal) => {
    if (!isAskable(query.question.name)) throw notAName(query.question.name);
    const isSilent = silent.has(serverText(query.server));
    try {
      return await attempt(query, signal);
    } catch (error) {
      if (!failureOf(error).mayPass || isSilent || signal.aborted) throw error;
      return attempt(query, signal);
    }
  };
}

async function askOnce(query: Query, limits: Limits): Promise<Message> {
  const message = await withEdnsOrWithout(query, limits);
  const { rcode, authoritative, recursionAvailable, answers } = message;
  if (rcode !== NOERROR && rcode !== NXDOMAIN) throw refusedWith(query, rcode);
  if (!query.recursion && !authoritative) throw lame(query);
  if (query.recursion && !authoritative && !recursionAvailable && answers.length === 0) throw notRecursive(query);
  return message;
}

// RFC 6891 7: what servers say that do not know EDNS, or not its version.
const NO_EDNS: ReadonlySet<number> = new Set([FORMERR, NOTIMP, BADVERS]);

async function withEdnsOrWithout(query: Query, limits: Limits): Promise<Message> {
  const message = await exchange(query, true, limits);
  return NO_EDNS.has(message.rcode) ? exchange(query, false, limits) : message;
}

async function exchange(query: Query, edns: boolean, limits: Limits): Promise<Message> {
  const id = randomInt(2 ** 16);
  const bytes = encodeQuery(query.question, { id, recursion: query.recursion, edns });
  const message = await askByUdp(query, bytes, (datagram) => datagramAnswer(query, id, datagram), limits);
  return message === TRUNCATED ? tcpAnswer(query, id, await askByTcp(query, bytes, limits)) : message;
}

const TRUNCATED = Symbol('truncated');

/** Null for a datagram that is no answer to this question. */
function datagramAnswer(query: Query, id: number, bytes: Buffer): Message | typeof TRUNCATED | null {
  if (!isResponse(bytes, id)) return null;
  if (isTruncated(bytes)) return TRUNCATED;
  return decoded(query, bytes);
}

function tcpAnswer(query: Query, id: number, bytes: Buffer): Message {
  if (!isResponse(bytes, id)) throw malformed(query, 'it answers another question');
  if (isTruncated(bytes)) throw truncated(query);
  const message = decoded(query, bytes);
  if (message === null) throw malformed(query, 'it answers another question');
  return message;
}

function decoded(query: Query, bytes: Buffer): Message | null {
  try {
    const response = decodeResponse(bytes, query.question);
    return response.fits ? response.message : null;
  } catch (error) {
    throw error instanceof UnreadableMessage ? malformed(query, error.message) : error;
  }
}

function digCommand({ server, question, recursion }: Query): string {
  const port = server.port === DNS_PORT ? '' : ` -p ${server.port}`;
  const name = /^[\w.-]+$/.test(question.name) ? question.name : `'${question.name.replaceAll("'", "'\\''")}'`;
  return `dig ${recursion ? '' : '+norecurse '}@${server.address}${port} ${question.type} ${name}`;
}
