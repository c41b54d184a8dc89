/**
 * What somebody at the gateway might do by hand: `node somebody.mjs TAKES_OUT PUTS_IN` edits the table of recipients, between our marks, and builds
 * it anew.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const [takenOut, putIn] = process.argv.slice(2);
const table = 'tables/recipients';
const before = readFileSync(table, 'utf8');
const line = before.split('\n').find((one) => one.startsWith(takenOut));
if (line === undefined) throw new Error(`${takenOut} is not in ${table}.`);
writeFileSync(table, before.replace(line, `${putIn} OK`));
console.log(`${table}:\n- ${line}\n+ ${putIn} OK`);
execFileSync('postmap', ['-c', process.env.MAIL_CONFIG, `lmdb:${table}`]);
