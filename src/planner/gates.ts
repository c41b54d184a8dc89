/** What the DNS must show of managed domains: said, or waited for (DOM-4, DOM-5). */
import type { CustomerConfig } from '../domain/config.ts';
import { type Diagnostic, diagnostic, type Severity } from '../domain/diagnostic.ts';
import type { Block } from '../domain/plan.ts';
import type { DnsFinding } from './dns/finding.ts';
import type { SettledDomain } from './domain-changes.ts';

type Gate = 'mx' | 'spf';

const RULE_OF = { mx: 'DOM-4', spf: 'DOM-5' } as const;

/** What is said of the MX and SPF records of domains that are managed and were looked at. A pending one has its own record to publish first. */
export function gateNotices(customer: CustomerConfig, domains: readonly SettledDomain[]): readonly Diagnostic[] {
  const notices = watched(domains).flatMap(({ config, assessment }) =>
    (['mx', 'spf'] as const).flatMap((gate) =>
      assessment[gate].findings.map((found) => {
        const severity = severityOf(found);
        // What is not known of the region is the same for all domains, and is said once.
        return severity === 'info' && found.code.endsWith('_UNKNOWN')
          ? diagnostic(severity, RULE_OF[gate], found.message, { location: customer.location })
          : diagnostic(severity, RULE_OF[gate], `${config.name}: ${found.message}`, { location: config.location });
      }),
    ),
  );
  const seen = new Set<string>();
  return notices.filter(({ severity, rule, message }) => {
    const text = `${severity} ${rule} ${message}`;
    return !seen.has(text) && seen.add(text);
  });
}

function watched(domains: readonly SettledDomain[]): readonly SettledDomain[] {
  return domains.filter(({ standing, wasSeen }) => standing === 'managed' && wasSeen);
}

/** No error: where a gate only warns nothing is held up by it, and where it blocks, the block says so. */
function severityOf({ severity }: DnsFinding): Severity {
  return severity === 'error' ? 'warning' : severity;
}

/**
 * The gates that hold these changes back. One that could not be asked is closed: whoever lets a gate block wants to know first. A plan
 * without changes needs no stopping, and one for which nobody looked goes by no gate.
 */
export function gateBlocks(
  customer: CustomerConfig,
  domains: readonly SettledDomain[],
  changes: number,
): readonly Block[] {
  if (changes === 0) return [];
  return (['mx', 'spf'] as const).flatMap((gate) =>
    customer.gates[gate] === 'block' ? gateBlock(gate, watched(domains)) : [],
  );
}

function gateBlock(gate: Gate, domains: readonly SettledDomain[]): readonly Block[] {
  const closed = domains
    .filter(({ assessment }) => assessment[gate].status !== 'ok')
    .toSorted((a, b) => (a.config.name < b.config.name ? -1 : 1));
  if (closed.length === 0) return [];
  const each = closed.map(({ config, assessment }) => {
    const { status, findings } = assessment[gate];
    const first = findings.find(({ severity }) => severity === 'error') ?? findings[0];
    return `${config.name}: ${first?.message ?? WORDS[status]}`;
  });
  const message = `The gate "${gate}" is closed. ${each.join(' ')} Put that right, or let the gate only warn (gates.${gate}).`;
  return [{ rule: RULE_OF[gate], message, removals: 0, allowed: 0 }];
}

const WORDS = {
  ok: '',
  missing: 'The record is missing.',
  wrong: 'The record is wrong.',
  unknown: 'It was not looked at.',
} as const;
