/**
 * The simulator as a program, over HTTPS with a certificate of its own: `tsx test/support/graph/serve.ts [--world FILE | --people N [--groups N]]
 * [--port N]`. When it is ready it prints one line of JSON, `{login, graph, control, ca, tenant, tenantId, clientId, secret}`; `ca` is a file for
 * NODE_EXTRA_CA_CERTS. It takes the orders of control.ts, and ends on SIGTERM.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeCertificates } from '../certificates.ts';
import { control } from './control.ts';
import { populate } from './people.ts';
import { type GraphSimulator, startGraph } from './simulator.ts';
import type { Tenant } from './tenant.ts';
import { loadWorld, readWorldFile } from './world-file.ts';

const SECRET = 'demo-secret-of-the-simulator';

const { values } = parseArgs({
  options: {
    world: { type: 'string' },
    people: { type: 'string', default: '100' },
    groups: { type: 'string', default: '10' },
    port: { type: 'string', default: '0' },
  },
});

const dir = await mkdtemp(join(tmpdir(), 'graph-simulator-'));
const { caFile, certFile, keyFile } = await makeCertificates(dir, { names: 'DNS:localhost,IP:127.0.0.1' });
const tls = { cert: await readFile(certFile, 'utf8'), key: await readFile(keyFile, 'utf8') };
const simulator = await startGraph({ tenants: [], tls, port: Number(values.port), control });
const tenant =
  values.world === undefined ? generated(simulator) : loadWorld(simulator, await readWorldFile(values.world));
const [app] = tenant.apps;
const ready = {
  login: simulator.origin,
  graph: simulator.origin,
  control: `${simulator.origin}/__control`,
  ca: caFile,
  tenant: tenant.initialDomain,
  tenantId: tenant.id,
  clientId: app?.clientId ?? null,
  secret: app?.secrets[0]?.value ?? null,
};
process.stdout.write(`${JSON.stringify(ready)}\n`);

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    void end();
  });
}

async function end(): Promise<void> {
  await simulator[Symbol.asyncDispose]();
  await rm(dir, { recursive: true, force: true });
}

function generated(of: GraphSimulator): Tenant {
  const added = of.addTenant({
    domains: ['contoso.example'],
    apps: [{ secrets: [SECRET], permissions: ['User.Read.All', 'GroupMember.Read.All', 'Organization.Read.All'] }],
  });
  populate(added, { people: Number(values.people), groups: Number(values.groups) });
  return added;
}
