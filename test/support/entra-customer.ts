/** Customers with a tenant of Entra ID, as the configuration would give them, and simulated tenants for them. */
import { setTimeout as wait } from 'node:timers/promises';
import { type GraphOptions, graphSource } from '../../src/adapters/directory/graph/source.ts';
import type { CustomerConfig, DirectoryConfig, EntraConnection, IncludePolicy } from '../../src/domain/config.ts';
import { epochMs, type Instant, instantOf } from '../../src/domain/instant.ts';
import type { DirectorySource } from '../../src/ports/directory.ts';
import type { AppOptions, Permission } from './graph/apps.ts';
import type { CloudName } from './graph/clouds.ts';
import { type GraphSimulator, startGraph } from './graph/simulator.ts';
import { ldapCustomer, plainSecret } from './ldap-customer.ts';

export const CLIENT = '5f0c1a52-7c1e-4f5e-9d3b-2a4f6c8e0b1d';
export const SECRET = 'planted~Secret/with+signs=';
const PERMISSIONS: readonly Permission[] = ['User.Read.All', 'GroupMember.Read.All'];

export interface EntraCustomerOptions extends Partial<Omit<EntraConnection, 'type' | 'timeouts'>> {
  readonly timeouts?: Partial<EntraConnection['timeouts']>;
  readonly include?: Partial<IncludePolicy>;
}

/** `acme` in contoso.onmicrosoft.com, with every setting at its default that is not given. */
export function entraCustomer(options: EntraCustomerOptions = {}): CustomerConfig {
  const { timeouts, include = {}, ...connection } = options;
  const customer = ldapCustomer({ include });
  const directory = customer.directory as DirectoryConfig;
  return {
    ...customer,
    directory: {
      ...directory,
      connection: {
        type: 'entra',
        tenant: 'contoso.onmicrosoft.com',
        clientId: CLIENT,
        credential: { kind: 'secret', secret: { env: SECRET } },
        expires: null,
        cloud: 'global',
        filter: null,
        fullEveryMs: 7 * 86_400_000,
        ...connection,
        timeouts: { pageMs: 60_000, throttledMs: 300_000, ...timeouts },
      },
    },
  };
}

/** A simulator with one tenant, in which the app CLIENT has the secret SECRET and the permissions that readings need. */
export function startTenant(
  options: { readonly app?: AppOptions; readonly cloud?: CloudName; readonly now?: () => Date } = {},
): Promise<GraphSimulator> {
  const { app, cloud = 'global', now } = options;
  const apps = [{ clientId: CLIENT, secrets: [SECRET], permissions: PERMISSIONS, ...app }];
  return startGraph({ tenants: [{ apps, cloud }], ...(now === undefined ? {} : { now }) });
}

const ON_THE_WAY_MS = 10;

/** Time that passes only where somebody waits for it. */
export interface VirtualTime extends Required<Pick<GraphOptions, 'now' | 'monotonic' | 'sleep'>> {
  /** What was waited for, in milliseconds. */
  readonly waits: readonly number[];
  pass(ms: number): void;
}

export function virtualTime(start = '2026-11-21T12:00:00.000Z' as Instant): VirtualTime {
  let passedMs = 0;
  const waits: number[] = [];
  return {
    waits,
    now: () => instantOf(epochMs(start) + passedMs),
    monotonic: () => passedMs,
    pass: (ms) => {
      passedMs += ms;
    },
    sleep: async (ms) => {
      waits.push(ms);
      const until = passedMs + ms;
      // What is on its way to and from the simulator takes no virtual time.
      await wait(ON_THE_WAY_MS);
      passedMs = Math.max(passedMs, until);
    },
  };
}

/** A source that reads the simulated tenant. */
export function sourceOf(simulator: GraphSimulator, options: Partial<GraphOptions> = {}): DirectorySource {
  return graphSource({
    resolveSecret: plainSecret,
    fetch: simulator.fetch as NonNullable<GraphOptions['fetch']>,
    ...options,
  });
}
