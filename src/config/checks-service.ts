/** Checks over what one customer has to do with its service. */
import type { CustomerConfig } from '../domain/config.ts';
import { missingFact, type RegionFact } from '../domain/service.ts';
import { error, type Finding } from './finding.ts';

/** A gate that blocks must know what it waits for. Whoever only warns does without. */
export function factsForGates({ gates, service, region, domains, location }: CustomerConfig): readonly Finding[] {
  const isMisnamed = service.profile !== null && service.region === null && region !== null;
  if (domains.length === 0 || isMisnamed) return [];
  const needed: readonly RegionFact[] = [
    ...(gates.mx === 'block' ? (['mx'] as const) : []),
    ...(gates.spf === 'block' ? (['ranges', 'spfInclude'] as const) : []),
  ];
  const missing = new Set(needed.map((fact) => missingFact(service, fact)).filter((text) => text !== null));
  return [...missing].map((text) => error('CONFIG_SERVICE', location, `A gate cannot be asked. ${text}`));
}

/** A domain is taken over by its record; one's own word is no proof against somebody else's. */
export function takeoversWithoutProof({ domains }: CustomerConfig): readonly Finding[] {
  return domains
    .filter(({ takeover, verification }) => takeover && verification === 'none')
    .map(({ name, location }) =>
      error(
        'CONFIG_TAKEOVER',
        location,
        `The domain "${name}" cannot be taken over with verification: none. Take that out, so that its own TXT record shows whose it is (DOM-3).`,
      ),
    );
}
