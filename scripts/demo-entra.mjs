/**
 * Plays Rollcall's story with a tenant of Entra ID, with the built program, in a temporary folder: a simulator of Microsoft Graph answers on
 * loopback, over HTTPS.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { narrator } from './demo/narrator.mjs';
import { PROGRAM } from './demo/setting.mjs';
import { onStage } from './demo/stage.mjs';
import { CUSTOMER, STORY } from './demo-entra/story.mjs';
import { CLIENT_ID, contosoWorld, SECRET } from './demo-entra/world.mjs';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

process.exitCode = await onStage('npm run demo:entra', async ({ folder, signal }) => {
  const simulator = await startSimulator(folder);
  try {
    const { say, tell } = narrator({
      folder: await copyWorkspace(folder, simulator),
      programs: {
        rollcall: [process.execPath, PROGRAM],
        tenant: [process.execPath, join(ROOT, 'scripts/demo-entra/tenant.mjs')],
      },
      environment: { ENTRA_SECRET: SECRET, NODE_EXTRA_CA_CERTS: simulator.ca, CONTROL: simulator.control },
      signal,
    });
    say(`The workspace is a copy of examples/entra. A simulator of Microsoft Graph answers on ${simulator.graph}.`);
    say('"rollcall" stands for: node dist/cli/main.js; "tenant" does what somebody with the admin centre would do.');
    await tell(STORY);
    if (!signal.aborted) say('\nThat was all. docs/entra-id.md says how to register the app in a tenant of your own.');
  } finally {
    await simulator.stop();
  }
});

/** The simulator as a process of its own, ready to answer. */
async function startSimulator(folder) {
  const world = join(folder, 'tenant.json');
  await writeFile(world, JSON.stringify(contosoWorld()));
  const tsx = join(ROOT, 'node_modules/tsx/dist/cli.mjs');
  const program = join(ROOT, 'test/support/graph/serve.ts');
  const child = spawn(process.execPath, [tsx, program, '--world', world], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TMPDIR: folder },
  });
  const stop = async () => {
    if (child.exitCode !== null || !child.kill('SIGTERM')) return;
    await once(child, 'exit');
  };
  for await (const line of createInterface({ input: child.stdout })) return { ...JSON.parse(line), stop };
  throw new Error('The simulator of Microsoft Graph did not start.');
}

/** Copies the example into `folder`, pointed to the simulator, and returns the copy's path. */
async function copyWorkspace(folder, { login, graph }) {
  const workspace = join(folder, 'entra');
  const isOurs = (path) => !/\/(\.rollcall|plan\.json)$/.test(path);
  await cp(join(ROOT, 'examples/entra'), workspace, { recursive: true, filter: isOurs });
  const file = join(workspace, CUSTOMER);
  const text = await readFile(file, 'utf8');
  const cloud = `  cloud: {login: '${login}', graph: '${graph}'}`;
  await writeFile(file, text.replace(/^ {2}clientId: .*$/m, `  clientId: ${CLIENT_ID}\n${cloud}`));
  return workspace;
}
