/** Opens a tenant: finds out which it is, and makes a client that signs in when it first asks. */
import { setTimeout as wait } from 'node:timers/promises';
import type { EntraConnection } from '../../../domain/config.ts';
import { instantOf } from '../../../domain/instant.ts';
import type { SecretReference } from '../../../domain/secret-reference.ts';
import { type GraphClient, graphClient } from './client.ts';
import { hostsOf } from './clouds.ts';
import { type Concealer, concealer } from './conceal.ts';
import { proofOf } from './credentials.ts';
import { exchangeOver, type Fetch } from './exchange.ts';
import type { Environment } from './federated.ts';
import { patienceOf, type Time } from './patience.ts';
import { type Asking, tenantIdOf } from './tenant.ts';
import { tokensOf } from './tokens.ts';

/** What is outside: all but the secrets has a default. */
export interface GraphOptions extends Partial<Time> {
  /** The secret itself. What it rejects with is shown: it must not hold any of it. */
  readonly resolveSecret: (reference: SecretReference) => Promise<string>;
  /** Takes debug lines: each request. */
  readonly log?: (line: string) => void;
  readonly fetch?: Fetch;
  /** Where a pipeline says how to get its token. */
  readonly environment?: Environment;
}

export interface OpenTenant {
  /** In lower case. */
  readonly id: string;
  readonly client: GraphClient;
  /** Signs in, so that what is wrong with the credential is not met in the middle of something else. */
  signIn(): Promise<void>;
}

/** The options with their defaults, and with every line that they log freed of secrets. */
export interface Outside extends Time, Concealer {
  readonly resolveSecret: (reference: SecretReference) => Promise<string>;
  readonly log: (line: string) => void;
  readonly fetch: Fetch;
  readonly environment: Environment;
}

export function outsideOf(options: GraphOptions): Outside {
  const secrets = concealer();
  return {
    now: options.now ?? (() => instantOf(Date.now())),
    monotonic: options.monotonic ?? (() => performance.now()),
    sleep: options.sleep ?? (async (ms, signal) => wait(ms, undefined, { signal })),
    resolveSecret: options.resolveSecret,
    log: (line) => options.log?.(secrets.concealed(line)),
    fetch: options.fetch ?? ((url, init) => fetch(url, init)),
    environment: options.environment ?? process.env,
    ...secrets,
  };
}

/** The ways to the two hosts of a tenant. */
export function askingOf({ timeouts, cloud }: EntraConnection, outside: Outside, signal: AbortSignal): Asking {
  return {
    hosts: hostsOf(cloud),
    exchange: exchangeOver({ fetch: outside.fetch, timeoutMs: timeouts.pageMs, signal }),
    patience: patienceOf(timeouts.throttledMs, outside, signal),
  };
}

/** Rejects with DirectoryError. Whatever is still under way ends when the signal aborts. */
export async function openTenant(
  connection: EntraConnection,
  outside: Outside,
  signal: AbortSignal,
): Promise<OpenTenant> {
  const asking = askingOf(connection, outside, signal);
  const proof = await proofOf(connection.credential, { ...outside, ...asking, signal });
  const tenantId = await tenantIdOf(connection, asking);
  const tokens = tokensOf({ ...outside, ...asking, connection, tenantId, proof });
  const client = graphClient({ ...asking, origin: asking.hosts.graph, tokens, log: outside.log });
  return {
    id: tenantId,
    client,
    signIn: async () => {
      await tokens.current();
    },
  };
}
