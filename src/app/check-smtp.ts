/** Tries the mail servers of customers' sites out, several at once. */
import pLimit from 'p-limit';
import { type DomainName, known, parseDomain } from '../domain/address.ts';
import type { CustomerConfig, SiteConfig, SiteServer } from '../domain/config.ts';
import type { CustomerId, Entry } from '../domain/roster.ts';
import { type SmtpFinding, smtpFindings } from '../domain/smtp-findings.ts';
import { type SmtpProbe, type SmtpQuestion, serverText } from '../domain/smtp-probe.ts';
import type { MailServerTester } from '../ports/mail-servers.ts';
import { throwIfInterrupted } from './interrupted.ts';
import { noSuchName } from './no-such-name.ts';
import { nobodyAt } from './nobody.ts';

export interface SmtpCheckRequest {
  readonly tester: MailServerTester;
  /** What each customer's roster holds. */
  readonly entriesOf: (customer: CustomerId) => readonly Entry[];
  /** What servers are greeted with (`heloOf`). */
  readonly helo: string;
  /** Servers that are tried at once. */
  readonly parallelism: number;
  readonly signal: AbortSignal;
}

/** How one server of a site fared, or that there was none to try. */
export type SmtpCheckResult = { readonly customer: CustomerId } & (
  | {
      readonly status: 'checked';
      readonly site: string;
      /** Whether there is no finding of severity `error`. */
      readonly ok: boolean;
      readonly probe: SmtpProbe;
      readonly findings: readonly SmtpFinding[];
    }
  /** The customer has no sites. */
  | { readonly status: 'none' }
  /** No domain's mail is delivered to this site, so there is nobody to ask its servers about. */
  | { readonly status: 'unused'; readonly site: string }
);

const NO_SITES = 'The customers have no sites: name their mail servers under "sites".';

/** The customers that have a site of this name, each with that one alone; null is all, as they are. Throws NoSuchName where none has it. */
export function chooseSite(customers: readonly CustomerConfig[], site: string | null): readonly CustomerConfig[] {
  if (site === null) return customers;
  const narrowed = customers
    .map((customer) => ({ ...customer, sites: customer.sites.filter(({ name }) => name === site) }))
    .filter(({ sites }) => sites.length > 0);
  if (narrowed.length > 0) return narrowed;
  const names = new Set(customers.flatMap(({ sites }) => sites.map(({ name }) => name)));
  throw noSuchName('site', site, [...names].toSorted(), NO_SITES);
}

/**
 * What to greet mail servers with, from what this machine calls itself and its addresses. A name without a domain means nothing elsewhere, and
 * servers that are strict refuse it: there it is an address, as `[192.0.2.1]` (RFC 5321 4.1.3, 4.1.4), an IPv4 one if there is one.
 */
export function heloOf(hostName: string, addresses: readonly string[]): string {
  const name = parseDomain(hostName);
  if (name !== null) return name;
  const address = addresses.find((one) => !one.includes(':')) ?? addresses[0];
  if (address === undefined) return 'localhost';
  return address.includes(':') ? `[IPv6:${address}]` : `[${address}]`;
}

/**
 * A result for each server, in the order of customers and sites, and within a site in the order in which mail tries them. A server that
 * fails stops no other. Rejects with Interrupted once the signal is aborted.
 */
export async function checkSites(
  customers: readonly CustomerConfig[],
  request: SmtpCheckRequest,
): Promise<readonly SmtpCheckResult[]> {
  const limit = pLimit(request.parallelism);
  const results = customers.map(async (customer): Promise<readonly SmtpCheckResult[]> => {
    if (customer.sites.length === 0) return [{ customer: customer.name, status: 'none' }];
    const entries = request.entriesOf(customer.name);
    const sites = customer.sites.map((site) => checkSite(customer, site, entries, request, limit));
    return (await Promise.all(sites)).flat();
  });
  return (await Promise.all(results)).flat();
}

async function checkSite(
  { name: customer, domains }: CustomerConfig,
  { name: site, servers }: SiteConfig,
  entries: readonly Entry[],
  request: SmtpCheckRequest,
  limit: ReturnType<typeof pLimit>,
): Promise<readonly SmtpCheckResult[]> {
  const here = domains.filter((domain) => domain.site === site).map(({ name }) => name);
  const [first] = here;
  if (first === undefined) return [{ customer, status: 'unused', site }];
  const recipient = recipientIn(here, entries);
  const asked = { recipient: recipient?.display ?? null, domain: recipient?.domain ?? first };
  const where = here.length === 1 ? `in ${first}` : `in the ${here.length} domains of the site ${site}`;
  const inOrder = servers.toSorted((a, b) => a.priority - b.priority);
  return Promise.all(
    inOrder.map((server) =>
      limit(async () => {
        const probe = await probeServer(server, asked, request);
        const findings = [...smtpFindings(probe), ...nobodyKnown(probe, customer, where)];
        const ok = findings.every(({ severity }) => severity !== 'error');
        return { customer, status: 'checked', site, ok, probe, findings } as const;
      }),
    ),
  );
}

/**
 * Somebody whose mail the servers of these domains must take: an active user of the roster, the first one by address, so that the same roster
 * brings the same one. An address beyond ASCII only where there is no other, for not every server takes these. Not who is only named as an
 * addition (MRG-4): the directory does not know that one yet.
 */
function recipientIn(domains: readonly DomainName[], entries: readonly Entry[]) {
  const suited = entries
    .filter((entry) => entry.type === 'user' && entry.status === 'active' && !entry.addition)
    .map(({ address }) => known(address))
    .filter(({ domain }) => domains.includes(domain));
  const plain = suited.filter(({ key }) => /^[!-~]+$/.test(key));
  const [first, ...others] = plain.length > 0 ? plain : suited;
  return first === undefined ? null : others.reduce((least, one) => (one.key < least.key ? one : least), first);
}

interface Asked {
  readonly recipient: string | null;
  /** The domain that the recipient whom nobody knows is made up in. */
  readonly domain: DomainName;
}

async function probeServer(
  { address, port }: SiteServer,
  { recipient, domain }: Asked,
  { tester, helo, signal }: SmtpCheckRequest,
): Promise<SmtpProbe> {
  throwIfInterrupted(signal);
  const question: SmtpQuestion = {
    knownRecipient: recipient,
    randomRecipient: nobodyAt(domain),
    helo,
    // The null sender: every server has to take it (RFC 5321 4.5.5), no answer can go to anybody, and neither SPF nor a rule against
    // strangers who write in the domain's own name can refuse it. An address of the customer's own would run into both.
    sender: '',
  };
  const probe = await tester.probe({ address, port }, question, signal);
  throwIfInterrupted(signal);
  return probe;
}

/** `where` is as in "no active user …". */
function nobodyKnown(
  { server, knownRecipient }: SmtpProbe,
  customer: CustomerId,
  where: string,
): readonly SmtpFinding[] {
  if (knownRecipient.status !== 'untried' || knownRecipient.reason !== 'notAsked') return [];
  const message = `The roster of ${customer} has no active user ${where}, so ${serverText(server)} was not asked about anybody whose mail it must take. Bring the roster in step (rollcall apply), then check again.`;
  return [{ code: 'SMTP_NOBODY_KNOWN', severity: 'info', message }];
}
