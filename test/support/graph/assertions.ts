/** Client assertions: JWTs signed with an app's certificate, or issued for a workload by a party that the app trusts. */
import { constants, type KeyObject, verify } from 'node:crypto';
import type { App } from './apps.ts';
import type { Tenant } from './tenant.ts';
import { type JsonObject, parseObject } from './wire.ts';

/** What the sign-in service finds wrong: an AADSTS number and its words. */
export interface AssertionFault {
  readonly code: number;
  readonly message: string;
}

interface Assertion {
  readonly header: JsonObject;
  readonly claims: JsonObject;
  readonly signed: string;
  readonly signature: Buffer;
}

const EXCHANGE_AUDIENCE = 'api://AzureADTokenExchange';

/** Null for an assertion that proves who the client is. `host` is the sign-in service's. */
export function judgeAssertion(text: string, app: App, tenant: Tenant, host: string, now: Date): AssertionFault | null {
  const assertion = parseAssertion(text);
  if (assertion === null) return { code: 50027, message: 'JWT token is invalid or malformed.' };
  const { iss } = assertion.claims;
  const fault = iss === app.clientId ? judgeOwn(assertion, app, tenant, host) : judgeFederated(assertion, app);
  return fault ?? judgeTimes(assertion, now);
}

function judgeOwn(assertion: Assertion, app: App, tenant: Tenant, host: string): AssertionFault | null {
  const { header, claims } = assertion;
  const sha256 = header['x5t#S256'];
  const thumbprint = sha256 ?? header['x5t'];
  const certificate = app.certificates.find((each) => thumbprint === (sha256 === undefined ? each.sha1 : each.sha256));
  if (certificate === undefined) {
    const reason = `[Reason - The key was not found., Thumbprint of key used by client: '${String(thumbprint)}'.]`;
    return {
      code: 700027,
      message: `The certificate with identifier used to sign the client assertion is not registered on application. ${reason}`,
    };
  }
  if (!isSignedBy(assertion, certificate.key)) {
    return {
      code: 700027,
      message:
        'Client assertion failed signature validation. [Reason - The key was found, but use of the key to verify the signature failed.]',
    };
  }
  if (claims['sub'] !== app.clientId) {
    return { code: 700021, message: "Client assertion application identifier doesn't match 'client_id' parameter." };
  }
  const names = [tenant.id, ...tenant.domains];
  const audiences = names.flatMap((name) => [
    `https://${host}/${name}/oauth2/v2.0/token`,
    `https://${host}/${name}/v2.0`,
  ]);
  if (audiences.includes(String(claims['aud']))) return null;
  return { code: 700023, message: 'Client assertion audience claim does not match Realm issuer.' };
}

function judgeFederated(assertion: Assertion, app: App): AssertionFault | null {
  const { iss, sub, aud } = assertion.claims;
  const unmatched = (code: number, what: string, value: unknown): AssertionFault => ({
    code,
    message: `No matching federated identity record found for presented assertion ${what} '${String(value)}'. Please check your federated identity credential Subject, Audience and Issuer against the presented assertion.`,
  });
  const issued = app.federated.filter(({ issuer }) => issuer === iss);
  if (issued.length === 0) return unmatched(700211, 'issuer', iss);
  const subjects = issued.filter(({ subject }) => subject === sub);
  if (subjects.length === 0) return unmatched(700213, 'subject', sub);
  const credential = subjects.find(({ audience = EXCHANGE_AUDIENCE }) => audience === aud);
  if (credential === undefined) return unmatched(700212, 'audience', aud);
  if (isSignedBy(assertion, credential.key)) return null;
  return { code: 5000127, message: 'Signature verification failed for the presented assertion.' };
}

function judgeTimes({ claims }: Assertion, now: Date): AssertionFault | null {
  const seconds = now.getTime() / 1000;
  const from = Number(claims['nbf'] ?? claims['iat'] ?? 0);
  const until = Number(claims['exp'] ?? 0);
  // Clocks may differ by five minutes.
  if (from - 300 <= seconds && seconds < until + 300) return null;
  const told = [now, new Date(from * 1000), new Date(until * 1000)].map((each) => each.toISOString());
  return {
    code: 700024,
    message: `Client assertion is not within its valid time range. Current time: ${told[0]}, assertion valid from ${told[1]}, expiry time of assertion ${told[2]}.`,
  };
}

function isSignedBy({ header, signed, signature }: Assertion, key: KeyObject): boolean {
  const padding =
    header['alg'] === 'PS256'
      ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
      : { padding: constants.RSA_PKCS1_PADDING };
  if (header['alg'] !== 'PS256' && header['alg'] !== 'RS256') return false;
  return verify('sha256', Buffer.from(signed), { key, ...padding }, signature);
}

function parseAssertion(text: string): Assertion | null {
  const [head = '', payload = '', signature = '', ...more] = text.split('.');
  const header = parseObject(Buffer.from(head, 'base64url').toString('utf8'));
  const claims = parseObject(Buffer.from(payload, 'base64url').toString('utf8'));
  if (header === null || claims === null || more.length > 0) return null;
  return { header, claims, signed: `${head}.${payload}`, signature: Buffer.from(signature, 'base64url') };
}
