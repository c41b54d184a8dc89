/** The beginning of every conversation: connection, banner, EHLO, STARTTLS, EHLO again. */
import type {
  SmtpAnswer,
  SmtpConnect,
  SmtpExtensions,
  SmtpReply,
  SmtpStartTls,
  SmtpUntried,
} from '../../domain/smtp-probe.ts';
import { type Command, hello, STARTTLS, verbOf } from './command.ts';
import { connectTo } from './connect.ts';
import { type Conversation, conversation } from './conversation.ts';
import { failedAs, malformed } from './failure.ts';
import type { Patience } from './patience.ts';
import { verdictOf } from './reply.ts';
import { type Authorities, certificateOf } from './tls.ts';

/** How we begin. */
export interface Manners {
  readonly helo: string;
  readonly authorities: Authorities;
}

/** How far it got. There is something to talk to only if every step but STARTTLS passed. */
export interface Greeting {
  readonly connect: SmtpConnect;
  readonly banner: SmtpAnswer;
  readonly hello: SmtpAnswer;
  readonly extensions: SmtpExtensions | null;
  readonly startTls: SmtpStartTls;
  readonly talk: Conversation | null;
}

export const NOT_REACHED: SmtpUntried = { status: 'untried', reason: 'notReached' };

/**
 * Greets the server, in TLS where that can be had. Where a handshake fails, it begins again in the clear, as mail servers do (RFC 7435).
 * Never rejects for what the server did.
 */
export async function greet(patience: Patience, manners: Manners): Promise<Greeting> {
  const first = await begin(patience, manners, 'ifOffered');
  if (first.startTls.status !== 'failed' || patience.signal.aborted) return first;
  const second = await begin(patience, manners, 'never');
  return { ...second, startTls: first.startTls };
}

/** Sends a command and judges the reply. Never rejects for what the server did. */
export async function answerTo(talk: Conversation, patience: Patience, command: Command): Promise<SmtpAnswer> {
  try {
    return judged(await talk.ask(command), patience, verbOf(command));
  } catch (error) {
    return failedAs(error);
  }
}

export function isAccepted(answer: SmtpAnswer): boolean {
  return answer.status === 'answered' && answer.verdict === 'accepted';
}

export function offers(extensions: SmtpExtensions | null, keyword: string): boolean {
  return extensions?.keywords.includes(keyword) === true;
}

async function begin(patience: Patience, manners: Manners, tls: 'ifOffered' | 'never'): Promise<Greeting> {
  const connected = await connectTo(patience).catch(failedAs);
  if ('status' in connected) return { connect: connected, banner: NOT_REACHED, ...STRANGERS, talk: null };
  const talk = conversation(connected.socket, patience);
  const connect = { status: 'connected', ip: connected.ip } as const;
  const banner = await talk.listen('banner').then((reply) => judged(reply, patience, 'a connection'), failedAs);
  const introduced = isAccepted(banner) ? await introduce(talk, patience, manners, tls) : STRANGERS;
  if (isAccepted(introduced.hello)) return { connect, banner, ...introduced, talk };
  talk.close();
  return { connect, banner, ...introduced, talk: null };
}

type Introduced = Pick<Greeting, 'hello' | 'extensions' | 'startTls'>;

const STRANGERS: Introduced = { hello: NOT_REACHED, extensions: null, startTls: { status: 'notReached' } };

async function introduce(
  talk: Conversation,
  patience: Patience,
  { helo, authorities }: Manners,
  tls: 'ifOffered' | 'never',
): Promise<Introduced> {
  const clear = await sayHello(talk, patience, helo);
  if (!isAccepted(clear.hello)) return { ...clear, startTls: { status: 'notReached' } };
  if (!offers(clear.extensions, 'STARTTLS')) return { ...clear, startTls: { status: 'notOffered' } };
  if (tls === 'never') return { ...clear, startTls: { status: 'notReached' } };
  const startTls = await startTlsOn(talk, patience, authorities);
  // What was said in the clear is forgotten (RFC 3207 4.2).
  return startTls.status === 'secured'
    ? { ...(await sayHello(talk, patience, helo)), startTls }
    : { ...clear, startTls };
}

/** EHLO; HELO where that is refused for good (RFC 5321 3.2). */
async function sayHello(
  talk: Conversation,
  patience: Patience,
  name: string,
): Promise<Pick<Greeting, 'hello' | 'extensions'>> {
  const extended = await answerTo(talk, patience, hello('EHLO', name));
  if (extended.status !== 'answered') return { hello: extended, extensions: null };
  if (extended.verdict === 'accepted') return { hello: extended, extensions: extensionsOf(extended.reply) };
  if (extended.verdict === 'deferred') return { hello: extended, extensions: null };
  return { hello: await answerTo(talk, patience, hello('HELO', name)), extensions: null };
}

async function startTlsOn(talk: Conversation, patience: Patience, authorities: Authorities): Promise<SmtpStartTls> {
  let discarded = 0;
  try {
    const reply = await talk.ask(STARTTLS);
    if (reply.code !== 220) return { status: 'declined', reply };
    discarded = talk.discard();
    const secured = await talk.secure(authorities);
    const certificate = certificateOf(secured, patience.server.address);
    return { status: 'secured', version: secured.getProtocol() ?? 'unknown', certificate, discarded };
  } catch (error) {
    talk.close();
    return { ...failedAs(error), discarded };
  }
}

/** The first line of an answer to EHLO is the server's name; each other is a keyword with its parameters (RFC 5321 4.1.1.1). */
function extensionsOf({ lines }: SmtpReply): SmtpExtensions {
  const offers = lines.slice(1).map((line) => line.toUpperCase().split(/[ =]+/));
  const size = Number(offers.find(([keyword]) => keyword === 'SIZE')?.[1]);
  return {
    keywords: [...new Set(offers.map(([keyword = '']) => keyword))].filter((keyword) => /^[A-Z\d-]+$/.test(keyword)),
    // RFC 1870 4: zero is no limit.
    maxSize: Number.isSafeInteger(size) && size > 0 ? size : null,
  };
}

function judged(reply: SmtpReply, { server }: Patience, what: string): SmtpAnswer {
  const verdict = verdictOf(reply);
  return verdict === null
    ? failedAs(malformed(server, `a reply with code ${reply.code}, which is no answer to ${what}`))
    : { status: 'answered', verdict, reply };
}
