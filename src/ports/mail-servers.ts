/** Mail servers, asked and never sent a message. */
import type { SmtpAnswer, SmtpProbe, SmtpQuestion, SmtpServer } from '../domain/smtp-probe.ts';

/** Tries a mail server out, as far as its recipients. No message is ever sent. */
export interface MailServerTester {
  /**
   * Never rejects for what the server did: each step has its verdict. Rejects with RangeError for a sender or a name to greet with that
   * cannot be written in SMTP.
   */
  probe(server: SmtpServer, question: SmtpQuestion, signal: AbortSignal): Promise<SmtpProbe>;
}

/** Asks mail servers about many recipients. No message is ever sent. */
export interface RecipientVerifier {
  /**
   * A conversation with one server, which begins with the first question. Rejects with RangeError for a sender (empty for the null one) or
   * a name to greet with that cannot be written in SMTP.
   */
  open(
    server: SmtpServer,
    options: Pick<SmtpQuestion, 'helo' | 'sender'> & { readonly signal: AbortSignal },
  ): Promise<RecipientSession>;
}

export interface RecipientSession extends AsyncDisposable {
  /** `answered` is a verdict about this recipient, `failed` and `untried` are none. Never rejects for what the server did. */
  verify(recipient: string): Promise<SmtpAnswer>;
}
