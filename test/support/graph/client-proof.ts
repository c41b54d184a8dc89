/** What an app proves itself with: a certificate of its own, or the tokens of a party that it trusts. */
import { execFile } from 'node:child_process';
import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { FederatedCredential } from './apps.ts';

const run = promisify(execFile);

export interface AppCertificate {
  readonly certFile: string;
  readonly keyFile: string;
  /** PEM. */
  readonly certificate: string;
  readonly key: string;
}

/** Makes a self-signed RSA certificate in `dir`. */
export async function makeAppCertificate(dir: string, name = 'rollcall'): Promise<AppCertificate> {
  await mkdir(dir, { recursive: true });
  const [certFile, keyFile] = [join(dir, `${name}.crt`), join(dir, `${name}.key`)];
  const key = ['-newkey', 'rsa:2048', '-nodes', '-keyout', keyFile];
  await run('openssl', ['req', '-x509', ...key, '-subj', `/CN=${name}`, '-days', '30', '-out', certFile]);
  return {
    certFile,
    keyFile,
    certificate: await readFile(certFile, 'utf8'),
    key: await readFile(keyFile, 'utf8'),
  };
}

/** Who issues tokens to the jobs of a pipeline. */
export interface TokenIssuer {
  readonly issuer: string;
  /** For `AppOptions.federated`. */
  credential(subject: string, audience?: string): FederatedCredential;
  /** A signed JWT; without more, for Entra, and good for five minutes from `now`. */
  token(subject: string, more?: { readonly audience?: string; readonly now?: Date; readonly seconds?: number }): string;
}

export function createTokenIssuer(issuer: string): TokenIssuer {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    issuer,
    credential: (subject, audience) => ({
      issuer,
      subject,
      publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      ...(audience === undefined ? {} : { audience }),
    }),
    token(subject, { audience = 'api://AzureADTokenExchange', now = new Date(), seconds = 300 } = {}) {
      const iat = Math.floor(now.getTime() / 1000);
      const claims = { iss: issuer, sub: subject, aud: audience, iat, nbf: iat, exp: iat + seconds, jti: randomUUID() };
      const signed = [{ alg: 'RS256', typ: 'JWT' }, claims]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.');
      return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
    },
  };
}
