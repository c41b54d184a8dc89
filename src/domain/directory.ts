/** What a directory was seen to hold, before any rule is asked. */
import type { Problem } from './diagnostic.ts';
import type { DirectoryCopyUpdate } from './directory-copy.ts';
import type { DirectoryEvidence } from './directory-evidence.ts';
import type { DirectoryIdentity } from './identity.ts';
import type { Instant } from './instant.ts';
import type { Attributes, ObjectId } from './roster.ts';

/** What kind of mailbox a user object is: the last three are disabled accounts by design (SEL-2). */
export type MailboxKind = 'user' | 'shared' | 'room' | 'equipment';

/** One object of the directory, as read. */
export interface DirectoryObject {
  readonly id: ObjectId;
  /** What people know it by: the DN, or the userPrincipalName. */
  readonly name: string;
  readonly kind: 'user' | 'group' | 'publicFolder' | 'contact';
  /** `user` for everything that is no mailbox. */
  readonly mailbox: MailboxKind;
  readonly disabled: boolean;
  /** Of Entra ID: an invited user of another tenant (SEL-10). */
  readonly guest: boolean;
  /** Values of `proxyAddresses` with their prefixes, as read (ADR-2). */
  readonly proxyAddresses: readonly string[];
  /** Values of the primary's attribute (`mail`), in the directory's order. */
  readonly mail: readonly string[];
  /** Values of further alias attributes, without prefixes. */
  readonly aliases: readonly string[];
  readonly attributes: Attributes;
  /** Of a group: its direct members among the objects read. */
  readonly members: readonly ObjectId[];
  /** Of a group: how many `member` values named nothing that was read. */
  readonly unknownMembers: number;
}

/** That a reading is whole, and what it cost. */
export interface ReadProof {
  /** Answers with objects that were read, each to its end. */
  readonly pages: number;
  readonly entries: number;
  /** Range retrievals of multi-valued attributes. */
  readonly ranges: number;
  /** Referrals and continuation references that were met, as URLs. */
  readonly referrals: readonly string[];
  /** How often the directory asked to wait and try again. */
  readonly throttled: number;
  /** When all was last read in full, where this reading asked only for what changed since; null where it read all. */
  readonly since: Instant | null;
  readonly elapsedMs: number;
  /** `sha256:…` over the objects in the order read. */
  readonly digest: string;
  /** Names, phones and notes of the objects are pseudonyms: what is planned from them is never applied. */
  readonly redacted?: true;
}

/** All that a directory holds, with the proof that it is all. */
export interface CompleteReading {
  readonly status: 'complete';
  readonly identity: DirectoryIdentity;
  readonly proof: ReadProof;
  /** Each id once: a directory may repeat an object over its pages (RFC 2696), a reading does not. */
  readonly objects: readonly DirectoryObject[];
  /** What a source that can ask for changes wants kept for its next reading. */
  readonly copyUpdate?: DirectoryCopyUpdate;
  /** Of a reading that is to be recorded, and of a recording that has it. */
  readonly evidence?: DirectoryEvidence;
}

/** A broken read cannot be mistaken for an empty directory (SAF-2). */
export type DirectoryReading =
  | CompleteReading
  | { readonly status: 'failed'; readonly problem: Problem }
  | { readonly status: 'none' };
