/** What the DNS shows of one domain: its ownership record, mail exchanges and SPF. */
import { setMaxListeners } from 'node:events';
import type { DomainObservation, DomainQuestion } from '../../domain/observations.ts';
import type { Clock } from '../../ports/clock.ts';
import type { DomainObserver } from '../../ports/dns.ts';
import { type Ask, asker } from './ask.ts';
import { abortFailure, tookTooLong } from './failure.ts';
import { observeMx } from './mx.ts';
import { observeOwnership } from './ownership.ts';
import { resolverOver } from './resolver.ts';
import { DNS_PORT, type Resolvers, resolversOf } from './server.ts';
import { observeSpf } from './spf.ts';

export interface DomainObserverOptions {
  /** `address`, `address:port` or `[IPv6 address]:port`; null for those of /etc/resolv.conf. */
  readonly resolvers: readonly string[] | null;
  /** Whether the zone's own servers are asked for the ownership record, each by itself. */
  readonly authoritative: boolean;
  /** How long a server has for one answer. It is asked twice. */
  readonly timeoutMs: number;
  readonly now: Clock;
  /** Takes debug lines: each question as the `dig` command that would repeat it. */
  readonly log?: (line: string) => void;
  /** Questions under way at once, over all domains. */
  readonly parallelism?: number;
  /** On which the zones' own servers listen, where that is not 53. */
  readonly authoritativePort?: number;
}

const PARALLELISM = 100;
/** A whole observation may take so many time-outs: more than a chain of slow answers needs, and an end to what somebody draws out. */
const OBSERVATION_TIMEOUTS = 10;

/** Observes domains in the public DNS. Throws TypeError for a resolver that is no address. */
export function domainObserver(options: DomainObserverOptions): DomainObserver {
  const { timeoutMs, log = () => undefined, parallelism = PARALLELISM } = options;
  const servers = resolversOf(options.resolvers);
  const ask = asker({ timeoutMs, parallelism, log });
  return {
    async observe(question, signal) {
      const limit = new AbortController();
      // Every question under way listens to the one, every domain under way to the other.
      setMaxListeners(0, limit.signal, signal);
      const limitMs = OBSERVATION_TIMEOUTS * timeoutMs;
      const late = setTimeout(() => limit.abort(tookTooLong(question.domain, limitMs)), limitMs);
      const stop = () => limit.abort(abortFailure(signal));
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
      try {
        return await observation(question, options, { servers, ask, signal: limit.signal });
      } finally {
        clearTimeout(late);
        signal.removeEventListener('abort', stop);
      }
    },
  };
}

interface Asking {
  readonly servers: Resolvers;
  readonly ask: Ask;
  readonly signal: AbortSignal;
}

async function observation(
  { domain, ownershipName, mx, spf }: DomainQuestion,
  { authoritative, authoritativePort = DNS_PORT, now }: DomainObserverOptions,
  { servers, ask, signal }: Asking,
): Promise<DomainObservation> {
  const resolve = resolverOver(servers, ask, signal);
  const zone = authoritative ? { resolve, ask, signal, port: authoritativePort } : null;
  const observedAt = now();
  const [ownershipSeen, mxSeen, spfSeen] = await Promise.all([
    ownershipName === null ? null : observeOwnership(ownershipName, resolve, zone),
    mx ? observeMx(domain, resolve) : null,
    spf === null ? null : observeSpf(domain, spf, resolve),
  ]);
  return { domain, observedAt, ownership: ownershipSeen, mx: mxSeen, spf: spfSeen };
}
