/**
 * What somebody at the mail server of the customer would do: `node firewall.mjs NETWORK…` lets these networks connect, and nobody else. ACCESS names
 * the server's table.
 */
import { writeFileSync } from 'node:fs';

const networks = process.argv.slice(2);
const refusal = 'REJECT only the gateway delivers here';
const lines = [...networks.map((network) => `${network} OK`), `0.0.0.0/0 ${refusal}`, `::/0 ${refusal}`];
writeFileSync(process.env.ACCESS, `${lines.join('\n')}\n`);
console.log(lines.join('\n'));
