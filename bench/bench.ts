/**
 * `npm run bench [PEOPLE…]`: prints the figures of docs/performance.md, and the machine they are from. Numbers of people are those of
 * the LDAP directory; unless one is given, the tenant of Entra ID has 50,000, the gateway 100,000 recipients and the SCIM service 10,000 users.
 */
import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { benchGateway } from './gateway.ts';
import { requireTime } from './measure.ts';
import { benchPage } from './page.ts';
import { benchPlanner } from './planner.ts';
import { benchRoster, type Row } from './roster.ts';
import { benchService } from './service.ts';
import { benchTenant } from './tenant.ts';

const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1000, 10_000, 100_000];

requireTime();
console.log(`${machine()}\n`);
console.log(`LDAP:\n\n${head('ldapsearch')}`);
for (const size of sizes) for (const row of await benchRoster(size)) console.log(line(row));
const tenantSizes = process.argv.length > 2 ? sizes : [50_000];
console.log(`\nEntra ID, simulated, with 500 groups:\n\n${head('fetch')}`);
for (const size of tenantSizes) for (const row of await benchTenant(size)) console.log(line(row));
const gatewaySizes = process.argv.length > 2 ? sizes : [100_000];
console.log(`\nA Postfix gateway, recipients in lmdb tables, once the state is committed:\n\n${head('postmap')}`);
for (const size of gatewaySizes) for (const row of await benchGateway(size)) console.log(line(row));
const serviceSizes = process.argv.length > 2 ? sizes : [10_000];
console.log(`\nA service that speaks SCIM, in memory, once the state is committed:\n\n${head('post')}`);
for (const size of serviceSizes) for (const row of await benchService(size)) console.log(line(row));
console.log(`\nThe planner alone, 100,000 unchanged people: ${benchPlanner(100_000).toFixed(2)} s`);
const { made, size, usable } = await benchPage(20_000);
console.log(
  `\nThe page of a plan of 20,000 changes, ${size.toFixed(0)} MB: made in ${made.toFixed(2)} s, usable in a browser after ${usable.toFixed(2)} s`,
);

function head(floor: string): string {
  return `| people | step | wall s | CPU s | peak MB | times ${floor} |\n|---:|---|---:|---:|---:|---:|`;
}

function line({ people, step, cost, ratio }: Row): string {
  const number = people.toLocaleString('en-US');
  return `| ${number} | ${step} | ${cost.wall.toFixed(2)} | ${cost.cpu.toFixed(2)} | ${cost.peak.toFixed(0)} | ${ratio.toFixed(2)} |`;
}

function machine(): string {
  const slapd = execFileSync('sh', ['-c', 'slapd -VV 2>&1 | head -n 1 || true'], { encoding: 'utf8' });
  const version = /slapd ([\d.]+)/.exec(slapd)?.[1] ?? 'unknown';
  const processor = cpus()[0]?.model.trim() || process.arch;
  return `${cpus().length} cores (${processor}), ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.versions.node}, OpenLDAP ${version}`;
}
