/** What an app registration proves itself with, had from where the configuration points and checked before it is sent. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { EntraCredential } from '../../../domain/config.ts';
import { epochMs } from '../../../domain/instant.ts';
import type { SecretReference } from '../../../domain/secret-reference.ts';
import type { Clock } from '../../../ports/clock.ts';
import { orAborted } from '../aborted.ts';
import { codeOf, DirectoryError, failure, reasonOf } from '../errors.ts';
import type { Exchange } from './exchange.ts';
import { type Environment, federatedToken } from './federated.ts';

/** As the sign-in takes it. An assertion is had anew for each sign-in: it is good for minutes. */
export type Proof =
  | { readonly kind: 'secret'; readonly secret: string }
  | { readonly kind: 'certificate'; readonly thumbprint: string; readonly key: string; readonly chain: string }
  | { readonly kind: 'assertion'; readonly assertion: () => Promise<string> };

export interface CredentialContext {
  readonly resolveSecret: (reference: SecretReference) => Promise<string>;
  readonly environment: Environment;
  readonly exchange: Exchange;
  readonly now: Clock;
  readonly signal: AbortSignal;
  /** Takes each secret as soon as it is known, so that no message shows it. */
  readonly conceal: (secret: string) => void;
}

/** Rejects with DirectoryError: SECRET_UNRESOLVED, ENTRA_CERTIFICATE. */
export async function proofOf(credential: EntraCredential, context: CredentialContext): Promise<Proof> {
  switch (credential.kind) {
    case 'secret':
      return { kind: 'secret', secret: await secretOf(credential.secret, 'directory.credential.secret', context) };
    case 'certificate':
      return certificateProof(credential, context);
    default:
      return {
        kind: 'assertion',
        assertion: async () => {
          const token = await federatedToken(credential.token, context);
          context.conceal(token);
          return token;
        },
      };
  }
}

async function secretOf(reference: SecretReference, name: string, context: CredentialContext): Promise<string> {
  const unresolved = (why: string) =>
    failure(
      'SECRET_UNRESOLVED',
      `The secret of the app registration is not to be had: ${why}`,
      `Correct ${name}, or put the secret where it points to.`,
    );
  const secret = await orAborted(context.resolveSecret(reference), context.signal).catch((error: unknown) => {
    throw error instanceof DirectoryError ? error : unresolved(reasonOf(error));
  });
  if (secret === '') throw unresolved('it is empty.');
  context.conceal(secret);
  return secret;
}

async function certificateProof(
  { certificate: path, key: reference }: Extract<EntraCredential, { kind: 'certificate' }>,
  context: CredentialContext,
): Promise<Proof> {
  const chain = await readFile(path, 'utf8').catch((error: unknown) => {
    throw certificateFailure(
      `${path} cannot be read (${codeOf(error) || reasonOf(error)}).`,
      'Correct directory.credential.certificate.',
    );
  });
  const certificate = parsed(() => new X509Certificate(chain));
  if (certificate === null) {
    throw certificateFailure(
      `${path} holds no certificate as PEM.`,
      'Save the certificate as PEM, with its BEGIN CERTIFICATE line.',
    );
  }
  const pem = await secretOf(reference, 'directory.credential.key', context);
  const key = parsed(() => createPrivateKey(pem));
  if (key === null) {
    throw certificateFailure(
      'What directory.credential.key points to is no private key as PEM, or one with a passphrase.',
      'Save the key as PEM without a passphrase, where only Rollcall can read it.',
    );
  }
  checkPair(path, certificate, key);
  checkPeriod(path, certificate, context.now);
  const thumbprint = certificate.fingerprint256.replaceAll(':', '').toLowerCase();
  return { kind: 'certificate', thumbprint, key: pem, chain };
}

/** Entra ID takes RSA keys only, for signatures of the kind PS256. */
function checkPair(path: string, certificate: X509Certificate, key: KeyObject): void {
  if (!certificate.checkPrivateKey(key)) {
    throw certificateFailure(
      `${path} and directory.credential.key do not belong together: the certificate is for another key.`,
      'Name the key that the certificate was made with.',
    );
  }
  if (key.asymmetricKeyType === 'rsa') return;
  throw certificateFailure(
    `${path} is for a key of type ${key.asymmetricKeyType}; Entra ID takes RSA keys.`,
    'Make a certificate with an RSA key of at least 2048 bits and upload it to the app registration.',
  );
}

function checkPeriod(path: string, { validFrom, validTo }: X509Certificate, now: Clock): void {
  const at = epochMs(now());
  if (Date.parse(validTo) < at) {
    throw certificateFailure(
      `${path} has expired: it was good until ${validTo}.`,
      'Make a new certificate, upload it to the app registration, and name it under directory.credential.',
    );
  }
  if (Date.parse(validFrom) <= at) return;
  throw certificateFailure(`${path} is good from ${validFrom} on, not today.`, 'Check the clock of this machine.');
}

function certificateFailure(message: string, hint: string): DirectoryError {
  return failure('ENTRA_CERTIFICATE', message, hint);
}

/** Node's own words about keys are for programmers. */
function parsed<T>(parse: () => T): T | null {
  try {
    return parse();
  } catch {
    return null;
  }
}
