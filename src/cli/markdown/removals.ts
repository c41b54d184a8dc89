/**
 * All that a plan takes away, in full: by its reasons where there is room, else as lists of addresses. A customer's removals are listed whole or
 * not at all, and whose are not is said at the top: who reads a list may rely on it.
 */
import type { CustomerId } from '../../domain/roster.ts';
import { count, grouped, listed } from '../../domain/words.ts';
import type { Loss } from '../losses.ts';
import { code, prose, visible } from './escape.ts';
import { fenced } from './fenced.ts';
import type { Reviewed } from './reviewed.ts';
import { cut, sizeOf } from './room.ts';

export interface Removals {
  /** Whose removals are not listed, for the top; empty where all are. */
  readonly notice: string;
  /** All others, as blocks of Markdown; empty where there are none. */
  readonly text: string;
}

/** At the end of a reason, which may quote the name of an object. */
const LONGEST_REASON = 200;

/** A customer's removals, once with reasons and once as a list of addresses. */
interface Listing {
  readonly customer: CustomerId;
  readonly number: number;
  readonly whole: string;
  readonly short: string;
}

const HEADING = 60;
/** What a notice takes beside names. */
const NOTICE = 200;

/** The removals as far as there is room; `elsewhere` says how to see what is not listed. */
export function removalsOf({ customers }: Reviewed, room: number, elsewhere: string): Removals {
  const listings = customers.flatMap(({ plan, losses }) =>
    losses.length === 0 ? [] : [listingOf(plan.customer, losses)],
  );
  const number = listings.reduce((sum, listing) => sum + listing.number, 0);
  if (number === 0) return { notice: '', text: '' };
  const texts = shortened(listings, room - HEADING);
  const { left, notice } = leftOut(listings, texts, room - HEADING, elsewhere);
  const shown = listings.filter(({ customer }) => !left.has(customer)).map(({ customer }) => texts.get(customer) ?? '');
  const heading = `### ${count(number, 'removal')}`;
  return { notice, text: shown.length === 0 ? '' : [heading, ...shown].join('\n\n') };
}

function listingOf(customer: CustomerId, losses: readonly Loss[]): Listing {
  const head = `**${code(customer)}**`;
  const whole = [`${head}:`, '', ...losses.map(lossLine)].join('\n');
  const short = [`${head}, without reasons for want of room:`, ...listsOf(losses)].join('\n\n');
  return { customer, number: losses.length, whole, short: sizeOf(short) < sizeOf(whole) ? short : whole };
}

/** Takes the reasons away where that saves most, until there is room for all. */
function shortened(listings: readonly Listing[], room: number): Map<CustomerId, string> {
  const texts = new Map(listings.map(({ customer, whole }) => [customer, whole]));
  const saving = ({ whole, short }: Listing) => sizeOf(whole) - sizeOf(short);
  let size = [...texts.values()].reduce((sum, text) => sum + sizeOf(text) + 2, 0);
  for (const listing of listings.toSorted((a, b) => saving(b) - saving(a))) {
    if (size <= room) break;
    texts.set(listing.customer, listing.short);
    size -= saving(listing);
  }
  return texts;
}

/** Leaves the longest lists out until there is room for the others and for saying so. */
function leftOut(
  listings: readonly Listing[],
  texts: ReadonlyMap<CustomerId, string>,
  room: number,
  elsewhere: string,
): { readonly left: ReadonlySet<CustomerId>; readonly notice: string } {
  const sizes = listings.map((listing) => ({ listing, size: sizeOf(texts.get(listing.customer) ?? '') + 2 }));
  const longestFirst = sizes.toSorted((a, b) => b.size - a.size);
  const left: { readonly name: string; readonly number: number }[] = [];
  let size = sizes.reduce((sum, one) => sum + one.size, 0);
  let names = 0;
  for (const { listing, size: saved } of longestFirst) {
    const notice = left.length === 0 ? 0 : NOTICE + elsewhere.length + Math.min(names, room / 2);
    if (size + notice <= room) break;
    const name = `${code(listing.customer)} (${grouped(listing.number)})`;
    left.push({ name, number: listing.number });
    size -= saved;
    names += sizeOf(name) + 2;
  }
  const customers = new Set(longestFirst.slice(0, left.length).map(({ listing }) => listing.customer));
  return { left: customers, notice: left.length === 0 ? '' : noticeOf(left, room / 2, elsewhere) };
}

function noticeOf(
  left: readonly { readonly name: string; readonly number: number }[],
  room: number,
  elsewhere: string,
): string {
  const number = left.reduce((sum, one) => sum + one.number, 0);
  const names: string[] = [];
  let size = 0;
  for (const { name } of left) {
    size += sizeOf(name) + 2;
    if (size > room) break;
    names.push(name);
  }
  const more = left.length - names.length;
  const whose = listed([...names, ...(more === 0 ? [] : [count(more, 'more customer')])]);
  const them = number === 1 ? 'it' : 'them';
  return `> [!CAUTION]\n> **${count(number, 'removal is', 'removals are')} not listed here, for there is no room for ${them}**: those of ${whose}. ${elsewhere}`;
}

/** `- delete [user] bob@acme.example, also b@acme.example: flagged on …, was due on … (DEL-5)`. */
function lossLine(loss: Loss): string {
  const rules = [...new Set(loss.change.reasons.map(({ rule }) => code(rule)))].join(' ');
  const why = loss.change.reasons.map(({ message }) => prose(cut(message, LONGEST_REASON))).join('; ');
  return `- ${headOf(loss)}: ${why} (${rules})`;
}

function headOf(loss: Loss): string {
  const { kind, change, name, others } = loss;
  const resource = change.resource === 'user' ? '' : ` ${WORDS[change.resource]}`;
  const named = `${resource} ${code(name)}${heirText(loss, name)}`;
  const rest = others.map((other) => `${code(other)}${heirText(loss, other)}`);
  if (kind === 'reduce') return rest.length === 0 ? `**pending**${named}` : `**without** ${listed(rest)}:${named}`;
  return `**${kind}**${named}${rest.length === 0 ? '' : `, ${kind === 'flag' ? 'without' : 'also'} ${listed(rest)}`}`;
}

const WORDS = {
  user: 'user',
  group: 'group',
  publicFolder: 'public folder',
  domain: 'domain',
  site: 'site',
  relay: 'relay',
} as const;

function heirText({ heirs }: Loss, address: string): string {
  const heir = heirs.get(address);
  return heir === undefined ? '' : ` (goes to ${code(heir)})`;
}

/** A block of code for each kind of removal, its deciding rule and due day: a removal a line, what else goes with it behind it. */
function listsOf(losses: readonly Loss[]): readonly string[] {
  const lists = new Map<string, string[]>();
  for (const loss of losses) {
    const title = titleOf(loss);
    const list = lists.get(title) ?? [];
    list.push([loss.name, ...loss.others].map(visible).join(' '));
    lists.set(title, list);
  }
  return [...lists].map(([title, lines]) => `${title}\n\n${fenced(lines.join('\n')).trimEnd()}`);
}

function titleOf({ kind, change, due, others }: Loss): string {
  const resource = change.resource === 'user' ? '' : ` ${WORDS[change.resource]}`;
  const isPending = kind === 'reduce' && others.length === 0;
  const what = kind === 'reduce' ? (isPending ? 'pending' : 'without') : kind;
  const order = kind === 'reduce' && !isPending ? ', first who or what stays' : '';
  return `**${what}**${resource} (${code(change.reasons[0].rule)})${due === null ? '' : `, due on ${due}`}${order}:`;
}
