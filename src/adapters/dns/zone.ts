/** The zone's own servers, found by their NS records, and what each of them says. */
import type { Answer, NameServerAnswer } from '../../domain/observations.ts';
import { follow, readMessage, textsOf } from './answer.ts';
import type { Ask } from './ask.ts';
import { type DnsFailure, nobodyToAsk } from './failure.ts';
import { hostOf } from './host.ts';
import { parentOf } from './name.ts';
import type { Resolve } from './resolver.ts';
import { serverText } from './server.ts';

/** Names that are tried on the way up to the zone's apex. */
const MAX_STEPS = 12;
/** More than any zone needs (the root has 13); what is beyond is not asked. */
const MAX_SERVERS = 16;
const MAX_ADDRESSES = 4;

export interface ZoneAsking {
  readonly resolve: Resolve;
  readonly ask: Ask;
  readonly signal: AbortSignal;
  /** On which the zone's servers listen. */
  readonly port: number;
}

interface ZoneServer {
  readonly name: string;
  readonly address: string;
}

/**
 * Asks each of the zone's servers for the TXT records of `name`. Sorted by the servers' names, then addresses.
 * Rejects with DnsFailure where the zone's servers cannot be found.
 */
export async function askZone(name: string, asking: ZoneAsking): Promise<readonly NameServerAnswer[]> {
  const names = await serverNames(name, asking.resolve);
  const answers = await Promise.all(names.map((server) => askServer(server, name, asking)));
  return answers.flat();
}

/** Walks up from the name to the first that has NS records. Never up to a top-level domain: its servers are nobody's own. */
async function serverNames(name: string, resolve: Resolve): Promise<readonly string[]> {
  let above = name;
  // The zone usually begins one or two labels up: asked for together, that is one round trip.
  for (let step = 0; step < MAX_STEPS && above.includes('.'); step += 2) {
    const names = [above, parentOf(above)].filter((owner) => owner.includes('.'));
    const found = await Promise.all(names.map((owner) => nameServersOf(owner, resolve)));
    const servers = found.find((answer) => answer.status === 'answered');
    if (servers?.status === 'answered') return servers.records;
    const failed = found.find((answer) => answer.status === 'failed');
    if (failed?.status === 'failed') {
      throw nobodyToAsk(`The name servers of ${name} cannot be found. ${failed.problem.message}`, failed.problem.hint);
    }
    above = parentOf(parentOf(above));
  }
  throw nobodyToAsk(
    `No zone has ${name} in it: neither it nor a domain above has NS records.`,
    'Check that the domain is registered, and that its registration names the servers of its zone.',
  );
}

/** Names of servers, each once. Those of another name that this one is an alias of are not its own. */
async function nameServersOf(owner: string, resolve: Resolve): Promise<Answer<string>> {
  const { answer, chain } = await resolve('NS', owner);
  if (answer.status !== 'answered') return answer;
  if (chain.length > 0) return { status: 'noData', ttl: null };
  const names = new Set(answer.records.map(({ target }) => target));
  return { ...answer, records: [...names].toSorted().slice(0, MAX_SERVERS) };
}

async function askServer(server: string, name: string, asking: ZoneAsking): Promise<readonly NameServerAnswer[]> {
  const { addresses } = await hostOf(server, asking.resolve);
  if (addresses.status !== 'answered') {
    const { problem } = addresses.status === 'failed' ? addresses : withoutAddress(server);
    return [{ name: server, address: null, answer: { status: 'failed', problem } }];
  }
  const asked = addresses.records.slice(0, MAX_ADDRESSES);
  const answers = await Promise.all(asked.map((address) => askAddress({ name: server, address }, name, asking)));
  const reachable = answers.filter(({ answer }) => !hasNoRoute(answer));
  // A machine without IPv6 learns nothing of the server's IPv6 address, and as long as there is another need not.
  return reachable.length > 0 ? reachable : answers;
}

function withoutAddress(server: string): DnsFailure {
  return nobodyToAsk(
    `${server}, which the NS records name, has no address.`,
    'Give it an address, or take it out of the NS records.',
  );
}

function hasNoRoute(answer: Answer<string>): boolean {
  return answer.status === 'failed' && answer.problem.code === 'DNS_NO_ROUTE';
}

async function askAddress(
  { name: server, address }: ZoneServer,
  name: string,
  { resolve, ask, signal, port }: ZoneAsking,
): Promise<NameServerAnswer> {
  const own = { address, port };
  const { answer } = await follow({ type: 'TXT', name }, async (question) => {
    if (question.name !== name) {
      // Where an alias leads may be another zone, with other servers.
      const { answer: further, chain } = await resolve('TXT', question.name);
      return { chain, answer: further, ttl: Number.POSITIVE_INFINITY };
    }
    const reading = readMessage(await ask({ server: own, question, recursion: false }, signal), question);
    // What a server says about the end of an alias, beyond its own zone, may be nothing but its ignorance.
    return reading.chain.length > 0 && reading.answer?.status !== 'answered' ? { ...reading, answer: null } : reading;
  });
  return { name: server, address: serverText(own), answer: textsOf(answer) };
}
