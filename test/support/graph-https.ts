/** The simulator of Microsoft Graph as the built program reaches it: over HTTPS, with an authority of its own. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificates } from './certificates.ts';
import { type GraphSimulator, startGraph } from './graph/simulator.ts';

export interface GraphOverHttps extends AsyncDisposable {
  readonly simulator: GraphSimulator;
  /** What the program needs in its environment to trust the simulator. */
  readonly env: Readonly<Record<string, string>>;
  /** The `cloud` of the customer's directory, as YAML. */
  readonly cloud: string;
}

/** Starts it without tenants. */
export async function startGraphOverHttps(): Promise<GraphOverHttps> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-graph-'));
  const { caFile, certFile, keyFile } = await makeCertificates(folder, { names: 'DNS:localhost,IP:127.0.0.1' });
  const tls = { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
  const simulator = await startGraph({ tenants: [], tls });
  return {
    simulator,
    env: { NODE_EXTRA_CA_CERTS: caFile },
    cloud: `{login: '${simulator.origin}', graph: '${simulator.origin}'}`,
    async [Symbol.asyncDispose]() {
      await simulator[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
