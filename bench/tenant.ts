/**
 * What a sync with a tenant of Entra ID costs beside the floor, which is fetching the same users page after page and doing nothing with them. A simulator
 * of Microsoft Graph, in a process of its own, stands for the tenant: the times are those of the program and of loopback, not of Microsoft's servers.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { measure, median } from './measure.ts';
import { REPEATS, type Row, repeated } from './roster.ts';

const PROGRAM = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const FETCHER = fileURLToPath(new URL('./fetch-users.mjs', import.meta.url));
const SIMULATOR = fileURLToPath(new URL('../test/support/graph/serve.ts', import.meta.url));
const TSX = fileURLToPath(new URL('../node_modules/tsx/dist/cli.mjs', import.meta.url));
const GROUPS = 500;

interface Ready {
  readonly login: string;
  readonly graph: string;
  readonly control: string;
  readonly ca: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly secret: string;
}

interface Simulator extends Ready, AsyncDisposable {}

/** One size: the floor, then readings in full and of what changed. */
export async function benchTenant(people: number): Promise<readonly Row[]> {
  await using simulator = await startSimulator(people);
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-bench-'));
  try {
    await writeWorkspace(folder, simulator);
    return await measureReadings(people, folder, simulator);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureReadings(people: number, folder: string, simulator: Simulator): Promise<readonly Row[]> {
  const env = {
    NODE_EXTRA_CA_CERTS: simulator.ca,
    SIMULATOR: JSON.stringify(simulator),
    BENCH_SECRET: simulator.secret,
  };
  const rollcall = (...args: readonly string[]) => measure(process.execPath, [PROGRAM, '-C', folder, ...args], env);

  const floor = median(await repeated(() => measure(process.execPath, [FETCHER], env)));
  const first = await repeated(async () => {
    await rm(join(folder, '.rollcall'), { recursive: true, force: true });
    return rollcall('sync', '-q');
  });
  const full = await repeated(() => rollcall('plan', '-q', '--full', '--detailed-exitcode'));
  const unchanged = await repeated(() => rollcall('plan', '-q', '--detailed-exitcode'));
  const changed: Awaited<ReturnType<typeof rollcall>>[] = [];
  for (let round = 1; round <= REPEATS; round += 1) {
    await changeOnePercent(people, round, simulator);
    changed.push(await rollcall('sync', '-q', '--now'));
  }

  const row = (step: string, cost: typeof floor): Row => ({ people, step, cost, ratio: cost.wall / floor.wall });
  return [
    row('fetch of all users', floor),
    row('first sync', median(first)),
    row('plan --full, nothing changed', median(full)),
    row('plan, nothing changed', median(unchanged)),
    row('sync, 1% changed', median(changed)),
  ];
}

async function startSimulator(people: number): Promise<Simulator> {
  const args = [TSX, SIMULATOR, '--people', String(people), '--groups', String(GROUPS)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) {
    return {
      ...(JSON.parse(line) as Ready),
      async [Symbol.asyncDispose]() {
        if (child.exitCode === null && child.kill('SIGTERM')) await once(child, 'exit');
      },
    };
  }
  throw new Error('The simulator of Microsoft Graph did not start.');
}

/** Every hundredth person gets another department. Node's fetch does not know the simulator's authority, so a process that does gives the orders. */
async function changeOnePercent(people: number, round: number, { ca, control }: Simulator): Promise<void> {
  const orders = Array.from({ length: Math.ceil(people / 100) }, (_, index) => ({
    op: 'update',
    user: `u${String((index * 100 + round) % people).padStart(6, '0')}@contoso.example`,
    set: { department: `Moved ${round}` },
  }));
  const script = `let text = ''; for await (const part of process.stdin) text += part;
    for (const order of JSON.parse(text)) {
      const answer = await fetch(process.env.CONTROL, { method: 'POST', body: JSON.stringify(order) });
      if (!answer.ok) throw new Error(await answer.text());
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['pipe', 'inherit', 'inherit'],
    env: { ...process.env, NODE_EXTRA_CA_CERTS: ca, CONTROL: control },
  });
  child.stdin.end(JSON.stringify(orders));
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error('The tenant could not be changed.');
}

async function writeWorkspace(folder: string, { login, graph, tenantId, clientId }: Simulator): Promise<void> {
  await mkdir(join(folder, 'customers'));
  await writeFile(
    join(folder, 'rollcall.yaml'),
    'apiVersion: rollcall/v1\nkind: Workspace\ncustomers: [customers/*.yaml]\n',
  );
  await writeFile(
    join(folder, 'customers/contoso.yaml'),
    `apiVersion: rollcall/v1
kind: Customer
name: contoso
domains: [{name: contoso.example, verification: none}]
directory:
  type: entra
  tenant: ${tenantId}
  clientId: ${clientId}
  credential: {secret: {env: BENCH_SECRET}}
  cloud: {login: '${login}', graph: '${graph}'}
`,
  );
}
