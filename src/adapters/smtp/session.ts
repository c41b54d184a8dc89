/** Asks a mail server about many recipients, over as few connections as it lets us. It never sends a message. */
import {
  replyText,
  type SmtpAnswer,
  type SmtpFailed,
  type SmtpReply,
  type SmtpServer,
} from '../../domain/smtp-probe.ts';
import { type Mailbox, mailFrom, QUIT, RSET, rcptTo, recipientOf, senderOf } from './command.ts';
import type { Conversation } from './conversation.ts';
import { closed, failedAs, turnedAway } from './failure.ts';
import { answerTo, type Greeting, greet, isAccepted, offers } from './greeting.ts';
import type { Patience } from './patience.ts';

export interface SessionOptions {
  /** As for a probe. */
  readonly helo: string;
  readonly sender: string;
  /** For each step: a connection, a reply, a handshake. */
  readonly timeoutMs: number;
  /** Authorities to trust in place of the usual ones, as PEM. */
  readonly ca?: string;
  readonly signal: AbortSignal;
}

export interface SmtpSession extends AsyncDisposable {
  /**
   * Asks whether the server takes mail for an address. `answered` is a verdict about this recipient; `failed` and `untried` say nothing about
   * it. It never rejects for what the server did. One question is asked at a time, as fast as they come: the caller sees to the rate.
   */
  verify(recipient: string): Promise<SmtpAnswer>;
}

/** What is open now. */
interface Line {
  readonly talk: Conversation;
  readonly takesUtf8: boolean;
  /** Whether this connection has brought a verdict yet: if so, losing it is no news about the server. */
  proven: boolean;
  /** The transaction that recipients are named in, or null before MAIL. */
  transaction: { readonly utf8: boolean; recipients: number } | null;
}

// Fewer than this no server may take in one transaction (RFC 5321 4.5.3.1.8).
const RECIPIENTS_MAX = 100;

/**
 * A session with one server. It connects at the first question, and again when the server has hung up after a number of recipients.
 * Throws RangeError for a sender or a name to greet with that cannot be written in SMTP.
 */
export function openSession(server: SmtpServer, options: SessionOptions): SmtpSession {
  const { helo, timeoutMs, signal, ca } = options;
  const sender = senderOf(options.sender);
  const patience: Patience = { server, stepMs: timeoutMs, endsAt: Number.POSITIVE_INFINITY, signal };
  let line: Line | null = null;
  let last: Promise<unknown> = Promise.resolve();

  const hangUp = () => {
    line?.talk.close();
    line = null;
  };

  const connected = async (): Promise<Line | SmtpFailed> => {
    if (line !== null) return line;
    const greeting = await greet(patience, { helo, authorities: ca ?? null });
    if (greeting.talk === null) return stopped(greeting, server);
    const takesUtf8 = offers(greeting.extensions, 'SMTPUTF8');
    line = { talk: greeting.talk, takesUtf8, proven: false, transaction: null };
    return line;
  };

  const verify = async (address: string): Promise<SmtpAnswer> => {
    for (;;) {
      const now = await connected();
      if ('status' in now) return now;
      const recipient = recipientOf(address, now.takesUtf8);
      if ('status' in recipient) return recipient;
      const { proven } = now;
      const answer = await question(now, patience, sender, recipient);
      now.proven ||= answer.status === 'answered';
      if (answer.status !== 'failed') return answer;
      hangUp();
      if (!proven || answer.failure !== 'closed') return answer;
    }
  };

  return {
    verify(recipient) {
      const answer = last.then(() => verify(recipient));
      last = answer.catch(() => {});
      return answer;
    },
    async [Symbol.asyncDispose]() {
      await last;
      if (line !== null && !signal.aborted) await answerTo(line.talk, patience, QUIT);
      hangUp();
    },
  };
}

/** One recipient, in a new transaction if the present one will not do. */
async function question(line: Line, patience: Patience, sender: Mailbox, recipient: Mailbox): Promise<SmtpAnswer> {
  for (;;) {
    const refused = await inTransaction(line, patience, sender, recipient.needsUtf8);
    if (refused !== null) return refused;
    const answer = await answerTo(line.talk, patience, rcptTo(recipient));
    if (answer.status !== 'answered') return answer;
    if (answer.reply.code === 421) return leaving(answer.reply, patience.server);
    const before = line.transaction?.recipients ?? 0;
    if (before === 0 || !isFull(answer.reply)) {
      if (line.transaction !== null) line.transaction.recipients += 1;
      return answer;
    }
    line.transaction = { utf8: recipient.needsUtf8, recipients: RECIPIENTS_MAX };
  }
}

/** Sees to a transaction with room in it, and with SMTPUTF8 only where that is needed. Null if there is one. */
async function inTransaction(
  line: Line,
  patience: Patience,
  sender: Mailbox,
  recipientUtf8: boolean,
): Promise<SmtpFailed | null> {
  const utf8 = line.takesUtf8 && (sender.needsUtf8 || recipientUtf8);
  const { transaction } = line;
  if (transaction !== null && transaction.utf8 === utf8 && transaction.recipients < RECIPIENTS_MAX) return null;
  for (const command of transaction === null ? [mailFrom(sender, utf8)] : [RSET, mailFrom(sender, utf8)]) {
    const answer = await answerTo(line.talk, patience, command);
    if (answer.status === 'failed') return answer;
    if (!isAccepted(answer)) return noVerdict(answer, command, patience.server);
  }
  line.transaction = { utf8, recipients: 0 };
  return null;
}

/** "Too many recipients": RFC 5321 4.5.3.1.10 makes it 452, and has 552 taken for it too. */
function isFull({ code }: SmtpReply): boolean {
  return code === 452 || code === 552;
}

/** Why a greeting came to nothing. */
function stopped({ connect, banner, hello }: Greeting, server: SmtpServer): SmtpFailed {
  if (connect.status === 'failed') return connect;
  return banner.status === 'answered' && banner.verdict === 'accepted'
    ? noVerdict(hello, 'EHLO', server)
    : noVerdict(banner, 'the connection', server);
}

function noVerdict(answer: SmtpAnswer, what: string, server: SmtpServer): SmtpFailed {
  if (answer.status === 'failed') return answer;
  if (answer.status === 'untried') return failedAs(closed(server, what, null));
  return answer.reply.code === 421 ? leaving(answer.reply, server) : failedAs(turnedAway(server, what, answer.reply));
}

/** 421: the server hangs up, whatever it was asked (RFC 5321 3.8). */
function leaving(reply: SmtpReply, server: SmtpServer): SmtpFailed {
  return failedAs(closed(server, 'verdict', replyText(reply)));
}
