/** Asks the mail servers of one site who exists. */
import { type AddressKey, type DomainName, domainOf } from '../domain/address.ts';
import type { SiteConfig, SiteServer } from '../domain/config.ts';
import type { Problem } from '../domain/diagnostic.ts';
import { isPolicy } from '../domain/smtp-findings.ts';
import { replyText, type SmtpAnswer, serverText } from '../domain/smtp-probe.ts';
import type { RecipientVerifier } from '../ports/mail-servers.ts';
import { nobodyAt } from './nobody.ts';

export interface AskRequest {
  readonly verifier: RecipientVerifier;
  /** What servers are greeted with (`heloOf`). */
  readonly helo: string;
  /** Waited for before each question. */
  readonly pace: () => Promise<void>;
  readonly signal: AbortSignal;
  /** Told after each recipient that a server has said something about, or was given up for. */
  readonly onProgress?: (progress: AskProgress) => void;
}

export interface AskProgress {
  readonly server: string;
  readonly found: boolean;
}

/** Whether this one exists was not to be found out. */
export interface Undecided {
  readonly address: AddressKey;
  /** As people write it. */
  readonly server: string;
  /** The reply, or why there was none. */
  readonly reason: string;
  /** What to do about it, where trying again later is not all. */
  readonly hint: string | null;
}

/** A server that takes mail for somebody whom nobody has: what it says of others is worth nothing. */
export interface TakesAnything {
  readonly server: string;
  readonly domain: DomainName;
  /** Who was made up. */
  readonly address: string;
  readonly reply: string;
}

export interface SiteFindings {
  readonly site: string;
  readonly found: readonly AddressKey[];
  readonly refused: number;
  readonly undecided: readonly Undecided[];
  /** Why nothing more was asked here. */
  readonly stopped: TakesAnything | null;
  /** After it stopped, or was interrupted. */
  readonly notAsked: number;
}

/** What came out so far. */
interface Tally {
  readonly found: AddressKey[];
  refused: number;
  readonly undecided: Undecided[];
}

/** How it ended with one server. */
interface Turn {
  /** About whom it said nothing. */
  readonly left: readonly AddressKey[];
  /** Why it said no more; null if it was asked about everybody, or interrupted. */
  readonly lost: { readonly server: SiteServer; readonly problem: Problem } | null;
  readonly proof: TakesAnything | null;
}

/** Failures in a row, one for each of so many recipients, after which a server is given up. */
const FAILURES_MAX = 2;

const BY_POLICY =
  'It refuses whoever is asked about as a matter of policy: let this machine in, and check that the server takes mail for this domain.';

/**
 * Servers are tried in the order in which mail tries them; the next one is asked where one cannot be reached, and only what that one left
 * open. Before anything else each server is asked about somebody whom nobody has, in every domain. Never rejects for what a server did;
 * once the signal is aborted it ends with what it has.
 */
export async function askSite(
  { name: site, servers }: SiteConfig,
  addresses: readonly AddressKey[],
  request: AskRequest,
): Promise<SiteFindings> {
  const tally: Tally = { found: [], refused: 0, undecided: [] };
  let turn: Turn = { left: addresses, lost: null, proof: null };
  for (const server of servers.toSorted((a, b) => a.priority - b.priority)) {
    if (turn.left.length === 0 || turn.proof !== null || request.signal.aborted) break;
    turn = await askServer(server, turn.left, request, tally);
  }
  const { left, lost, proof } = turn;
  if (proof !== null || lost === null || request.signal.aborted) {
    return { site, ...tally, stopped: proof, notAsked: left.length };
  }
  const { server, problem } = lost;
  const unanswered = left.map((address) => undecided(address, server, problem.message, problem.hint));
  return { site, ...tally, undecided: [...tally.undecided, ...unanswered], stopped: null, notAsked: 0 };
}

async function askServer(
  server: SiteServer,
  open: readonly AddressKey[],
  request: AskRequest,
  tally: Tally,
): Promise<Turn> {
  const { verifier, helo, signal, pace } = request;
  // The null sender, as in a check: every server has to take it, and no answer can go to anybody.
  await using session = await verifier.open(server, { helo, sender: '', signal });
  const ask: Ask = async (recipient) => {
    await pace();
    return session.verify(recipient);
  };
  const trial = await tryDomains(server, [...new Set(open.map(domainOf))], ask);
  if (trial.status !== 'tried') return { left: open, lost: null, proof: null, ...trial.end };
  const { putOff, byPolicy } = trial;
  for (const address of open) {
    const reason = putOff.get(domainOf(address));
    if (reason !== undefined) tally.undecided.push(undecided(address, server, reason, null));
  }
  const asked = open.filter((address) => !putOff.has(domainOf(address)));
  // Awaited here, or the conversation would be over before it began.
  return await askEach(server, asked, { ...request, ask, byPolicy }, tally);
}

type Ask = (recipient: string) => Promise<SmtpAnswer>;

type Trial =
  | { readonly status: 'ended'; readonly end: Partial<Turn> }
  | {
      readonly status: 'tried';
      /** Domains in which it did not refuse, and what it said in place of that. */
      readonly putOff: ReadonlyMap<DomainName, string>;
      /** Domains in which it refused without a word about the mailbox. */
      readonly byPolicy: ReadonlySet<DomainName>;
    };

/** Whether the server refuses whom nobody has, in each of the domains. */
async function tryDomains(server: SiteServer, domains: readonly DomainName[], ask: Ask): Promise<Trial> {
  const putOff = new Map<DomainName, string>();
  const byPolicy = new Set<DomainName>();
  for (const domain of domains) {
    const address = nobodyAt(domain);
    const answer = await ask(address);
    if (answer.status === 'failed') return { status: 'ended', end: { lost: { server, problem: answer.problem } } };
    if (answer.status === 'untried') putOff.set(domain, 'it could not be asked about an address that nobody has');
    else if (answer.verdict === 'accepted') {
      const proof = { server: serverText(server), domain, address, reply: replyText(answer.reply) };
      return { status: 'ended', end: { proof } };
    } else if (answer.verdict === 'deferred') {
      putOff.set(domain, `an address that nobody has was not refused: ${replyText(answer.reply)}`);
    } else if (isPolicy(answer.reply)) byPolicy.add(domain);
  }
  return { status: 'tried', putOff, byPolicy };
}

interface AskEach extends Pick<AskRequest, 'signal' | 'onProgress'> {
  readonly ask: Ask;
  readonly byPolicy: ReadonlySet<DomainName>;
}

async function askEach(
  server: SiteServer,
  addresses: readonly AddressKey[],
  { ask, byPolicy, signal, onProgress }: AskEach,
  tally: Tally,
): Promise<Turn> {
  const refusals: Refusal[] = [];
  const silent: AddressKey[] = [];
  let lost: Turn['lost'] = null;
  let inARow = 0;
  let asked = 0;
  for (const address of addresses) {
    if (signal.aborted || inARow === FAILURES_MAX) break;
    const answer = await ask(address);
    if (answer.status === 'failed' && signal.aborted) break;
    asked += 1;
    inARow = answer.status === 'failed' ? inARow + 1 : 0;
    const found = isFind(answer);
    if (found) tally.found.push(address);
    else if (answer.status === 'failed') {
      silent.push(address);
      lost = { server, problem: answer.problem };
    } else if (!isRefusal(answer)) tally.undecided.push(undecided(address, server, reasonOf(answer), null));
    else if (byPolicy.has(domainOf(address))) refusals.push({ address, reason: reasonOf(answer) });
    else tally.refused += 1;
    onProgress?.({ server: serverText(server), found });
  }
  countRefusals(server, refusals, tally);
  return { left: [...silent, ...addresses.slice(asked)], lost, proof: null };
}

interface Refusal {
  readonly address: AddressKey;
  readonly reason: string;
}

/** Where a server refuses by policy whom nobody has, its refusals mean something only if it took mail for somebody else. */
function countRefusals(server: SiteServer, refusals: readonly Refusal[], tally: Tally): void {
  const meant = new Set(tally.found.map(domainOf));
  for (const { address, reason } of refusals) {
    if (meant.has(domainOf(address))) tally.refused += 1;
    else tally.undecided.push(undecided(address, server, reason, BY_POLICY));
  }
}

/** 252 takes the mail, and says that it does not know whether there is such a recipient (RFC 5321 3.5.3). */
function isFind(answer: SmtpAnswer): boolean {
  return answer.status === 'answered' && answer.verdict === 'accepted' && answer.reply.code !== 252;
}

/** Mail for an address beyond ASCII cannot be delivered to a server that does not take such addresses (RFC 6531 3.2). */
function isRefusal(answer: SmtpAnswer): boolean {
  return answer.status === 'answered' ? answer.verdict === 'refused' : answer.status === 'untried';
}

function reasonOf(answer: SmtpAnswer): string {
  if (answer.status === 'answered') return replyText(answer.reply);
  return answer.status === 'failed' ? answer.problem.message : 'it does not take such an address';
}

function undecided(address: AddressKey, server: SiteServer, reason: string, hint: string | null): Undecided {
  return { address, server: serverText(server), reason, hint };
}
