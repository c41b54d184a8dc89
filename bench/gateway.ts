/**
 * What it costs until changed tables of a Postfix gateway are in place once the state is committed: a whole process that reads the state and the tables, compares
 * them, writes what differs and builds the index. The floor is postmap alone, on a table of the same recipients.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { person } from '../test/support/builders.ts';
import { findProgram } from '../test/support/requirements.ts';
import { record } from '../test/support/workspace.ts';
import { type Cost, measure, median } from './measure.ts';
import { REPEATS, type Row, repeated } from './roster.ts';

const PROGRAM = new URL('../dist/cli/main.js', import.meta.url).pathname;
const WORKSPACE = 'apiVersion: rollcall/v1\nkind: Workspace\ncustomers: [customers/*.yaml]\n';
const TARGET = 'targets: [{name: edge, type: postfix, dir: tables, maps: lmdb, check: false, reload: false}]\n';

/** So many recipients, half of them aliases: the floor, the first time, nothing changed, and every hundredth one another. */
export async function benchGateway(recipients: number): Promise<readonly Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-bench-'));
  try {
    await writeWorkspace(folder);
    return await measureTables(recipients, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureTables(recipients: number, folder: string): Promise<readonly Row[]> {
  const rollcall = (...args: readonly string[]) =>
    measure(process.execPath, [PROGRAM, '-C', folder, ...args], { MAIL_CONFIG: folder });
  const repair = () => rollcall('apply', '--repair', '--auto-approve', '-q');
  const commit = async (round: number) => {
    await directory(folder, recipients, round);
    await writeFile(join(folder, 'rollcall.yaml'), WORKSPACE);
    await rollcall('apply', '-q', '--auto-approve', '--snapshot', join(folder, 'recordings'));
    await writeFile(join(folder, 'rollcall.yaml'), WORKSPACE + TARGET);
  };

  const floor = median(await repeated(() => postmap(folder, recipients)));
  await commit(0);
  const first = await repeated(async () => {
    await rm(join(folder, 'tables'), { recursive: true });
    await mkdir(join(folder, 'tables'));
    return repair();
  });
  const unchanged = await repeated(() => rollcall('drift', '-q', '--target', 'edge', '--detailed-exitcode'));
  const changed: Cost[] = [];
  for (let round = 1; round <= REPEATS; round += 1) {
    await commit(round);
    changed.push(await repair());
  }
  const row = (step: string, cost: Cost): Row => ({ people: recipients, step, cost, ratio: cost.wall / floor.wall });
  return [
    row('postmap', floor),
    row('first tables', median(first)),
    row('drift, nothing changed', median(unchanged)),
    row('1% changed', median(changed)),
  ];
}

/** The floor: an index of the same number of recipients. */
async function postmap(folder: string, recipients: number): Promise<Cost> {
  const path = join(folder, 'floor');
  const lines = Array.from({ length: recipients }, (_, index) => `u${index}@acme.example OK\n`);
  await writeFile(path, lines.join(''));
  return measure(findProgram('postmap') ?? 'postmap', ['-c', folder, `lmdb:${path}`]);
}

/** Two addresses a person; in each round every hundredth person has another alias. */
async function directory(folder: string, recipients: number, round: number): Promise<void> {
  const people = Array.from({ length: recipients / 2 }, (_, index) => {
    const alias = index % 100 === 0 ? `a${index}-${round}@acme.example` : `a${index}@acme.example`;
    return person(`u${index}`, `u${index}@acme.example`, { aliases: [alias] });
  });
  await record(join(folder, 'recordings'), 'acme', people);
}

async function writeWorkspace(folder: string): Promise<void> {
  for (const name of ['customers', 'tables']) await mkdir(join(folder, name));
  // What postmap wants to know of a configuration.
  await writeFile(join(folder, 'main.cf'), 'compatibility_level = 3.6\n');
  await writeFile(
    join(folder, 'customers/acme.yaml'),
    `apiVersion: rollcall/v1
kind: Customer
name: acme
domains: [{name: acme.example, verification: none}]
sites: [{name: main, servers: [{address: mail.acme.example}]}]
directory: {type: ldap, url: 'ldaps://dc1.acme.example', baseDN: ['dc=acme,dc=example']}
`,
  );
}
