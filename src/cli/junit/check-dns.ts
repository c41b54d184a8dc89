/**
 * What checking the DNS has shown, as JUnit XML: what the servers that run pipelines read. A customer is a suite, and each domain three cases.
 * A closed gate fails its case; where the DNS could not be asked, the case is in error if a gate is closed for it, else skipped.
 */
import type { DomainCheck, Gate } from '../../app/check-dns.ts';
import { inert } from '../../domain/inert.ts';
import { type JunitCase, renderJunit } from './junit.ts';

const KINDS = ['ownership', 'mx', 'spf'] as const satisfies readonly Gate[];

export function renderDnsJunit(checks: readonly DomainCheck[]): readonly string[] {
  const customers = [...new Set(checks.map(({ customer }) => customer))];
  const suites = customers.map((name) => {
    const cases = checks.filter(({ customer }) => customer === name).flatMap(casesOf);
    return { name, cases };
  });
  return renderJunit('rollcall check dns', suites);
}

function casesOf(check: DomainCheck): readonly JunitCase[] {
  return KINDS.map((kind) => {
    const { status, findings } = check[kind];
    const lines = findings.map(({ code, severity, message }) => `${severity} ${code}: ${inert(message)}`);
    const isClosed = check.closed.includes(kind);
    return {
      name: `${check.domain} ${kind}`,
      className: `rollcall.dns.${check.customer}`,
      outcome: outcomeOf(status, isClosed),
      status,
      text: lines.join('\n'),
    };
  });
}

function outcomeOf(status: string, isClosed: boolean): JunitCase['outcome'] {
  if (status === 'unknown') return isClosed ? 'error' : 'skipped';
  return isClosed ? 'failure' : 'passed';
}
