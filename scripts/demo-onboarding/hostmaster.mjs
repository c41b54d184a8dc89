/**
 * What somebody with the customer's DNS would do: `node hostmaster.mjs STEP…` carries out, in the zone file of the customer, the records that
 * `rollcall setup` asks for in these steps. ROLLCALL is the program.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const FILE = 'zones/larch.example.zone';
const steps = process.argv.slice(2).flatMap((step) => ['--step', step]);
const options = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] };
const command = [process.env.ROLLCALL, 'setup', 'larch', ...steps, '--format', 'json'];
const checklist = JSON.parse(execFileSync(process.execPath, command, options));

let lines = readFileSync(FILE, 'utf8').trimEnd().split('\n');
for (const instruction of checklist.steps.flatMap(({ todo }) => todo)) {
  if (instruction.kind === 'records') {
    for (const record of instruction.records) if (instruction.action === 'add') add(record);
    for (const record of instruction.records) if (instruction.action === 'remove') remove(record);
  } else if (instruction.kind === 'replaceRecord') {
    const { name, before, after } = instruction;
    remove({ type: 'TXT', name, value: before });
    add({ type: 'TXT', name, value: after });
  }
}
writeFileSync(FILE, `${lines.join('\n')}\n`);

function add(record) {
  lines.push(lineOf(record));
  console.log(`+ ${lineOf(record)}`);
}

function remove(record) {
  lines = lines.filter((line) => line !== lineOf(record));
  console.log(`- ${lineOf(record)}`);
}

function lineOf({ type, name, value, preference, exchange }) {
  return type === 'TXT' ? `${name}. 300 TXT "${value}"` : `${name}. 300 MX ${preference} ${exchange}.`;
}
