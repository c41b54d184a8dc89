/** Makes the tokens by which customers show that domains are theirs (DOM-1). */
import { randomBytes } from 'node:crypto';
import type { DomainName } from '../domain/address.ts';
import type { CustomerConfig } from '../domain/config.ts';
import type { State } from '../domain/roster.ts';

/** 128 bits: nobody guesses one, and no two are the same. */
const BYTES = 16;

/**
 * A new token for each domain that is to be verified and has none stored, or would be taken over and may need another one. One that the plan
 * uses is kept once the plan is applied.
 */
export function newTokens({ name, domains }: CustomerConfig, state: State): ReadonlyMap<DomainName, string> {
  const stored = state.rosters.get(name)?.domains ?? [];
  const having = new Set(stored.flatMap((domain) => (domain.token === null ? [] : [domain.name])));
  const needing = domains.filter(
    (domain) => domain.verification === 'dns' && (domain.takeover || !having.has(domain.name)),
  );
  return new Map(needing.map((domain) => [domain.name, randomBytes(BYTES).toString('hex')]));
}
