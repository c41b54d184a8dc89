/**
 * A Microsoft Graph, and the sign-in service before it, for tests, measurements and the demo. Tests start it here; the program
 * is serve.ts. It answers what the published documents and samples say; where they are silent, tests choose.
 */
import type { Faults } from './faults.ts';
import { createLoopbackFetch } from './loopback-fetch.ts';
import { type LoggedRequest, type ServerOptions, startServer } from './server.ts';
import type { Tenant, TenantOptions } from './tenant.ts';
import type { Answer, WireRequest } from './wire.ts';
import { createWorld, type DeltaOptions, type World } from './world.ts';

export interface GraphOptions {
  /** Without them there is one, contoso.onmicrosoft.com. */
  readonly tenants?: readonly TenantOptions[];
  readonly delta?: DeltaOptions;
  /** Judges expiry, and dates errors; without it the system's clock. */
  readonly now?: () => Date;
  readonly tls?: NonNullable<ServerOptions['tls']>;
  readonly port?: number;
  /** Answers what comes to `/__control`; it gets the simulator itself. */
  readonly control?: (simulator: GraphSimulator, request: WireRequest) => Promise<Answer>;
}

export interface GraphSimulator extends AsyncDisposable {
  readonly port: number;
  /** Its own address: `http://127.0.0.1:1234`, or `https://localhost:1234` with TLS. */
  readonly origin: string;
  /** Sends requests for the clouds' hosts here; any other host fails as an unknown name does. Not for TLS. */
  readonly fetch: typeof fetch;
  readonly faults: Faults;
  /** All requests so far, but for control's. */
  readonly requests: readonly LoggedRequest[];
  clearRequests(): void;
  /** By id or domain; without a name the first. Throws if there is none. */
  tenant(name?: string): Tenant;
  addTenant(options: TenantOptions): Tenant;
  /** Changes how deltas behave from the next request on. */
  setDelta(options: DeltaOptions): void;
}

export async function startGraph(options: GraphOptions = {}): Promise<GraphSimulator> {
  const world = createWorld(options.tenants ?? [{}], options.delta ?? {}, options.now ?? (() => new Date()));
  const log: LoggedRequest[] = [];
  const { control, tls, port } = options;
  const server = await startServer({
    world,
    log,
    ...(tls === undefined ? {} : { tls }),
    ...(port === undefined ? {} : { port }),
    ...(control === undefined ? {} : { control: (request) => control(simulator, request) }),
  });
  const simulator: GraphSimulator = {
    port: server.port,
    origin: tls === undefined ? `http://127.0.0.1:${server.port}` : `https://localhost:${server.port}`,
    fetch: createLoopbackFetch(server.port),
    faults: world.faults,
    requests: log,
    clearRequests: () => {
      log.length = 0;
    },
    tenant: (name) => findTenant(world, name),
    addTenant: world.addTenant,
    setDelta: world.setDelta,
    [Symbol.asyncDispose]: server.close,
  };
  return simulator;
}

function findTenant(world: World, name: string | undefined): Tenant {
  const tenant = name === undefined ? world.tenants[0] : world.findTenant(name);
  if (tenant === undefined) throw new Error(`The simulator has no tenant ${name ?? 'at all'}.`);
  return tenant;
}
