/**
 * What checking the DNS has shown, as JUnit XML: what the servers that run pipelines read. A customer is a suite, and each domain three cases.
 * A closed gate fails its case; where the DNS could not be asked, the case is in error if a gate is closed for it, else skipped.
 */
import type { DomainCheck, Gate } from '../app/check-dns.ts';
import { inert } from './inert.ts';

const KINDS = ['ownership', 'mx', 'spf'] as const satisfies readonly Gate[];

interface Case {
  readonly name: string;
  readonly className: string;
  readonly outcome: 'passed' | 'failure' | 'error' | 'skipped';
  /** `missing`, `wrong` … */
  readonly status: string;
  /** What is to be said of it, in lines; empty where there is nothing. */
  readonly text: string;
}

export function renderDnsJunit(checks: readonly DomainCheck[]): readonly string[] {
  const customers = [...new Set(checks.map(({ customer }) => customer))];
  const suites = customers.map((name) => {
    const cases = checks.filter(({ customer }) => customer === name).flatMap(casesOf);
    return { name, cases };
  });
  const all = suites.flatMap(({ cases }) => cases);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    `<testsuites${attributes({ name: 'rollcall check dns', ...totals(all) })}>\n`,
    ...suites.map(({ name, cases }) => suiteText(name, cases)),
    '</testsuites>\n',
  ];
}

function suiteText(name: string, cases: readonly Case[]): string {
  const lines = cases.map((one) => `    ${caseText(one)}\n`);
  return `  <testsuite${attributes({ name, ...totals(cases) })}>\n${lines.join('')}  </testsuite>\n`;
}

function totals(cases: readonly Case[]) {
  const number = (outcome: Case['outcome']) => cases.filter((one) => one.outcome === outcome).length;
  return { tests: cases.length, failures: number('failure'), errors: number('error'), skipped: number('skipped') };
}

function casesOf(check: DomainCheck): readonly Case[] {
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

function outcomeOf(status: string, isClosed: boolean): Case['outcome'] {
  if (status === 'unknown') return isClosed ? 'error' : 'skipped';
  return isClosed ? 'failure' : 'passed';
}

function caseText({ name, className, outcome, status, text }: Case): string {
  const start = `<testcase${attributes({ classname: className, name })}`;
  const [first = status] = text.split('\n');
  switch (outcome) {
    case 'passed':
      return text === '' ? `${start}/>` : `${start}><system-out>${escaped(text)}</system-out></testcase>`;
    case 'skipped':
      return `${start}><skipped${attributes({ message: first === '' ? status : first })}/></testcase>`;
    default: {
      const message = first === '' ? status : first;
      return `${start}><${outcome}${attributes({ message, type: status })}>${escaped(text)}</${outcome}></testcase>`;
    }
  }
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(inert(String(value)))}"`)
    .join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};
// Outside of XML's Char production (XML 1.0 2.2), halves of surrogate pairs among them.
const NO_CHARACTER = /[^\n\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

function escaped(text: string): string {
  return text.replace(NO_CHARACTER, '\u{fffd}').replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
