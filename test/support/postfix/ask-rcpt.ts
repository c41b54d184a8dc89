/** Asks a mail server about recipients, and sends nothing unless told to. */
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/** The answers to RCPT TO, one each, and to a message if there is one, asked from this address of the loopback. */
export async function askRcpt(
  port: number,
  recipients: readonly string[],
  { sender = 'someone@sender.test', from = '127.0.0.1', message = null as string | null } = {},
): Promise<readonly string[]> {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from });
  socket.setTimeout(20_000, () => socket.destroy(new Error('The mail server fell silent.')));
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const reply = async (): Promise<string> => {
    for (let next = await lines.next(); next.done !== true; next = await lines.next()) {
      if (next.value[3] !== '-') return next.value;
    }
    throw new Error('The mail server hung up.');
  };
  const say = async (text: string): Promise<string> => {
    socket.write(`${text}\r\n`);
    return reply();
  };
  try {
    await reply();
    await say('EHLO client.test');
    await say(`MAIL FROM:<${sender}> SMTPUTF8`);
    const answers: string[] = [];
    for (const recipient of recipients) answers.push(await say(`RCPT TO:<${recipient}>`));
    if (message !== null) {
      await say('DATA');
      answers.push(await say(`Subject: ${message}\r\n\r\n${message}\r\n.`));
    }
    await say('QUIT');
    return answers;
  } finally {
    socket.destroy();
  }
}

/** What the server says to each recipient, in a word: `taken`, `unknown`, `foreign` or the whole reply. */
export async function verdicts(port: number, recipients: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const answers = await askRcpt(port, recipients);
  return Object.fromEntries(recipients.map((recipient, index) => [recipient, verdictOf(answers[index] ?? '')]));
}

function verdictOf(answer: string): string {
  if (answer.startsWith('250 ')) return 'taken';
  if (answer.startsWith('550 5.1.1 ')) return 'unknown';
  return answer.startsWith('554 5.7.1 ') ? 'foreign' : answer;
}
