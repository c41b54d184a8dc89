/** `node rcpt.mjs ADDRESS…`: offers mail for each address to the gateway at GATEWAY_PORT on loopback, sends none, and prints its answers. */
import { createConnection } from 'node:net';
import { createInterface } from 'node:readline';

const socket = createConnection(Number(process.env.GATEWAY_PORT), '127.0.0.1');
const lines = createInterface({ input: socket })[Symbol.asyncIterator]();

/** The last line of the reply. */
async function reply() {
  for (;;) {
    const { value, done } = await lines.next();
    if (done) throw new Error('The gateway has hung up.');
    if (/^\d{3} /.test(value)) return value;
  }
}

async function ask(command) {
  socket.write(`${command}\r\n`);
  return reply();
}

await reply();
await ask('EHLO demo.example');
await ask('MAIL FROM:<>');
for (const address of process.argv.slice(2)) console.log(`${address}: ${await ask(`RCPT TO:<${address}>`)}`);
await ask('QUIT');
socket.destroy();
