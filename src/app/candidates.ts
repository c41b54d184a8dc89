/** Reads who might exist, and leaves out whoever need not be asked about. */
import { type AddressKey, addressKey, type DomainName, domainOf, keyOf, parseAddress } from '../domain/address.ts';
import type { CustomerConfig } from '../domain/config.ts';
import type { Problem } from '../domain/diagnostic.ts';
import { logRecipients } from '../domain/log-recipients.ts';
import type { Roster } from '../domain/roster.ts';
import { throwIfInterrupted } from './interrupted.ts';

/** How candidates stand in a text: in the lines of a mail log, or one a line, with `#` comments. */
export type CandidateForm = 'log' | 'addresses';

/** Where an address is known from. Who is known from several places counts with the first of them. */
const KNOWN_FROM = ['roster', 'configuration', 'exceptions', 'file'] as const;

type KnownFrom = (typeof KNOWN_FROM)[number];

/** Who may be asked about. */
export interface CandidateScope {
  readonly managed: ReadonlySet<DomainName>;
  /** Listed, and not verified: whose they are has not been shown yet (SEL-6). */
  readonly pending: ReadonlySet<DomainName>;
  readonly known: ReadonlyMap<AddressKey, KnownFrom>;
}

/** How many were not taken: addresses of those who are known, each once; of the others every mention. */
export interface LeftOut extends Readonly<Record<KnownFrom, number>> {
  readonly pendingDomains: number;
  readonly otherDomains: number;
  /** What stood in the place of an address, and is none. */
  readonly invalid: number;
}

export interface Candidates {
  /** In canonical form, sorted, each once. */
  readonly addresses: readonly AddressKey[];
  readonly leftOut: LeftOut;
  /** The first lines, counted from 1, that have what is no address. */
  readonly invalidLines: readonly number[];
}

/** More addresses than anybody would have a server asked about. They are held in memory. */
class TooManyCandidates extends Error implements Problem {
  override readonly name = 'TooManyCandidates';
  readonly code = 'TOO_MANY_CANDIDATES';
  readonly hint = 'Take the log of fewer days, or only those of its lines that tell of a delivery: grep status=sent';
  constructor() {
    super(`There are more than ${MAX_CANDIDATES} unknown addresses in the customer's domains.`);
  }
}

const MAX_CANDIDATES = 1_000_000;
const LINES_SHOWN = 5;

/** The scope that a customer's configuration and roster draw; `inFile` are those that stand in the file to write. */
export function candidateScope(
  customer: CustomerConfig,
  roster: Roster,
  inFile: ReadonlySet<AddressKey>,
): CandidateScope {
  const verified = new Set(roster.domains.filter(({ status }) => status === 'verified').map(({ name }) => name));
  const isManaged = ({ name, verification }: CustomerConfig['domains'][number]) =>
    verification === 'none' || verified.has(name);
  const { exceptions = [], additions = [] } = customer.directory ?? {};
  const excepted = exceptions.flatMap(({ subject }) => ('address' in subject ? [subject.address] : []));
  const sources: Readonly<Record<KnownFrom, Iterable<AddressKey>>> = {
    roster: roster.entries.flatMap(allOf),
    configuration: [...customer.users.flatMap(allOf), ...additions.map(({ key }) => key)],
    exceptions: excepted,
    file: inFile,
  };
  const known = new Map<AddressKey, KnownFrom>();
  for (const from of KNOWN_FROM) for (const key of sources[from]) if (!known.has(key)) known.set(key, from);
  return {
    managed: new Set(customer.domains.filter(isManaged).map(({ name }) => name)),
    pending: new Set(customer.domains.filter((domain) => !isManaged(domain)).map(({ name }) => name)),
    known,
  };
}

function allOf({ address, aliases }: { readonly address: string; readonly aliases: readonly string[] }) {
  return [address, ...aliases].map(keyOf);
}

/** Throws TooManyCandidates; rejects with Interrupted once the signal is aborted. */
export async function readCandidates(
  lines: AsyncIterable<string>,
  form: CandidateForm,
  { managed, pending, known }: CandidateScope,
  signal: AbortSignal,
): Promise<Candidates> {
  const candidates = new Set<AddressKey>();
  const alreadyKnown = new Set<AddressKey>();
  const invalidLines: number[] = [];
  const mentions = { pendingDomains: 0, otherDomains: 0, invalid: 0 };
  const textsOf = form === 'log' ? logRecipients : listed;
  const take = (text: string, line: number) => {
    const key = candidateKey(text);
    if (key === null) {
      mentions.invalid += 1;
      if (invalidLines.length < LINES_SHOWN) invalidLines.push(line);
      return;
    }
    const domain = domainOf(key);
    if (known.has(key)) alreadyKnown.add(key);
    else if (pending.has(domain)) mentions.pendingDomains += 1;
    else if (!managed.has(domain)) mentions.otherDomains += 1;
    else if (!candidates.has(key)) candidates.add(detached(key));
  };
  let number = 0;
  for await (const line of lines) {
    number += 1;
    for (const text of textsOf(line)) take(text, number);
    if (candidates.size > MAX_CANDIDATES) throw new TooManyCandidates();
    throwIfInterrupted(signal);
  }
  const counts = { roster: 0, configuration: 0, exceptions: 0, file: 0 };
  for (const key of alreadyKnown) counts[known.get(key) ?? 'roster'] += 1;
  return { addresses: [...candidates].toSorted(), leftOut: { ...counts, ...mentions }, invalidLines };
}

function listed(line: string): readonly string[] {
  const text = line.replace(/(?:^|\s)#.*$/, '').trim();
  return text === '' ? [] : [text];
}

/** Such marks turn the line around in which they are shown, and no mailbox needs them. */
const BIDI_CONTROL = /\p{Bidi_Control}/u;

function candidateKey(text: string): AddressKey | null {
  return BIDI_CONTROL.test(text) ? null : addressKey(unquoted(text));
}

/** `"ann"@acme.example` is ann@acme.example (RFC 5321 4.1.2), and would be found as a second user. */
function unquoted(text: string): string {
  const [, local, rest] = /^"([^"\\]+)"(@[^"@]+)$/.exec(text) ?? [];
  return local !== undefined && rest !== undefined && parseAddress(`${local}${rest}`).ok ? `${local}${rest}` : text;
}

/** A piece of a text keeps all of it in memory; a copy does not. */
function detached(key: AddressKey): AddressKey {
  return Buffer.from(key).toString() as AddressKey;
}
