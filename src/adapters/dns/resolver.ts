/** Questions to the configured resolvers: one after the other until one answers, aliases followed to their end. */
import type { Answer } from '../../domain/observations.ts';
import { follow, type Reading, readMessage } from './answer.ts';
import type { Ask } from './ask.ts';
import { DnsFailure, failureOf } from './failure.ts';
import type { Question, QuestionType, RecordOf, ResourceRecord } from './message.ts';
import { canonicalName } from './name.ts';
import type { Resolvers, Server } from './server.ts';

export interface Resolution<R> {
  /** Who answered last; the first who was asked where nobody did. */
  readonly server: Server;
  /** Names that the name is an alias of, one after the other. */
  readonly chain: readonly string[];
  readonly answer: Answer<R>;
}

/** Never rejects for what the DNS did: that is a `failed` answer. Names in any case, with or without the last dot. */
export type Resolve = <T extends QuestionType>(type: T, name: string) => Promise<Resolution<RecordOf<T>>>;

/** Resolves through these servers. Each question is asked once: keep this for one observation. */
export function resolverOver(servers: Resolvers, ask: Ask, signal: AbortSignal): Resolve {
  const known = new Map<string, Promise<Resolution<ResourceRecord>>>();
  const lookUp = (question: Question) => resolution(question, servers, (query) => ask(query, signal));
  return async <T extends QuestionType>(type: T, written: string) => {
    const name = canonicalName(written);
    const key = `${type} ${name}`;
    const pending = known.get(key) ?? lookUp({ type, name });
    known.set(key, pending);
    // A reading has only records of the type that was asked for.
    return (await pending) as Resolution<RecordOf<T>>;
  };
}

type AskHere = (query: Parameters<Ask>[0]) => ReturnType<Ask>;

async function resolution(question: Question, servers: Resolvers, ask: AskHere): Promise<Resolution<ResourceRecord>> {
  let [server] = servers;
  const outcome = await follow(question, async (next) => {
    const first = await firstReading(next, servers, ask);
    server = first.server;
    return first.reading;
  });
  return { server, ...outcome };
}

interface FirstReading {
  readonly server: Server;
  readonly reading: Reading;
}

async function firstReading(question: Question, servers: Resolvers, ask: AskHere): Promise<FirstReading> {
  const failures: DnsFailure[] = [];
  for (const server of servers) {
    try {
      return { server, reading: readMessage(await ask({ server, question, recursion: true }), question) };
    } catch (error) {
      failures.push(failureOf(error));
    }
  }
  throw together(failures);
}

/** Several resolvers have failed: the first one's code and hint, and what each said. */
function together(failures: readonly DnsFailure[]): DnsFailure {
  const [first] = failures;
  if (first === undefined) throw new TypeError('There are no resolvers to ask');
  const message = [...new Set(failures.map(({ problem }) => problem.message))].join(' ');
  return new DnsFailure({ ...first.problem, message }, false);
}
