/** Pseudonyms made with a key: who does not have it can neither reverse them nor try guesses against them. */
import { createHmac, randomBytes } from 'node:crypto';
import { ProblemError } from '../../domain/diagnostic.ts';
import { PSEUDONYM_DIGITS, type Pseudonym } from '../../domain/pseudonym.ts';
import type { SecretReference } from '../../domain/secret-reference.ts';

const SHORTEST_KEY = 16;
const DIGITS = 'abcdefghijklmnopqrstuvwxyz234567';

/** Pseudonyms with the key behind a reference. Rejects with ProblemError where it is not to be had, or could be guessed. */
export async function referredPseudonyms(
  reference: SecretReference,
  resolveSecret: (reference: SecretReference) => Promise<string>,
): Promise<Pseudonym> {
  const key = await resolveSecret(reference).catch((error: unknown) => {
    throw new ProblemError({
      code: 'REDACTION_KEY',
      message: `The key of the redaction is not to be had: ${error instanceof Error ? error.message : error}`,
      hint: 'Put it where redaction.key in rollcall.yaml points to.',
    });
  });
  return keyedPseudonyms(key);
}

/** Pseudonyms such as `name-k5vq2m7xw3ta`: HMAC-SHA256 (RFC 2104) over kind and value. Throws ProblemError for a key that could be guessed. */
export function keyedPseudonyms(key: string): Pseudonym {
  if (key.length < SHORTEST_KEY) {
    throw new ProblemError({
      code: 'REDACTION_KEY',
      message: `The key of the redaction is shorter than ${SHORTEST_KEY} characters, so it could be found by trying.`,
      hint: 'Make a new one, for instance with: openssl rand -hex 32',
    });
  }
  return (kind, value) => {
    const code = createHmac('sha256', key)
      .update(`${kind}\0`)
      // Not UTF-8: broken characters would all be one.
      .update(Buffer.from(value, 'utf16le'))
      .digest();
    return `${kind}-${base32(code)}`;
  };
}

/** Pseudonyms that hold for this run only. */
export function passingPseudonyms(): Pseudonym {
  return keyedPseudonyms(randomBytes(32).toString('hex'));
}

/** The first digits; five bits each. */
function base32(bytes: Buffer): string {
  const bits = bytes.readBigUInt64BE(0);
  return Array.from({ length: PSEUDONYM_DIGITS }, (_, i) => DIGITS[Number((bits >> BigInt(59 - 5 * i)) & 31n)]).join(
    '',
  );
}
