/** What asking mail servers about recipients has brought, as text and as JSON. */
import type { SiteFindings, TakesAnything, Undecided } from '../../app/ask-site.ts';
import type { Candidates } from '../../app/candidates.ts';
import { type Discovery, foundIn } from '../../app/discover.ts';
import type { AddressKey } from '../../domain/address.ts';
import { inert } from '../../domain/inert.ts';
import type { CustomerId } from '../../domain/roster.ts';
import { REFUSE_UNKNOWN } from '../../domain/smtp-findings.ts';
import { count, grouped, listed } from '../../domain/words.ts';
import type { Colors } from '../terminal.ts';

/** What became of the finds. Paths are with "/". */
export interface KeptFinds {
  /** Relative to the workspace. */
  readonly file: string;
  /** Those that were not in it before. */
  readonly added: readonly AddressKey[];
  /** Relative to the workspace. */
  readonly customerFile: string;
  readonly isImported: boolean;
  /** The file, relative to the customer's. */
  readonly importPath: string;
}

export interface DiscoveryOutcome {
  readonly customer: CustomerId;
  readonly candidates: Candidates;
  readonly discovery: Discovery;
  /** Null where the finds are printed in place of kept. */
  readonly kept: KeptFinds | null;
}

/** More than that nobody reads; JSON and the file have them all. */
const SHOWN_MAX = 20;

/** How much there is to ask, and how long that takes at so many a second. */
export function candidateNote(customer: CustomerId, { addresses }: Candidates, rate: number): string {
  if (addresses.length === 0) return `${customer}: there is nobody to ask about.`;
  const asked = addressCount(addresses.length);
  return `${customer}: ${asked} to ask about, ${grouped(rate)} a second: ${durationWords(addresses.length / rate)}.`;
}

function durationWords(seconds: number): string {
  if (seconds < 60) return 'less than a minute';
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `about ${count(minutes, 'minute')}` : `about ${count(Math.round(minutes / 60), 'hour')}`;
}

export function renderDiscovery({ customer, candidates, discovery, kept }: DiscoveryOutcome, colors: Colors): string {
  const file = kept?.file ?? null;
  const blocks = [
    leftOutLines(candidates, file),
    ...discovery.sites.map((site) => siteLines(customer, site, colors)),
    homelessLines(discovery, colors),
    ...(kept === null ? [] : [keptLines(customer, foundIn(discovery), kept)]),
    againLines(discovery),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** What `--format json` prints. */
export function discoveryDocument({ customer, candidates, discovery, kept }: DiscoveryOutcome): object {
  const { addresses, leftOut, invalidLines } = candidates;
  return {
    customer,
    candidates: addresses.length,
    leftOut,
    invalidLines,
    found: foundIn(discovery),
    sites: discovery.sites,
    withoutSite: Object.fromEntries(discovery.withoutSite),
    file: kept?.file ?? null,
    added: kept?.added ?? [],
    imported: kept?.isImported ?? false,
  };
}

function leftOutLines({ leftOut, invalidLines }: Candidates, file: string | null): readonly string[] {
  const { roster, configuration, exceptions, file: inFile, pendingDomains, otherDomains, invalid } = leftOut;
  const known = [
    roster > 0 ? `${addressCount(roster)} of the roster` : '',
    configuration > 0 ? `${addressCount(configuration)} of the configuration` : '',
    exceptions > 0 ? count(exceptions, 'exception') : '',
    inFile > 0 ? `${addressCount(inFile)} of ${inert(file ?? 'the file')}` : '',
  ].filter((part) => part !== '');
  const lines = invalidLines.length === 0 ? '' : ` (first in line ${invalidLines.join(', ')})`;
  const mentions = [
    pendingDomains > 0 ? `${grouped(pendingDomains)} of domains that are not verified yet` : '',
    otherDomains > 0 ? `${grouped(otherDomains)} of domains that are not the customer's` : '',
    invalid > 0 ? `${grouped(invalid)} of what is no address${lines}` : '',
  ].filter((part) => part !== '');
  return [
    ...(known.length === 0 ? [] : [`Known already, and left out: ${listed(known)}.`]),
    ...(mentions.length === 0 ? [] : [`Mentions left out: ${listed(mentions)}.`]),
  ];
}

function siteLines(customer: CustomerId, findings: SiteFindings, colors: Colors): readonly string[] {
  const { site, found, refused, undecided, stopped, notAsked } = findings;
  const counts = [
    `${grouped(found.length)} found`,
    `${grouped(refused)} refused`,
    ...(undecided.length === 0 ? [] : [`${grouped(undecided.length)} undecided`]),
    ...(notAsked === 0 ? [] : [`${grouped(notAsked)} not asked about`]),
  ];
  const hints = new Set(undecided.flatMap(({ hint }) => hint ?? []));
  return [
    `${customer}, site ${inert(site)}: ${counts.join(', ')}`,
    ...capped(found, (address) => `  ${colors.green('+')} ${inert(address)}`),
    ...capped(undecided, (one) => `  ${colors.yellow('?')} ${undecidedText(one)}`),
    ...[...hints].map((hint) => `  → ${inert(hint)}`),
    ...(stopped === null ? [] : [`  ${colors.red('✗')} ${stopText(stopped)}`]),
  ];
}

function capped<T>(items: readonly T[], line: (item: T) => string): readonly string[] {
  const more = items.length - SHOWN_MAX;
  return [...items.slice(0, SHOWN_MAX).map(line), ...(more > 0 ? [`    and ${grouped(more)} more`] : [])];
}

function undecidedText({ address, server, reason }: Undecided): string {
  return inert(reason.startsWith(server) ? `${address}  ${reason}` : `${address}  ${server}: ${reason}`);
}

function stopText({ server, address, reply, domain }: TakesAnything): string {
  return inert(
    `error[SMTP_ACCEPTS_ANYTHING]: ${server} takes mail for ${address}, which nobody has: "${reply}". Who exists in ${domain} cannot be found out by asking it, and nothing more was asked at this site. ${REFUSE_UNKNOWN} Then run this again.`,
  );
}

function homelessLines({ withoutSite }: Discovery, colors: Colors): readonly string[] {
  return [...withoutSite].map(
    ([domain, addresses]) =>
      `${colors.red('✗')} ${domain} has no site, so there was nobody to ask about ${addressCount(addresses)}. Name its mail servers under "sites" in the customer's file.`,
  );
}

function keptLines(customer: CustomerId, found: readonly AddressKey[], kept: KeptFinds): readonly string[] {
  if (found.length === 0) return [];
  const { added, isImported, customerFile, importPath } = kept;
  const file = inert(kept.file);
  const next = `Then look at what it would do: rollcall plan --customer ${customer}`;
  return [
    added.length === 0
      ? `${file} has them all.`
      : `${count(added.length, 'user')} of source smtp added to ${file}. Review them: each counts as a user (CNT-1), and an alias is found like a mailbox.`,
    ...(isImported
      ? [`${inert(customerFile)} imports it. ${next}`]
      : [
          `It has no effect until ${inert(customerFile)} imports it:`,
          '',
          'imports:',
          `  - {users: ${yamlText(importPath)}}`,
          '',
          next,
        ]),
  ];
}

/** JSON's strings are YAML's too. */
function yamlText(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : inert(JSON.stringify(path));
}

function againLines({ sites }: Discovery): readonly string[] {
  const open = sites.reduce((sum, { undecided }) => sum + undecided.length, 0);
  if (open === 0) return [];
  const are = open === 1 ? 'is' : 'are';
  return [
    `${addressCount(open)} ${are} undecided, and not written. Run this again later: who was found is not asked about again.`,
  ];
}

function addressCount(n: number): string {
  return count(n, 'address', 'addresses');
}
