/** The token by which a pipeline or workload says who it is, so that it need hold no secret of its own. */
import { readFile } from 'node:fs/promises';
import type { EntraCredential } from '../../../domain/config.ts';
import { codeOf, type DirectoryError, failure, reasonOf } from '../errors.ts';
import { type Exchange, type HttpRequest, isObject, jsonOf } from './exchange.ts';

export type Environment = Readonly<Record<string, string | undefined>>;
type Issuer = Extract<EntraCredential, { kind: 'federated' }>['token'];

export interface FederatedContext {
  readonly environment: Environment;
  readonly exchange: Exchange;
  readonly conceal: (secret: string) => void;
}

/** What Entra ID wants to stand in `aud`. */
const AUDIENCE = 'api://AzureADTokenExchange';

/** Rejects with DirectoryError (ENTRA_FEDERATED) that says which variable, file or permission lacks. */
export function federatedToken(issuer: Issuer, context: FederatedContext): Promise<string> {
  switch (issuer) {
    case 'github':
      return githubToken(context);
    case 'gitlab':
      return gitlabToken(context);
    case 'azure-pipelines':
      return pipelinesToken(context);
    default:
      return fileToken(issuer.file);
  }
}

/** https://docs.github.com/actions/reference/security/oidc */
function githubToken(context: FederatedContext): Promise<string> {
  const [url, token] = variables(
    context,
    ['ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'],
    'Run it in a job of GitHub Actions that has `permissions: {id-token: write}`. Jobs of pull requests from forks do not get it.',
  );
  const asked = new URL(addressOf(url, 'ACTIONS_ID_TOKEN_REQUEST_URL'));
  asked.searchParams.set('audience', AUDIENCE);
  const headers = { authorization: `Bearer ${token}`, accept: 'application/json' };
  return fetched(context, { method: 'GET', url: asked.href, headers }, 'value');
}

/** GitLab puts the token itself into a variable: https://docs.gitlab.com/ci/secrets/id_token_authentication */
async function gitlabToken(context: FederatedContext): Promise<string> {
  const [token] = variables(
    context,
    ['ROLLCALL_ID_TOKEN'],
    `Give the job \`id_tokens: {ROLLCALL_ID_TOKEN: {aud: ${AUDIENCE}}}\`.`,
  );
  return token;
}

/** https://learn.microsoft.com/rest/api/azure/devops/distributedtask/oidctoken/create */
function pipelinesToken(context: FederatedContext): Promise<string> {
  const [uri, token, connection] = variables(
    context,
    ['SYSTEM_OIDCREQUESTURI', 'SYSTEM_ACCESSTOKEN', 'AZURESUBSCRIPTION_SERVICE_CONNECTION_ID'],
    'Run it in an AzureCLI@2 task with a service connection of workload identity federation, and map `SYSTEM_ACCESSTOKEN: $(System.AccessToken)` in its env.',
  );
  const asked = new URL(addressOf(uri, 'SYSTEM_OIDCREQUESTURI'));
  asked.searchParams.set('api-version', '7.1');
  asked.searchParams.set('serviceConnectionId', connection);
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'x-tfs-fedauthredirect': 'Suppress',
  };
  return fetched(context, { method: 'POST', url: asked.href, headers, body: '' }, 'oidcToken');
}

async function fileToken(path: string): Promise<string> {
  const token = await readFile(path, 'utf8').catch((error: unknown) => {
    throw federatedFailure(
      `The token file ${path} cannot be read (${codeOf(error) || reasonOf(error)}).`,
      'Correct directory.credential.federated.file, or have the platform write the token there.',
    );
  });
  if (token.trim() !== '') return token.trim();
  throw federatedFailure(`The token file ${path} is empty.`, 'Have the platform write the token there.');
}

/** The values of all these variables, in their order. */
function variables<const Names extends readonly string[]>(
  { environment, conceal }: FederatedContext,
  names: Names,
  hint: string,
): { readonly [index in keyof Names]: string } {
  const missing = names.filter((name) => !environment[name]);
  if (missing.length > 0) {
    const what = missing.length === 1 ? 'the environment variable' : 'the environment variables';
    throw federatedFailure(
      `The federated credential needs ${what} ${missing.join(', ')}, which ${missing.length === 1 ? 'is' : 'are'} not set.`,
      hint,
    );
  }
  const values = names.map((name) => environment[name] ?? '');
  names.forEach((name, index) => {
    if (name.endsWith('TOKEN')) conceal(values[index] ?? '');
  });
  return values as unknown as { readonly [index in keyof Names]: string };
}

function addressOf(value: string, name: string): string {
  if (URL.canParse(value) && /^https?:/i.test(value)) return value;
  throw federatedFailure(`${name} is no address of a web server.`, 'Leave the variable as the platform sets it.');
}

async function fetched({ exchange }: FederatedContext, request: HttpRequest, property: string): Promise<string> {
  const { host } = new URL(request.url);
  const { status, text } = await exchange(request);
  const body = jsonOf(text);
  const token = isObject(body) ? body[property] : undefined;
  if (status === 200 && typeof token === 'string' && token !== '') return token;
  throw federatedFailure(
    `${host} answered ${status} and gave no token for ${AUDIENCE}.`,
    'Check that the job may ask for an identity token (GitHub: `permissions: {id-token: write}`; Azure: the service connection is authorised for the pipeline).',
  );
}

function federatedFailure(message: string, hint: string): DirectoryError {
  return failure('ENTRA_FEDERATED', message, hint);
}
