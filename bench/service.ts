/**
 * What it costs to bring a service that speaks SCIM in step, beside the floor, which is posting the same number of users and nothing else. The service is a
 * small one in memory, in a process of its own: most of the time is the service's.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { person } from '../test/support/builders.ts';
import { record } from '../test/support/workspace.ts';
import { type Cost, measure, median } from './measure.ts';
import { REPEATS, type Row, repeated } from './roster.ts';

const PROGRAM = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const POSTER = fileURLToPath(new URL('./post-users.mjs', import.meta.url));
const SERVER = fileURLToPath(new URL('./scim-server.ts', import.meta.url));
const TSX = fileURLToPath(new URL('../node_modules/tsx/dist/cli.mjs', import.meta.url));
const WORKSPACE = 'apiVersion: rollcall/v1\nkind: Workspace\ncustomers: [customers/*.yaml]\n';

interface Service extends AsyncDisposable {
  readonly url: string;
  readonly token: string;
}

/** So many users: the floor, the first time, nothing changed, and every hundredth one changed. */
export async function benchService(users: number): Promise<readonly Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-bench-'));
  try {
    await writeWorkspace(folder);
    return await measureUsers(users, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureUsers(users: number, folder: string): Promise<readonly Row[]> {
  const floor = median(await repeated(() => withService((service) => postUsers(users, service))));
  await commit(folder, users, 0, null);
  const first: Cost[] = [];
  for (let round = 0; round < REPEATS - 1; round += 1) {
    first.push(await withService((service) => repair(folder, service)));
  }
  await using service = await startService();
  first.push(await repair(folder, service));
  const unchanged = await repeated(() =>
    rollcall(folder, service, 'drift', '-q', '--target', 'crm', '--detailed-exitcode'),
  );
  const changed: Cost[] = [];
  for (let round = 1; round <= REPEATS; round += 1) {
    await commit(folder, users, round, service);
    changed.push(await repair(folder, service));
  }
  const row = (step: string, cost: Cost): Row => ({ people: users, step, cost, ratio: cost.wall / floor.wall });
  return [
    row('post of all users', floor),
    row('first users', median(first)),
    row('drift, nothing changed', median(unchanged)),
    row('1% changed', median(changed)),
  ];
}

async function repair(folder: string, service: Service): Promise<Cost> {
  await writeFile(join(folder, 'rollcall.yaml'), WORKSPACE + targetOf(service));
  return rollcall(folder, service, 'apply', '--repair', '--auto-approve', '-q');
}

/** Brings the state to the directory of a round, with no target in the way. */
async function commit(folder: string, users: number, round: number, service: Service | null): Promise<void> {
  const people = Array.from({ length: users }, (_, index) =>
    person(`u${index}`, `u${index}@acme.example`, {
      attributes: { displayName: index % 100 === 0 ? `User ${index} of round ${round}` : `User ${index}` },
    }),
  );
  await record(join(folder, 'recordings'), 'acme', people);
  await writeFile(join(folder, 'rollcall.yaml'), WORKSPACE);
  await rollcall(folder, service, 'apply', '-q', '--auto-approve', '--snapshot', join(folder, 'recordings'));
  if (service !== null) await writeFile(join(folder, 'rollcall.yaml'), WORKSPACE + targetOf(service));
}

function targetOf({ url }: Service): string {
  return `targets: [{name: crm, type: scim, url: '${url}', token: {env: BENCH_SCIM_TOKEN}}]\n`;
}

function rollcall(folder: string, service: Service | null, ...args: readonly string[]): Promise<Cost> {
  return measure(process.execPath, [PROGRAM, '-C', folder, ...args], { BENCH_SCIM_TOKEN: service?.token ?? '' });
}

function postUsers(users: number, { url, token }: Service): Promise<Cost> {
  return measure(process.execPath, [POSTER], { SERVICE: JSON.stringify({ url, token }), USERS: String(users) });
}

async function withService<T>(work: (service: Service) => Promise<T>): Promise<T> {
  await using service = await startService();
  return await work(service);
}

async function startService(): Promise<Service> {
  const child = spawn(process.execPath, [TSX, SERVER], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) {
    return {
      ...(JSON.parse(line) as { url: string; token: string }),
      async [Symbol.asyncDispose]() {
        if (child.exitCode === null && child.kill('SIGTERM')) await once(child, 'exit');
      },
    };
  }
  throw new Error('The SCIM service did not start.');
}

async function writeWorkspace(folder: string): Promise<void> {
  await mkdir(join(folder, 'customers'));
  await writeFile(
    join(folder, 'customers/acme.yaml'),
    `apiVersion: rollcall/v1
kind: Customer
name: acme
domains: [{name: acme.example, verification: none}]
directory: {type: ldap, url: 'ldaps://dc1.acme.example', baseDN: ['dc=acme,dc=example']}
`,
  );
}
