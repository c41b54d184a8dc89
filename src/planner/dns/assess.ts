/** All that is to be said of what the DNS shows of one domain: the plan, the checks and the set-up go by it alike. */
import type { CustomerConfig, DomainConfig } from '../../domain/config.ts';
import type { DomainObservation } from '../../domain/observations.ts';
import type { Domain } from '../../domain/roster.ts';
import { assessMx, type MxAssessment } from './mx.ts';
import { assessOwnership, BY_WORD, type OwnershipAssessment } from './ownership.ts';
import { assessSpf, type SpfAssessment } from './spf.ts';

export interface DomainAssessment {
  readonly ownership: OwnershipAssessment;
  readonly mx: MxAssessment;
  readonly spf: SpfAssessment;
}

/** Judges one domain by its token and what was seen of it; null for what nobody looked at. */
export function assessDomain(
  { name, verification }: DomainConfig,
  token: string | null,
  { service }: Pick<CustomerConfig, 'service'>,
  observation: DomainObservation | null,
): DomainAssessment {
  return {
    ownership:
      verification === 'none'
        ? BY_WORD
        : assessOwnership(name, token, service.ownership, observation?.ownership ?? null),
    mx: assessMx(observation?.mx ?? null, service),
    spf: assessSpf(observation?.spf ?? null, service),
  };
}

/** The gates that a domain does not pass; none where it passes all. Of MX and SPF only those count that block. */
export function closedGates(
  { mx, spf }: DomainAssessment,
  status: Domain['status'],
  { gates }: Pick<CustomerConfig, 'gates'>,
): readonly ('ownership' | 'mx' | 'spf')[] {
  return [
    ...(status === 'pending' ? (['ownership'] as const) : []),
    ...(gates.mx === 'block' && mx.status !== 'ok' ? (['mx'] as const) : []),
    ...(gates.spf === 'block' && spf.status !== 'ok' ? (['spf'] as const) : []),
  ];
}
