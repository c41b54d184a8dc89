/** Recipients whom nobody has, to see what a mail server makes of these. */
import { randomBytes } from 'node:crypto';
import type { DomainName } from '../domain/address.ts';

/** Made up anew each time. Without "-" or "+", behind which some servers take what follows for a mere extension of somebody's address. */
export function nobodyAt(domain: DomainName): string {
  return `nobody${randomBytes(16).toString('hex')}@${domain}`;
}
