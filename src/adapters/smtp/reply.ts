/** Replies of an SMTP server, out of the octets that came (RFC 5321 4.2). The server may be anything, and is not believed. */
import type { SmtpReply, SmtpVerdict } from '../../domain/smtp-probe.ts';

/**
 * What the octets so far begin with. `malformed` is for ever: no more octets would mend it.
 */
export type Taken =
  | { readonly status: 'whole'; readonly reply: SmtpReply; readonly rest: Buffer }
  | { readonly status: 'partial' }
  | { readonly status: 'malformed'; readonly why: string };

// RFC 5321 4.5.3.1.5 allows 512 octets for a line; servers with long names and URLs in their refusals take more.
const LINE_MAX = 2048;
const REPLY_MAX = 16_384;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

const LINE = /^([2-5]\d\d)(?:([ -])(.*))?$/s;
const ENHANCED = /^([245]\.\d{1,3}\.\d{1,3})(?:\s+|$)/;
const CONTROL = /[\p{Cc}\u2028\u2029]/gu;

/** Takes the first reply off what came. A line may end with a line feed alone; a code may stand without text. */
export function takeReply(received: Buffer): Taken {
  const texts: string[] = [];
  let code: string | null = null;
  for (let start = 0; ; ) {
    const end = received.indexOf(LINE_FEED, start);
    const tooLong = excess(start, end < 0 ? received.length : end);
    if (tooLong !== null) return malformed(tooLong);
    if (end < 0) return { status: 'partial' };
    const line = lineText(received, start, end);
    const parts = LINE.exec(line);
    if (parts === null) return malformed(`"${excerpt(line)}", which is no SMTP reply`);
    const [, lineCode = '', separator, text = ''] = parts;
    code ??= lineCode;
    if (lineCode !== code) return malformed(`a reply that begins with ${code} and goes on with ${lineCode}`);
    texts.push(text);
    start = end + 1;
    if (separator !== '-') {
      return { status: 'whole', reply: replyOf(Number(code), texts), rest: received.subarray(start) };
    }
  }
}

function excess(start: number, end: number): string | null {
  if (end - start > LINE_MAX) return `a line of more than ${LINE_MAX} octets`;
  return end > REPLY_MAX ? `a reply of more than ${REPLY_MAX} octets` : null;
}

/** The verdict that a reply's first digit gives (RFC 5321 4.2.1), or null for 3xx, which none of our commands asks for. */
export function verdictOf({ code }: SmtpReply): SmtpVerdict | null {
  switch (Math.floor(code / 100)) {
    case 2:
      return 'accepted';
    case 4:
      return 'deferred';
    case 5:
      return 'refused';
    default:
      return null;
  }
}

function lineText(received: Buffer, start: number, end: number): string {
  const last = end > start && received[end - 1] === CARRIAGE_RETURN ? end - 1 : end;
  return received.toString('utf8', start, last).replace(CONTROL, '\ufffd');
}

/** The enhanced code stands before the text of every line (RFC 2034 4); it counts only if its class is that of the reply. */
function replyOf(code: number, texts: readonly string[]): SmtpReply {
  const found = ENHANCED.exec(texts[0] ?? '')?.[1] ?? null;
  const enhanced = found?.startsWith(String(Math.floor(code / 100))) ? found : null;
  const bare = (text: string) => (enhanced !== null && text.startsWith(enhanced) ? text.replace(ENHANCED, '') : text);
  const [first = '', ...others] = texts.map((text) => bare(text).trim());
  return { code, enhanced, lines: [first, ...others] };
}

function malformed(why: string): Taken {
  return { status: 'malformed', why };
}

function excerpt(line: string): string {
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}
