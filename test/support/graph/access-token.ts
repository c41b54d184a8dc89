/** Access tokens: issued by the sign-in service, judged by Graph. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { isGraphOf } from './clouds.ts';
import { guid } from './guid.ts';
import type { Tenant } from './tenant.ts';
import { type JsonObject, parseObject, Refusal } from './wire.ts';
import type { World } from './world.ts';

export interface Grant {
  readonly tenant: Tenant;
  readonly clientId: string;
  readonly permissions: ReadonlySet<string>;
}

export const TOKEN_SECONDS = 3599;

/** A JWT for Graph at `audience`. Without a consented permission it has no `roles`. */
export function issueToken(world: World, tenant: Tenant, clientId: string, audience: string): string {
  const seconds = Math.floor(world.now().getTime() / 1000);
  const roles = tenant.app(clientId)?.permissions ?? [];
  const claims = {
    aud: audience,
    iss: `https://sts.windows.net/${tenant.id}/`,
    iat: seconds,
    nbf: seconds,
    exp: seconds + TOKEN_SECONDS,
    app_displayname: tenant.app(clientId)?.name ?? '',
    appid: clientId,
    idtyp: 'app',
    ...(roles.length === 0 ? {} : { roles }),
    tid: tenant.id,
    uti: guid('token', world.nextId()),
    ver: '1.0',
  };
  const signed = [{ typ: 'JWT', alg: 'HS256' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${signed}.${sign(tenant, signed)}`;
}

/** What the bearer may do; refuses with 401 as Graph does, for a token of another cloud too. */
export function authorize(world: World, host: string, authorization: string | undefined): Grant {
  const token = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) throw unauthorized('Access token is empty.');
  const [header = '', payload = '', signature = '', ...more] = token.split('.');
  const claims = more.length > 0 ? null : parseObject(Buffer.from(payload, 'base64url').toString('utf8'));
  if (claims === null) throw unauthorized('CompactToken parsing failed with error code: 80049217');
  const tenant = world.findTenant(text(claims, 'tid'));
  if (tenant === undefined) throw unauthorized('Access token validation failure. Invalid issuer.');
  if (!isGraphOf(tenant.cloud, host) || text(claims, 'aud') !== `https://${host}`) {
    throw unauthorized('Access token validation failure. Invalid audience.');
  }
  const isOver = Number(claims['exp']) * 1000 <= world.now().getTime();
  if (isOver || !isEqual(signature, sign(tenant, `${header}.${payload}`))) {
    throw unauthorized('Lifetime validation failed, the token is expired.');
  }
  const { roles } = claims;
  const names = Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : [];
  return { tenant, clientId: text(claims, 'appid'), permissions: new Set(names) };
}

/** Refuses with 403 unless one of these permissions was consented to. */
export function requirePermission(grant: Grant, ...anyOf: readonly string[]): void {
  if (anyOf.some((permission) => grant.permissions.has(permission))) return;
  throw new Refusal(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');
}

function unauthorized(message: string): Refusal {
  return new Refusal(401, 'InvalidAuthenticationToken', message, { 'WWW-Authenticate': 'Bearer realm=""' });
}

function sign(tenant: Tenant, signed: string): string {
  return createHmac('sha256', tenant.tokens.key).update(signed).digest('base64url');
}

function isEqual(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function text(claims: JsonObject, name: string): string {
  const value = claims[name];
  return typeof value === 'string' ? value : '';
}
