/** Which tenant it is: its id, whichever name the configuration gives it. */
import type { EntraConnection } from '../../../domain/config.ts';
import { failure } from '../errors.ts';
import type { CloudHosts } from './clouds.ts';
import { type Exchange, isObject, jsonOf } from './exchange.ts';
import { type Patience, persistently } from './patience.ts';
import { isSignInBusy, signInFailure } from './sign-in-errors.ts';

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** In lower case. Only a domain is looked up. Rejects with DirectoryError. */
export async function tenantIdOf(connection: EntraConnection, asking: Asking): Promise<string> {
  return GUID.test(connection.tenant) ? connection.tenant : lookUpTenant(connection, asking);
}

export interface Asking {
  readonly hosts: CloudHosts;
  readonly exchange: Exchange;
  readonly patience: Patience;
}

/** The id of the tenant, asked where anybody may (OpenID Connect Discovery 1.0, 4). Rejects with DirectoryError. */
export async function lookUpTenant(
  connection: EntraConnection,
  { hosts, exchange, patience }: Asking,
): Promise<string> {
  const { tenant } = connection;
  const url = `${hosts.login}/${encodeURIComponent(tenant)}/v2.0/.well-known/openid-configuration`;
  const request = { method: 'GET', url, headers: { accept: 'application/json' } } as const;
  const answer = await persistently(() => exchange(request), url, patience, isSignInBusy);
  if (answer.status !== 200) throw signInFailure(answer, connection);
  const body = jsonOf(answer.text);
  const issuer = isObject(body) && typeof body['issuer'] === 'string' ? body['issuer'].toLowerCase() : '';
  const id = issuer.split('/').find((segment) => GUID.test(segment));
  if (id !== undefined) return id;
  throw failure(
    'ENTRA_TENANT',
    `${new URL(url).host} did not say which tenant ${tenant} is.`,
    'Write the tenant id under directory.tenant: it is on the Overview page of Entra ID.',
  );
}
