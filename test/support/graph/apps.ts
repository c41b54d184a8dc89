/** The app registrations of a tenant: how each may sign in, and what it may read. */
import { createHash, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { guid } from './guid.ts';

/** Application permissions, by the names that an administrator consents to. */
export type Permission =
  | 'Directory.Read.All'
  | 'Group.Read.All'
  | 'GroupMember.Read.All'
  | 'MailboxSettings.Read'
  | 'Member.Read.Hidden'
  | 'Organization.Read.All'
  | 'User.Read.All';

export interface FederatedCredential {
  readonly issuer: string;
  readonly subject: string;
  /** Without it `api://AzureADTokenExchange`. */
  readonly audience?: string;
  /** PEM; what the real service reads from the issuer's own address. */
  readonly publicKey: string;
}

export interface AppOptions {
  /** Without it, one made from the name. */
  readonly clientId?: string;
  readonly name?: string;
  readonly secrets?: readonly (string | { readonly value: string; readonly expires: Date })[];
  /** PEM. */
  readonly certificates?: readonly string[];
  readonly federated?: readonly FederatedCredential[];
  readonly permissions?: readonly Permission[];
  readonly disabled?: boolean;
}

export interface RegisteredCertificate {
  readonly key: KeyObject;
  /** As `x5t` in a JWT: SHA-1, base64url. */
  readonly sha1: string;
  /** As `x5t#S256`. */
  readonly sha256: string;
}

export interface App {
  readonly clientId: string;
  readonly name: string;
  readonly secrets: readonly { readonly value: string; readonly expires: Date | null }[];
  readonly certificates: readonly RegisteredCertificate[];
  readonly federated: readonly (FederatedCredential & { readonly key: KeyObject })[];
  readonly permissions: readonly Permission[];
  readonly disabled: boolean;
}

export function createApp(tenantId: string, options: AppOptions): App {
  const name = options.name ?? 'Rollcall';
  return {
    clientId: options.clientId ?? guid('app', tenantId, name),
    name,
    secrets: (options.secrets ?? []).map((secret) =>
      typeof secret === 'string' ? { value: secret, expires: null } : secret,
    ),
    certificates: (options.certificates ?? []).map(readCertificate),
    federated: (options.federated ?? []).map((each) => ({ ...each, key: createPublicKey(each.publicKey) })),
    permissions: options.permissions ?? [],
    disabled: options.disabled ?? false,
  };
}

function readCertificate(pem: string): RegisteredCertificate {
  const certificate = new X509Certificate(pem);
  const thumbprint = (algorithm: string) => createHash(algorithm).update(certificate.raw).digest('base64url');
  return { key: certificate.publicKey, sha1: thumbprint('sha1'), sha256: thumbprint('sha256') };
}
