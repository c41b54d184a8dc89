/** The commands that are sent: these and no others. There is no way here to say DATA, BDAT or AUTH. */
import { parseAddress } from '../../domain/address.ts';
import type { SmtpUntried } from '../../domain/smtp-probe.ts';

/** A command line, as `RCPT TO:<somebody@example.test>`, without its line end. Only this file makes one. */
export type Command = string & { readonly __smtpCommand: never };

/** A mailbox as SMTP writes it: the local part as it was spelt, the domain in A-labels. */
export interface Mailbox {
  /** Empty for the null sender. */
  readonly text: string;
  /** Whether it can only be named under SMTPUTF8 (RFC 6531 3.3). */
  readonly needsUtf8: boolean;
}

export const RSET = command('RSET');
export const QUIT = command('QUIT');
export const STARTTLS = command('STARTTLS');

/** RFC 5321 4.1.1.1. Throws RangeError if the name is not one word of printable ASCII. */
export function hello(verb: 'EHLO' | 'HELO', name: string): Command {
  if (!/^[!-~]{1,255}$/.test(name)) throw new RangeError(`"${name}" is no name to greet a mail server with.`);
  return command(`${verb} ${name}`);
}

/** RFC 5321 4.1.1.2; `utf8` asks for internationalised addresses in this transaction (RFC 6531 3.4). */
export function mailFrom(sender: Mailbox, utf8: boolean): Command {
  return command(`MAIL FROM:<${sender.text}>${utf8 ? ' SMTPUTF8' : ''}`);
}

/** RFC 5321 4.1.1.3. */
export function rcptTo(recipient: Mailbox): Command {
  return command(`RCPT TO:<${recipient.text}>`);
}

/** The first word: `EHLO`, `HELO`, `STARTTLS`, `MAIL`, `RCPT`, `RSET` or `QUIT`. */
export function verbOf(command: Command): string {
  return command.split(' ', 1)[0] ?? '';
}

/** A recipient as SMTP writes it, or why it cannot be asked about. */
export function recipientOf(address: string, takesUtf8: boolean): Mailbox | SmtpUntried {
  const mailbox = mailboxOf(address);
  if (mailbox === null) return { status: 'untried', reason: 'invalidAddress' };
  return mailbox.needsUtf8 && !takesUtf8 ? { status: 'untried', reason: 'noSmtpUtf8' } : mailbox;
}

/** The envelope sender, the null one for an empty text (RFC 5321 4.5.5). Throws RangeError if it is no address. */
export function senderOf(address: string): Mailbox {
  const mailbox = address === '' ? { text: '', needsUtf8: false } : mailboxOf(address);
  if (mailbox === null) throw new RangeError(`"${address}" is no address to send from.`);
  return mailbox;
}

function mailboxOf(address: string): Mailbox | null {
  const result = parseAddress(address);
  if (!result.ok) return null;
  const { display, domain } = result.address;
  const local = display.slice(0, display.lastIndexOf('@'));
  return { text: `${local}@${domain}`, needsUtf8: /[^ -~]/.test(local) };
}

/** Whatever was checked before: a line end in a command would be a second command. */
function command(text: string): Command {
  if (/\p{Cc}/u.test(text)) throw new RangeError('A control character in an SMTP command.');
  return text as Command;
}
