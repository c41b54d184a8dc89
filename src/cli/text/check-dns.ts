/** What checking the DNS has shown, as text. Marks and words say it; colour only repeats it. */
import { diffArrays } from 'diff';
import type { DomainCheck, OwnershipCheck } from '../../app/check-dns.ts';
import type { Severity } from '../../domain/diagnostic.ts';
import { inert } from '../../domain/inert.ts';
import { count, listed } from '../../domain/words.ts';
import { seconds } from '../../planner/dns/finding.ts';
import type { MxAssessment } from '../../planner/dns/mx.ts';
import { type OwnershipServer, recordText } from '../../planner/dns/ownership.ts';
import type { SpfAssessment } from '../../planner/dns/spf.ts';
import { addressesOf } from '../json/check-dns.ts';
import type { Colors } from '../terminal.ts';

type Status = DomainCheck['mx']['status'] | 'verified';
interface Finding {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
}

const MARKS = {
  verified: { mark: '✓', color: 'green' },
  ok: { mark: '✓', color: 'green' },
  missing: { mark: '✗', color: 'red' },
  wrong: { mark: '✗', color: 'red' },
  unknown: { mark: '?', color: 'yellow' },
} as const satisfies Readonly<Record<Status, { mark: string; color: keyof Colors }>>;

const COLOR_OF = { error: 'red', warning: 'yellow', info: 'dim' } as const satisfies Record<Severity, keyof Colors>;

const NAME_WIDTH = 9;
const INDENT = ' '.repeat(4 + 2 + NAME_WIDTH + 2);

/** A block for each customer and domain, and a line on all of them. */
export function renderDnsChecks(checks: readonly DomainCheck[], colors: Colors): readonly string[] {
  const customers = [...new Set(checks.map(({ customer }) => customer))];
  const blocks = customers.map((name) => {
    const domains = checks.filter(({ customer }) => customer === name);
    return `${[colors.bold(name), ...domains.flatMap((check) => linesOf(check, colors))].join('\n')}\n\n`;
  });
  return [...blocks, `${count(checks.length, 'domain')} checked: ${verdict(checks)}.\n`];
}

function verdict(checks: readonly DomainCheck[]): string {
  const closed = checks.filter((check) => check.closed.length > 0).length;
  if (checks.length === 0) return 'no customer has one';
  if (closed > 0) return `${closed} ${closed === 1 ? 'does' : 'do'} not pass the gates`;
  return checks.length === 1 ? 'it passes the gates' : 'all pass the gates';
}

function linesOf(check: DomainCheck, colors: Colors): readonly string[] {
  const { domain, closed, ownership, mx, spf } = check;
  const gates =
    closed.length === 0
      ? colors.green('gates pass')
      : colors.red(`${closed.length === 1 ? 'gate' : 'gates'} closed: ${listed(closed)}`);
  return [
    `  ${inert(domain)}: ${gates}`,
    head('ownership', ownership.status, ownershipWords(ownership), colors),
    ...ownershipLines(ownership, colors),
    head('mx', mx.status, mxWords(mx), colors),
    ...findingLines(mx.findings, colors),
    head('spf', spf.status, spfWords(spf), colors),
    ...findingLines(spf.findings, colors),
    ...proposalLines(spf, colors),
  ];
}

function head(name: string, status: Status, words: string, colors: Colors): string {
  const { mark, color } = MARKS[status];
  const line = `    ${colors[color](mark)} ${name.padEnd(NAME_WIDTH)}  ${colors[color](status)}`;
  return words === '' ? line : `${line}, ${inert(words)}`;
}

function findingLines(findings: readonly Finding[], colors: Colors): readonly string[] {
  return findings.map(
    ({ code, severity, message }) =>
      `${INDENT}${colors[COLOR_OF[severity]](`${severity}:`)} ${inert(message)} [${code}]`,
  );
}

/** How far the record has spread stands in what is said of a pending domain already. */
function ownershipWords({ status, record, propagation, findings }: OwnershipCheck): string {
  if (status === 'verified' && record === null) return 'by the word of the configuration';
  const isSaid = propagation === null || findings.some(({ message }) => message.includes(propagation.slice(1)));
  return isSaid ? '' : propagation;
}

/** So does the record. Servers are told of where they do not all have it. */
function ownershipLines(ownership: OwnershipCheck, colors: Colors): readonly string[] {
  const { status, record, findings, nameServers, resolver } = ownership;
  const isSaid = record === null || findings.some(({ message }) => message.includes(recordText(record)));
  const publish = status === 'verified' || isSaid ? [] : [`${INDENT}Publish ${inert(recordText(record))}.`];
  const servers = [...nameServers, ...(resolver === null ? [] : [resolver])];
  const shown = servers.every(({ found }) => found === true) ? [] : servers.map((server) => serverLine(server, colors));
  return [...findingLines(findings, colors), ...publish, ...shown];
}

function serverLine({ name, address, found, ttl }: OwnershipServer, colors: Colors): string {
  const who = `${name ?? 'the resolver'}${address === null ? '' : ` (${address})`}`;
  const life = ttl === null || ttl === 0 ? '' : `; that may be kept for ${seconds(ttl)}`;
  const [mark, color, words] =
    found === null
      ? (['?', 'yellow', 'could not be asked'] as const)
      : found
        ? (['✓', 'green', `has it${life}`] as const)
        : (['✗', 'red', `does not have it${life}`] as const);
  return `${INDENT}${colors[color](mark)} ${inert(who)}: ${words}`;
}

function mxWords({ found, ttl }: MxAssessment): string {
  const hosts = found.map(({ preference, exchange, addresses }) => {
    const known = addressesOf(addresses);
    return `${preference} ${exchange === '' ? '.' : exchange}${known.length === 0 ? '' : ` (${known.join(', ')})`}`;
  });
  return [...hosts, ...(ttl === null ? [] : [`TTL ${seconds(ttl)}`])].join(', ');
}

function spfWords({ record, results, lookups, voidLookups }: SpfAssessment): string {
  if (record === null) return '';
  const passed = results.filter(({ result }) => result === 'pass').length;
  const some = results.length === 0 ? [] : [`${passed} of ${count(results.length, 'address', 'addresses')} pass`];
  const voids = voidLookups === 0 ? '' : ` (${voidLookups} found nothing)`;
  return [...some, `${lookups} of 10 lookups${voids}`].join(', ');
}

/** The record that is there and the one that would have to be, with what differs marked by colour where there is any. */
function proposalLines({ record, proposal }: SpfAssessment, colors: Colors): readonly string[] {
  if (proposal === null || record === null) return [];
  const parts = diffArrays(termsOf(record), termsOf(proposal.record)).map(({ added, removed, value }) => {
    return { added, removed, text: inert(value.join(' ')) };
  });
  const before = parts.filter(({ added }) => !added).map(({ removed, text }) => (removed ? colors.red(text) : text));
  const after = parts.filter(({ removed }) => !removed).map(({ added, text }) => (added ? colors.green(text) : text));
  return [`${INDENT}${colors.red('-')} ${before.join(' ')}`, `${INDENT}${colors.green('+')} ${after.join(' ')}`];
}

function termsOf(record: string): string[] {
  return record.split(/ +/).filter((term) => term !== '');
}
