/** Tries a mail server out: what it says, whether it speaks TLS, whom it takes mail for. It never sends a message. */
import type {
  SmtpAnswer,
  SmtpExtensions,
  SmtpProbe,
  SmtpQuestion,
  SmtpServer,
  SmtpUntried,
} from '../../domain/smtp-probe.ts';
import type { Clock } from '../../ports/clock.ts';
import { type Command, type Mailbox, mailFrom, QUIT, RSET, rcptTo, recipientOf, senderOf } from './command.ts';
import type { Conversation } from './conversation.ts';
import { answerTo, greet, isAccepted, NOT_REACHED, offers } from './greeting.ts';
import type { Patience } from './patience.ts';

export interface ProbeOptions {
  /** For each step: a connection, a reply, a handshake. */
  readonly timeoutMs: number;
  /** For the whole probe; five times `timeoutMs` unless given. */
  readonly totalMs?: number;
  readonly now: Clock;
  /** Authorities to trust in place of the usual ones, as PEM. */
  readonly ca?: string;
}

/**
 * Asks a server about one recipient that it must know and one that nobody can have. Never rejects for what the server did: each step has
 * its verdict. Rejects with RangeError for a sender or a name to greet with that cannot be written in SMTP.
 */
export type Probe = (server: SmtpServer, question: SmtpQuestion, signal: AbortSignal) => Promise<SmtpProbe>;

/** A probe with these limits. */
export function smtpProbe({ timeoutMs, totalMs = 5 * timeoutMs, now, ca }: ProbeOptions): Probe {
  return async (server, question, signal) => {
    const sender = senderOf(question.sender);
    const [observedAt, start] = [now(), performance.now()];
    const patience: Patience = { server, stepMs: timeoutMs, endsAt: start + totalMs, signal };
    const { talk, ...greeting } = await greet(patience, { helo: question.helo, authorities: ca ?? null });
    const asked =
      talk === null ? NOTHING_ASKED : await ask(talk, greeting.extensions, patience, { ...question, sender });
    talk?.close();
    return { server, question, observedAt, elapsedMs: Math.round(performance.now() - start), ...greeting, ...asked };
  };
}

type Asked = Pick<SmtpProbe, 'mailFrom' | 'knownRecipient' | 'randomRecipient' | 'quit'>;

const NOTHING_ASKED: Asked = {
  mailFrom: NOT_REACHED,
  knownRecipient: NOT_REACHED,
  randomRecipient: NOT_REACHED,
  quit: NOT_REACHED,
};

const NOT_ASKED: SmtpUntried = { status: 'untried', reason: 'notAsked' };

type Subjects = Pick<SmtpQuestion, 'knownRecipient' | 'randomRecipient'> & { readonly sender: Mailbox };

async function ask(
  talk: Conversation,
  extensions: SmtpExtensions | null,
  patience: Patience,
  { sender, knownRecipient, randomRecipient }: Subjects,
): Promise<Asked> {
  const takesUtf8 = offers(extensions, 'SMTPUTF8');
  const known = knownRecipient === null ? NOT_ASKED : recipientOf(knownRecipient, takesUtf8);
  const random = recipientOf(randomRecipient, takesUtf8);
  const utf8 = takesUtf8 && [sender, known, random].some((mailbox) => 'needsUtf8' in mailbox && mailbox.needsUtf8);
  let lost = false;
  const say = async (command: Command): Promise<SmtpAnswer> => {
    if (lost) return NOT_REACHED;
    const answer = await answerTo(talk, patience, command);
    lost = answer.status === 'failed';
    return answer;
  };
  const from = await say(mailFrom(sender, utf8));
  const about = async (recipient: Mailbox | SmtpUntried): Promise<SmtpAnswer> => {
    if ('status' in recipient) return recipient;
    return isAccepted(from) ? say(rcptTo(recipient)) : NOT_REACHED;
  };
  const answers = { mailFrom: from, knownRecipient: await about(known), randomRecipient: await about(random) };
  await say(RSET);
  return { ...answers, quit: await say(QUIT) };
}
