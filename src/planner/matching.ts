/** What matching users to the roster goes by (MRG). */
import { type Address, type AddressKey, keyOf, known } from '../domain/address.ts';
import type { AdditionConfig, CustomerConfig } from '../domain/config.ts';
import type { Entry, ObjectId, Roster } from '../domain/roster.ts';
import type { DomainStanding } from './domain-changes.ts';
import type { Selected } from './select.ts';

export interface MergeInputs {
  readonly customer: CustomerConfig;
  readonly roster: Roster;
  readonly selected: readonly Selected[];
  /** Whether an object of the reading has this id, be it in the sync or not (MRG-6). */
  readonly wasRead: (id: ObjectId) => boolean;
  /** The reading is of another directory than the roster is bound to (DEL-11). */
  readonly switched: boolean;
  readonly standing: (domain: Address['domain']) => DomainStanding;
  /** Whether nobody may have this alias of the directory's (SEL-5). */
  readonly isExcepted: (alias: AddressKey) => boolean;
  /** Additions in force: none that is excepted, and none without a directory. */
  readonly additions: readonly AdditionConfig[];
  /** Entries that are not known by their object id any more. */
  readonly released: ReadonlySet<Entry>;
}

/** What matching goes by, and whom it has found so far. */
export interface Matching extends MergeInputs {
  readonly byKey: ReadonlyMap<AddressKey, Entry>;
  readonly taken: Set<Entry>;
  /** Aliases that an entry keeps whatever its sources say: those in a domain that is not verified yet (SEL-6). */
  readonly frozen: (stored: Entry | null) => readonly Address[];
}

const NONE: readonly never[] = [];

/** The roster by primary. */
export function indexByKey({ entries }: Roster): ReadonlyMap<AddressKey, Entry> {
  return new Map(entries.map((entry) => [keyOf(entry.address), entry]));
}

/** See Matching.frozen. */
export function frozenAliases({ customer, standing, isExcepted }: MergeInputs): Matching['frozen'] {
  if (!customer.domains.some(({ name }) => standing(name) === 'pending')) return () => NONE;
  return (stored) =>
    stored === null
      ? NONE
      : stored.aliases.map(known).filter(({ key, domain }) => standing(domain) === 'pending' && !isExcepted(key));
}
