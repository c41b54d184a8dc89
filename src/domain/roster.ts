/** What the stored state holds for a customer: users, public folders, groups, domains, sites and relays, and what is left of the deleted. */
import type { DirectoryIdentity } from './identity.ts';
import type { Instant } from './instant.ts';

/** A customer's name, `[a-z0-9-]+`, the key everywhere. */
export type CustomerId = string & { readonly __customerId: never };

/** The directory's immutable id of an object, in lower case: objectGUID, entryUUID or Graph's id. */
export type ObjectId = string & { readonly __objectId: never };

/** Where a user came from. `ldap` and `entra` users follow the directory; the others follow the configuration. */
export type Source = 'ldap' | 'entra' | 'manual' | 'csv' | 'smtp';

/** How a user stands (DEL-1, DEL-7). */
export type Status = 'active' | 'flagged' | 'ignored' | 'deactivated';

/** The attributes that are synced (SEL-8). An absent one is not set; none is ever the empty text. */
export interface Attributes {
  readonly givenName?: string;
  readonly surname?: string;
  readonly displayName?: string;
  readonly homePhone?: string;
  readonly mobile?: string;
  readonly company?: string;
  readonly department?: string;
  readonly notes?: string;
}

export const ATTRIBUTE_NAMES = [
  'givenName',
  'surname',
  'displayName',
  'homePhone',
  'mobile',
  'company',
  'department',
  'notes',
] as const satisfies readonly (keyof Attributes)[];

/** A user's own allow and deny list: addresses or domains. */
export interface MailRules {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

/** A user, or a mail-enabled public folder, which is treated as one. */
export interface User {
  readonly type: 'user' | 'publicFolder';
  /** The primary, in the form first seen. */
  readonly address: string;
  /** In the form first seen, sorted by canonical form. */
  readonly aliases: readonly string[];
  readonly source: Source;
  /** Named under `additions` and not yet supplied by the directory (MRG-4). */
  readonly addition: boolean;
  readonly objectId: ObjectId | null;
  readonly status: Status;
  /** When it was flagged; null unless flagged. The due date is never stored (DEL-2). */
  readonly flaggedAt: Instant | null;
  readonly attributes: Attributes;
  readonly rules: MailRules;
  /** What names the user's mail archive once it has outlived a deletion (DEL-6), or null. */
  readonly archive: string | null;
}

/** A distribution list (SEL-9). */
export interface Group {
  readonly type: 'group';
  readonly address: string;
  readonly aliases: readonly string[];
  readonly source: Source;
  readonly objectId: ObjectId | null;
  readonly displayName: string | null;
  /** Primaries of roster entries, sorted. */
  readonly members: readonly string[];
}

/** A user, a mail-enabled public folder or a group. */
export type Entry = User | Group;

/** A domain as the state knows it (DOM-1). */
export interface Domain {
  readonly name: string;
  readonly status: 'pending' | 'verified';
  /** When its record was seen; null while pending, and where the configuration's word was enough. */
  readonly verifiedAt: Instant | null;
  /** What its record has to show, made once; null where no record was ever asked for. */
  readonly token: string | null;
  readonly site: string | null;
}

/** A place of the customer's own that mail is delivered to (DOM-6). */
export interface Site {
  readonly name: string;
  readonly default: boolean;
  /** Sorted by priority, then address and port. */
  readonly servers: readonly {
    readonly address: string;
    readonly port: number;
    /** Lower is tried first. */
    readonly priority: number;
  }[];
}

/** Servers of the customer's own that send mail out through the service (DOM-6). */
export interface Relay {
  readonly name: string;
  /** Networks as CIDR, sorted. */
  readonly addresses: readonly string[];
}

/** What is kept of a deleted user (DEL-5): enough to give back its archive (DEL-6). */
export interface Tombstone {
  /** The primary first, then the aliases. */
  readonly addresses: readonly [string, ...string[]];
  readonly objectId: ObjectId | null;
  readonly archive: string;
  readonly deletedAt: Instant;
}

/** All that is stored of one customer. Entries are in no particular order. */
export interface Roster {
  readonly customer: CustomerId;
  /** Counts the changes of this roster: 0 before the first. */
  readonly serial: number;
  /** The directory it was last in step with (DEL-11), or null before the first. */
  readonly directory: DirectoryIdentity | null;
  /** When it was last brought in step, whether or not anything changed. */
  readonly syncedAt: Instant | null;
  readonly entries: readonly Entry[];
  readonly domains: readonly Domain[];
  readonly sites: readonly Site[];
  readonly relays: readonly Relay[];
  readonly tombstones: readonly Tombstone[];
}

/** The stored state, or the part of it that was read. */
export interface State {
  /** Made with the state; tells one state from another that has the same serials. */
  readonly lineage: string;
  /** Its names, phones and notes are pseudonyms: it may be looked at and planned from, and is never pushed. */
  readonly redacted?: true;
  readonly rosters: ReadonlyMap<CustomerId, Roster>;
}

/** A roster that nothing was ever applied to. */
export function emptyRoster(customer: CustomerId): Roster {
  return {
    customer,
    serial: 0,
    directory: null,
    syncedAt: null,
    entries: [],
    domains: [],
    sites: [],
    relays: [],
    tombstones: [],
  };
}

/** Whether it is a user or a mail-enabled public folder, and no group. */
export function isUser(entry: Entry): entry is User {
  return entry.type !== 'group';
}

/** Whether the directory is what keeps this entry in the roster. */
export function followsDirectory(entry: Entry): boolean {
  return entry.source === 'ldap' || entry.source === 'entra';
}

/** Billable is every user and public folder that still gets mail (CNT-1). */
export function isBillable(entry: Entry): boolean {
  return isUser(entry) && entry.status !== 'deactivated';
}
