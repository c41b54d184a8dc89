/** The sign-in service: tokens for apps (OAuth 2.0 client credentials), and what clients ask about it first. */
import { issueToken, TOKEN_SECONDS } from './access-token.ts';
import type { App } from './apps.ts';
import { judgeAssertion } from './assertions.ts';
import { type CloudName, cloudsOfLogin, isGraphOf } from './clouds.ts';
import { guid, isGuid } from './guid.ts';
import type { Tenant } from './tenant.ts';
import type { Answer, JsonObject, WireRequest } from './wire.ts';
import type { World } from './world.ts';

const BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** An error of the sign-in service: `error`, the AADSTS number, its words. */
class SignInRefusal extends Error {
  readonly status: number;
  readonly error: string;
  readonly code: number;

  constructor(status: number, error: string, code: number, message: string) {
    super(message);
    this.status = status;
    this.error = error;
    this.code = code;
  }
}

/** Answers any request to the sign-in service. */
export function answerSignIn(world: World, request: WireRequest): Answer {
  try {
    return json(200, route(world, request));
  } catch (error) {
    if (error instanceof SignInRefusal) return signInError(world, request, error);
    throw error;
  }
}

/** The passing errors that a test may ask for. */
export function transientSignIn(world: World, request: WireRequest, code: 90033 | 90055 | 90090): Answer {
  const [status, words] = TRANSIENT[code];
  return signInError(world, request, new SignInRefusal(status, 'temporarily_unavailable', code, words));
}

const TRANSIENT: Readonly<Record<90033 | 90055 | 90090, readonly [number, string]>> = {
  90033: [503, 'A transient error has occurred. Please try again.'],
  90055: [429, 'The request was rejected because too many requests were made for this tenant.'],
  90090: [503, 'A transient error occurred during authentication. Please try again.'],
};

function route(world: World, request: WireRequest): JsonObject {
  const { path, host, method } = request;
  const [, name = '', rest = ''] = /^\/([^/]+)\/(.*)$/.exec(path) ?? [];
  if (rest === 'discovery/instance') return instances(host);
  if (rest === 'v2.0/.well-known/openid-configuration')
    return configuration(findTenant(world, host, name, 'invalid_tenant'), host);
  if (rest === 'oauth2/v2.0/token' && method === 'POST') return token(world, request, decodeURIComponent(name));
  throw new SignInRefusal(404, 'invalid_request', 90019, `Nothing answers ${method} ${path}.`);
}

function token(world: World, request: WireRequest, name: string): JsonObject {
  const form = new URLSearchParams(request.body);
  const tenant = findTenant(world, request.host, name, 'invalid_request');
  if (form.get('grant_type') !== 'client_credentials') {
    throw new SignInRefusal(400, 'unsupported_grant_type', 70003, 'The app requested an unsupported grant type.');
  }
  const app = findApp(tenant, form.get('client_id') ?? '');
  const audience = audienceOf(tenant, form.get('scope') ?? '');
  prove(world, request, form, app, tenant);
  const access_token = issueToken(world, tenant, app.clientId, audience);
  return { token_type: 'Bearer', expires_in: TOKEN_SECONDS, ext_expires_in: TOKEN_SECONDS, access_token };
}

function findTenant(world: World, host: string, name: string, error: string): Tenant {
  if (!isGuid(name) && !/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i.test(name)) {
    throw new SignInRefusal(
      400,
      error,
      900023,
      `Specified tenant identifier '${name}' is neither a valid DNS name, nor a valid external domain.`,
    );
  }
  const tenant = world.findTenant(name);
  if (tenant === undefined) {
    throw new SignInRefusal(
      400,
      error,
      90002,
      `Tenant '${name}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.`,
    );
  }
  const clouds: readonly CloudName[] = cloudsOfLogin(host);
  if (clouds.includes(tenant.cloud)) return tenant;
  throw new SignInRefusal(
    400,
    'invalid_request',
    900382,
    'Confidential Client is not supported in Cross Cloud request.',
  );
}

function findApp(tenant: Tenant, clientId: string): App {
  const app = tenant.app(clientId);
  if (app === undefined) {
    throw new SignInRefusal(
      400,
      'unauthorized_client',
      700016,
      `Application with identifier '${clientId}' was not found in the directory '${tenant.displayName}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`,
    );
  }
  if (app.disabled) {
    throw new SignInRefusal(400, 'unauthorized_client', 7000112, `Application '${clientId}'(${app.name}) is disabled.`);
  }
  return app;
}

function audienceOf(tenant: Tenant, scope: string): string {
  const [, audience = '', host = ''] = /^(https:\/\/([^/]+))\/\.default$/.exec(scope) ?? [];
  if (audience === '') {
    throw new SignInRefusal(
      400,
      'invalid_scope',
      1002012,
      `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`,
    );
  }
  if (isGraphOf(tenant.cloud, host)) return audience;
  throw new SignInRefusal(
    400,
    'invalid_resource',
    500011,
    `The resource principal named ${audience} was not found in the tenant named ${tenant.displayName}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.`,
  );
}

function prove(world: World, request: WireRequest, form: URLSearchParams, app: App, tenant: Tenant): void {
  const assertion = form.get('client_assertion');
  const secret = form.get('client_secret');
  if (assertion !== null && form.get('client_assertion_type') === BEARER) {
    const fault = judgeAssertion(assertion, app, tenant, request.host, world.now());
    if (fault !== null) throw new SignInRefusal(401, 'invalid_client', fault.code, fault.message);
    return;
  }
  if (secret === null || secret === '') {
    throw new SignInRefusal(
      401,
      'invalid_client',
      7000218,
      "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    );
  }
  const known = app.secrets.find(({ value }) => value === secret);
  if (known === undefined) {
    throw new SignInRefusal(
      401,
      'invalid_client',
      7000215,
      `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${app.clientId}'.`,
    );
  }
  if (known.expires === null || known.expires > world.now()) return;
  throw new SignInRefusal(
    401,
    'invalid_client',
    7000222,
    `The provided client secret keys for app '${app.clientId}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds.`,
  );
}

function configuration(tenant: Tenant, host: string): JsonObject {
  const base = `https://${host}/${tenant.id}`;
  return {
    token_endpoint: `${base}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
    jwks_uri: `${base}/discovery/v2.0/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    issuer: `${base}/v2.0`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    end_session_endpoint: `${base}/oauth2/v2.0/logout`,
  };
}

function instances(host: string): JsonObject {
  return {
    tenant_discovery_endpoint: `https://${host}/common/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
  };
}

function signInError(world: World, request: WireRequest, refusal: SignInRefusal): Answer {
  const traceId = guid('trace', world.nextId());
  const correlationId = request.headers['client-request-id'] ?? guid('correlation', traceId);
  const timestamp = `${world.now().toISOString().slice(0, 19).replace('T', ' ')}Z`;
  const words = `AADSTS${refusal.code}: ${refusal.message} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`;
  return json(refusal.status, {
    error: refusal.error,
    error_description: words,
    error_codes: [refusal.code],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
    error_uri: `https://${request.host}/error?code=${refusal.code}`,
  });
}

function json(status: number, body: JsonObject): Answer {
  return { status, headers: { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' }, body };
}
