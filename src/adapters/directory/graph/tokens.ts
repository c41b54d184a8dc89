/** Access tokens for Graph, from MSAL. Nothing is logged, and nothing kept beyond the reading. */
import { ConfidentialClientApplication, type Configuration, type INetworkModule, LogLevel } from '@azure/msal-node';
import type { EntraConnection } from '../../../domain/config.ts';
import { DirectoryError, failure } from '../errors.ts';
import type { CloudHosts } from './clouds.ts';
import type { Proof } from './credentials.ts';
import { type Exchange, type HttpAnswer, type HttpRequest, jsonOf } from './exchange.ts';
import { type Patience, persistently } from './patience.ts';
import { isSignInBusy, signInFailure } from './sign-in-errors.ts';

export interface Tokens {
  /** A token that is good for some minutes more. Rejects with DirectoryError. */
  current(): Promise<string>;
  /** Says that Graph did not take this token; the next is another one. */
  refused(token: string): void;
}

export interface TokenContext {
  readonly connection: EntraConnection;
  readonly hosts: CloudHosts;
  readonly tenantId: string;
  readonly proof: Proof;
  readonly exchange: Exchange;
  readonly patience: Patience;
  readonly monotonic: () => number;
  readonly conceal: (secret: string) => void;
}

interface Held {
  readonly token: string;
  /** By the monotonic clock. */
  readonly renewAt: number;
}

const RENEW_BEFORE_MS = 5 * 60 * 1000;

/** Signs in when the first token is needed, and again when it ends. Requests at the same time share one sign-in. */
export function tokensOf(context: TokenContext): Tokens {
  const { monotonic, hosts, conceal } = context;
  const signIn = signInWith(context);
  let held: Held | null = null;
  let pending: Promise<Held> | null = null;
  const acquire = async (): Promise<Held> => {
    const startedAt = monotonic();
    const { token, lifetimeMs } = await signIn(`${hosts.graph}/.default`);
    conceal(token);
    return { token, renewAt: startedAt + Math.max(lifetimeMs - RENEW_BEFORE_MS, lifetimeMs / 2) };
  };
  return {
    async current() {
      if (held !== null && monotonic() < held.renewAt) return held.token;
      pending ??= acquire().finally(() => {
        pending = null;
      });
      held = await pending;
      return held.token;
    },
    refused(token) {
      if (held?.token === token) held = null;
    },
  };
}

interface Issued {
  readonly token: string;
  readonly lifetimeMs: number;
}

function signInWith(context: TokenContext): (scope: string) => Promise<Issued> {
  const { connection } = context;
  return async (scope) => {
    const network = networkOf(context);
    const app = new ConfidentialClientApplication(await configurationOf(context, network.module));
    const result = await app
      .acquireTokenByClientCredential({ scopes: [scope], skipCache: true, azureRegion: 'DisableMsalForceRegion' })
      .catch((error: unknown) => {
        // MSAL puts its own error in the place of what its network said.
        throw network.failure(connection) ?? unusable(connection, error);
      });
    if (result === null || result.accessToken === '') throw network.failure(connection) ?? unusable(connection, null);
    const lifetimeMs = (result.expiresOn?.getTime() ?? 0) - Date.now();
    return { token: result.accessToken, lifetimeMs };
  };
}

function unusable({ clientId }: EntraConnection, error: unknown): DirectoryError {
  if (error instanceof DirectoryError) return error;
  const name = error instanceof Error && 'errorCode' in error ? ` (${String(error.errorCode)})` : '';
  return failure(
    'ENTRA_SIGN_IN',
    `The sign-in service gave no token for the app ${clientId}${name}.`,
    'Check directory.cloud, and whether a proxy answers in the place of Microsoft.',
  );
}

/** Where the tenant is known by its id all addresses are, so that MSAL need not ask for them. */
async function configurationOf(
  { hosts, tenantId, connection, proof }: TokenContext,
  networkClient: INetworkModule,
): Promise<Configuration> {
  const authority = `${hosts.login}/${tenantId}`;
  const metadata = {
    authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
    token_endpoint: `${authority}/oauth2/v2.0/token`,
    issuer: `${authority}/v2.0`,
    jwks_uri: `${authority}/discovery/v2.0/keys`,
  };
  return {
    auth: {
      clientId: connection.clientId,
      authority,
      knownAuthorities: [new URL(hosts.login).host],
      authorityMetadata: JSON.stringify(metadata),
      ...(await credentialOf(proof)),
    },
    system: {
      networkClient,
      loggerOptions: { loggerCallback: () => undefined, logLevel: LogLevel.Error, piiLoggingEnabled: false },
    },
  };
}

async function credentialOf(proof: Proof): Promise<Partial<Configuration['auth']>> {
  switch (proof.kind) {
    case 'secret':
      return { clientSecret: proof.secret };
    case 'certificate':
      return {
        clientCertificate: { thumbprintSha256: proof.thumbprint, privateKey: proof.key, x5c: proof.chain },
      };
    default:
      return { clientAssertion: await proof.assertion() };
  }
}

interface Network {
  readonly module: INetworkModule;
  /** Why the last request came to nothing; null if it did not. */
  failure(connection: EntraConnection): DirectoryError | null;
}

function networkOf({ exchange, patience }: TokenContext): Network {
  let thrown: DirectoryError | null = null;
  let refused: HttpAnswer | null = null;
  const send = async <T>(request: HttpRequest) => {
    const answer = await persistently(() => exchange(request), request.url, patience, isSignInBusy).catch(
      (error: unknown) => {
        if (error instanceof DirectoryError) thrown = error;
        throw error;
      },
    );
    const body = jsonOf(answer.text);
    if (answer.status !== 200 || body === undefined) refused = answer;
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body: (body ?? {}) as T };
  };
  return {
    module: {
      sendGetRequestAsync: (url, options) => send({ method: 'GET', url, headers: options?.headers ?? {} }),
      sendPostRequestAsync: (url, options) =>
        send({ method: 'POST', url, headers: options?.headers ?? {}, body: options?.body ?? '' }),
    },
    failure: (connection) => thrown ?? (refused === null ? null : signInFailure(refused, connection)),
  };
}
