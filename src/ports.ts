/** What the use cases need from outside. Adapters implement these; cli/wiring.ts chooses them. */
import type { Finding } from './config/finding.ts';
import type { AddressKey } from './domain/address.ts';
import type { Change } from './domain/change.ts';
import type { ConfiguredUser, CustomerConfig } from './domain/config.ts';
import type { Problem } from './domain/diagnostic.ts';
import type { DirectoryReading } from './domain/directory.ts';
import type { DirectoryCheck } from './domain/directory-check.ts';
import type { DirectoryCopy, DirectoryCopyUpdate } from './domain/directory-copy.ts';
import type { DirectoryIdentity } from './domain/identity.ts';
import type { ImportedUser } from './domain/imported-user.ts';
import type { Instant } from './domain/instant.ts';
import type { DomainObservation, DomainQuestion } from './domain/observations.ts';
import type { CustomerId, Roster, State } from './domain/roster.ts';
import type { SmtpAnswer, SmtpProbe, SmtpQuestion, SmtpServer } from './domain/smtp-probe.ts';
import type {
  FoundEntry,
  TargetEntry,
  TargetFailure,
  TargetReading,
  TargetValue,
  TargetWrite,
} from './domain/target.ts';
import type { Step } from './planner/advance.ts';
import type { PlanRecord } from './planner/document.ts';

/** Tells what now is. `--at` fixes it. */
export type Clock = () => Instant;

/** What a long read has done so far. */
export interface ReadProgress {
  readonly pages: number;
  readonly entries: number;
}

/** A customer's directory, live or recorded. */
export interface DirectorySource {
  /** Reads all of it. Never rejects for what the directory did: every way a read can be incomplete is a `failed` reading (SAF-2). */
  read(customer: CustomerConfig, options: ReadOptions): Promise<DirectoryReading>;
}

/** Tries a customer's directory out, as the Test button of a settings page would. */
export interface DirectoryTester {
  /** Never rejects for what the directory did. Takes ten seconds at most. */
  check(customer: CustomerConfig, signal: AbortSignal): Promise<DirectoryCheck>;
}

/** Tries a mail server out, as far as its recipients. No message is ever sent. */
export interface MailServerTester {
  /**
   * Never rejects for what the server did: each step has its verdict. Rejects with RangeError for a sender or a name to greet with that
   * cannot be written in SMTP.
   */
  probe(server: SmtpServer, question: SmtpQuestion, signal: AbortSignal): Promise<SmtpProbe>;
}

/** Asks mail servers about many recipients. No message is ever sent. */
export interface RecipientVerifier {
  /**
   * A conversation with one server, which begins with the first question. Rejects with RangeError for a sender (empty for the null one) or
   * a name to greet with that cannot be written in SMTP.
   */
  open(
    server: SmtpServer,
    options: Pick<SmtpQuestion, 'helo' | 'sender'> & { readonly signal: AbortSignal },
  ): Promise<RecipientSession>;
}

export interface RecipientSession extends AsyncDisposable {
  /** `answered` is a verdict about this recipient, `failed` and `untried` are none. Never rejects for what the server did. */
  verify(recipient: string): Promise<SmtpAnswer>;
}

/** Files of users that are written here and reviewed by people. */
export interface UsersFiles {
  /** Every address that the users of a file have; none where there is no file. Rejects with FileProblem for a file of another kind, or a wrong one. */
  addresses(path: string): Promise<ReadonlySet<AddressKey>>;
  /**
   * Adds users in the order of their addresses, mere addresses as users of source `smtp`; what is there stays, with its comments, and no
   * address comes twice. Writes the whole file or leaves what was there; where nothing is new, nothing is written. Returns those that are
   * new. Rejects with FileProblem.
   */
  add(path: string, users: readonly (AddressKey | ImportedUser)[]): Promise<readonly AddressKey[]>;
  /** The text of a file that has these users alone. */
  text(users: readonly (AddressKey | ImportedUser)[]): string;
  /** Whether a customer's file imports this one, directly or by way of others. */
  isImported(path: string, customerFile: string): Promise<boolean>;
}

/** A CSV file of users, as somebody brings it. */
export interface CsvUsersFile {
  readonly bytes: Uint8Array;
  /** Those of the rows that nothing is wrong with. */
  readonly users: readonly ConfiguredUser[];
  readonly rows: number;
  readonly findings: readonly Finding[];
}

/** Where a CSV file of users goes, and who imports it from there. Absolute. */
export interface CsvPlace {
  readonly path: string;
  readonly customerFile: string;
}

/** CSV files of users that the configuration takes in. */
export interface CsvImports {
  /** Rejects with FileProblem for what is no text. Findings name the file as `cited`. */
  read(path: string, cited: string): Promise<CsvUsersFile>;
  /** What is in place already: nothing, this file, or another one; and whether the customer imports it. */
  standing(file: CsvUsersFile, place: CsvPlace): Promise<CsvStanding>;
  /**
   * Puts the file in its place, byte by byte, and has the customer import it, where that is not so already; the rest of the customer's file
   * stays as it is. The CSV file first: nobody minds one that nothing imports. Rejects with FileProblem.
   */
  takeIn(file: CsvUsersFile, place: CsvPlace): Promise<CsvStanding>;
}

export interface CsvStanding {
  readonly there: 'nothing' | 'same' | 'other';
  readonly isImported: boolean;
}

/** The public DNS. */
export interface DomainObserver {
  /** Never rejects for what the DNS did: what could not be asked is a `failed` answer. Takes ten times the time-out at most. */
  observe(question: DomainQuestion, signal: AbortSignal): Promise<DomainObservation>;
}

/** What the DNS shows of the domains of customers, or showed when it was recorded. */
export interface ObservationSource {
  /** Null where nobody has looked. Rejects with FileProblem for a recording that is damaged. */
  observe(customer: CustomerId, question: DomainQuestion, signal: AbortSignal): Promise<DomainObservation | null>;
}

export interface ReadOptions {
  readonly signal: AbortSignal;
  /** What the last complete reading left, for a source that can ask for what changed since. Without it, all is read. */
  readonly copy?: () => Promise<DirectoryCopy | null>;
  readonly onProgress?: (progress: ReadProgress) => void;
}

/** A mail system that rosters take effect in. */
export interface Target {
  readonly name: string;
  /** What it is to hold of a roster (TGT-1): a pure function. Of one customer no key comes twice. */
  project(roster: Roster): readonly TargetEntry[];
  /** Where it keeps what it is given in a form of its own: whether what is found is what is expected. A pure function. Without it both are equal. */
  readonly matches?: ((expected: TargetValue, found: TargetValue) => boolean) | undefined;
  /** All that it holds of these customers, and what it holds without a mark. Rejects with TargetProblem. */
  read(customers: readonly CustomerId[], signal: AbortSignal): Promise<TargetReading>;
  /** Whom what was read serves already, for an import (IMP-1): a pure function. What is no address is told of too. */
  people(entries: readonly FoundEntry[]): readonly ImportedUser[];
  /**
   * Makes these changes, and no other, and mends the faults of the reading. What could be done is done whatever else could not; a
   * change that did not come through is a failure. Rejects with TargetProblem where nothing could be done at all. A write that is
   * cut off leaves what the next reading and writing set right.
   */
  write(task: TargetTask, signal: AbortSignal): Promise<readonly TargetFailure[]>;
}

/** What is to be written. */
export interface TargetTask {
  readonly changes: readonly TargetWrite[];
  /** All that the target is to hold of the customers that are written, each with the serial of its roster. */
  readonly desired: readonly TargetEntry[];
  readonly serials: ReadonlyMap<CustomerId, number>;
}

/** A target that could not be read or written: what happened, and what to do next. */
export class TargetProblem extends Error implements Problem {
  override readonly name = 'TargetProblem';
  readonly code: string;
  readonly hint: string;
  constructor({ code, message, hint }: Problem, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.hint = hint;
  }
}

/** One customer's part of an apply. */
export interface Commit extends Step {
  readonly customer: CustomerId;
  readonly run: RunId;
  /** The serial that the changes were planned from. */
  readonly expectedSerial: number;
}

/** Counts the runs of one state from 1. */
export type RunId = number;

/** An apply or a sync, as it begins. */
export interface RunStart {
  readonly command: 'apply' | 'sync' | 'repair' | 'import' | 'state push';
  readonly at: Instant;
  readonly who: string;
  /** Of the plan, `sha256:…`. */
  readonly planDigest: string | null;
}

/** How one customer fared in a run. */
export interface RunOutcome {
  readonly customer: CustomerId;
  readonly outcome: 'applied' | 'unchanged' | 'blocked' | 'failed';
  readonly serialBefore: number;
  readonly serialAfter: number;
  readonly changes: number;
  /** Why it failed or was blocked. */
  readonly message: string | null;
}

/** How one target fared in a run, as far as one customer is concerned. */
export interface TargetOutcome {
  readonly target: string;
  readonly customer: CustomerId;
  /** `pending`: the state may have moved on, and the target has not followed yet. */
  readonly outcome: 'pending' | 'unchanged' | 'converged' | 'blocked' | 'failed';
  /** Of the roster that it was brought in step with, or was to be. */
  readonly serial: number;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  /** Why it failed or was blocked. */
  readonly message: string | null;
}

/** The last that was heard of a target and a customer. */
export interface TargetStanding {
  readonly target: string;
  readonly customer: CustomerId;
  readonly outcome: TargetOutcome['outcome'];
  readonly message: string | null;
  /** Of the roster that was last written to it, be it in full or in part; null if none ever was. */
  readonly writtenAt: number | null;
}

/** The configuration that a customer was last applied with. */
export interface AppliedConfig {
  /** Of all that plans follow from, `sha256:…`. */
  readonly digest: string;
  /** The files that it stood in, relative to the workspace, each with the digest of its bytes. */
  readonly files: Readonly<Record<string, string>>;
}

export interface Run extends RunStart {
  readonly id: RunId;
  /** Null while it runs, and for ever if it was killed. */
  readonly finishedAt: Instant | null;
  readonly outcomes: readonly RunOutcome[];
  /** Sorted by target and customer. */
  readonly targets: readonly TargetOutcome[];
}

/** The journal's record of what one run did to one customer. */
export interface JournalEntry {
  readonly run: RunId;
  readonly customer: CustomerId;
  readonly at: Instant;
  readonly serialAfter: number;
  readonly directory: DirectoryIdentity | null;
  readonly changes: readonly Change[];
  /** In place of changes: the roster that a push put in place. */
  readonly baseline: Roster | null;
}

/** A plan as it was saved. */
export interface SavedPlan extends PlanRecord {
  /** `sha256:…` over its canonical JSON. */
  readonly digest: string;
}

/** Plans as text and as files (`rollcall.plan/1`). */
export interface PlanFiles {
  /** The text of the document, piece by piece, ending with a line end. */
  text(record: PlanRecord): Iterable<string>;
  digest(record: PlanRecord): string;
  /** Writes the whole file or leaves what was there. Rejects with FileProblem. Returns the digest. */
  save(path: string, record: PlanRecord): Promise<string>;
  /** Reads a saved plan whose content is what its digest says. Rejects with FileProblem. */
  load(path: string): Promise<SavedPlan>;
}

/** Whole states as text and as files (`rollcall.state/1`). */
export interface StateFiles {
  text(state: State): Iterable<string>;
  /** Reads a state in which every address is valid and held once. Rejects with FileProblem. */
  load(path: string): Promise<State>;
}

/** A file that could not be read or written, or that is not what it should be. */
export class FileProblem extends Error implements Problem {
  override readonly name = 'FileProblem';
  readonly code: string;
  readonly hint: string;
  constructor({ code, message, hint }: Problem, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.hint = hint;
  }
}

/** What can be locked: a customer, or a target. */
export type LockName = CustomerId | `target:${string}`;

/** Who has locked a customer or a target. */
export interface LockHolder {
  readonly who: string;
  readonly pid: number;
  readonly host: string;
  readonly since: Instant;
}

export interface LockOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Told once, if the lock has to be waited for. */
  readonly onWait?: (holder: LockHolder) => void;
}

/** A commit came to a roster whose serial is not the one that it was planned from (SAF-4). Nothing was written. */
export class StaleSerialError extends Error {
  override readonly name = 'StaleSerialError';
}

/** A state that was to be pushed is of another lineage, or older than the stored one. Nothing was written. */
export class PushRefusedError extends Error {
  override readonly name = 'PushRefusedError';
}

/** A lock was not had in time. */
export class LockHeldError extends Error {
  override readonly name = 'LockHeldError';
  readonly lock: LockName;
  readonly holder: LockHolder;
  constructor(lock: LockName, holder: LockHolder) {
    super(heldBy(lock, holder));
    this.lock = lock;
    this.holder = holder;
  }
}

/** `acme is locked by ann@host (process 1 on host) since …`. */
export function heldBy(lock: LockName, { who, pid, host, since }: LockHolder): string {
  return `${lock} is locked by ${who} (process ${pid} on ${host}) since ${since}`;
}

/** The part of the stored state that read paths may use. */
export interface StateReader extends AsyncDisposable {
  /**
   * The rosters of these customers; one never seen is an empty roster. Rosters of other customers that have
   * one of `domains`, or hold addresses in it, come along, so that ADR-4 and DOM-3 can be decided.
   */
  read(customers: readonly CustomerId[], domains: readonly string[]): Promise<State>;
  /** All customers that the state knows, sorted. */
  customers(): Promise<readonly CustomerId[]>;
  /** When each customer was last brought in step; those that never were are not in it. */
  syncedAt(): Promise<ReadonlyMap<CustomerId, Instant>>;
  /** The latest runs first. */
  runs(limit: number): Promise<readonly Run[]>;
  /** One run; null if there was no such run. */
  run(id: RunId): Promise<Run | null>;
  /** The customers that the plan of this digest has been applied to, by a run that got as far as them. */
  appliedBy(planDigest: string): Promise<ReadonlySet<CustomerId>>;
  /** What a run did, a customer at a time; null if there was no such run. */
  journal(run: RunId): Promise<readonly JournalEntry[] | null>;
  /** A past roster, rebuilt from the journal alone; null if it never had that serial. */
  rosterAt(customer: CustomerId, serial: number): Promise<Roster | null>;
  /**
   * What the directory's last complete reading left, its objects in the order of their keys as UTF-8. Null where nothing is kept, and where
   * what is kept cannot be made out: it only saves a full reading.
   */
  copy(customer: CustomerId): Promise<DirectoryCopy | null>;
  /** The last that was heard of each target and customer, sorted by both. */
  targetStandings(): Promise<readonly TargetStanding[]>;
  /** The configuration that a customer was last applied with; null if it never was. */
  appliedConfig(customer: CustomerId): Promise<AppliedConfig | null>;
}

/**
 * The stored state. After `commit`, `read` equals `advance(before, commit)` (planner/advance.ts): the pure function is the
 * oracle for every database.
 */
export interface StateStore extends StateReader {
  /**
   * Waits for the lock of a customer, or of a target as `target:NAME`; a lock whose process is dead is taken over. Rejects with
   * LockHeldError after `timeoutMs`.
   */
  lock(name: LockName, options: LockOptions): Promise<AsyncDisposable>;
  begin(run: RunStart): Promise<RunId>;
  finish(run: RunId, at: Instant): Promise<void>;
  /** Notes how a customer fared where nothing was committed. */
  note(run: RunId, outcome: RunOutcome): Promise<void>;
  /** One transaction, with its journal entry and outcome. Rejects with StaleSerialError if the serial moved. Returns the new one. */
  commit(commit: Commit): Promise<number>;
  /**
   * Puts these rosters in the place of the stored ones, all in one transaction, each with a baseline in the journal. A roster equal to the
   * stored one is left alone; customers that are not in `state` too. Rejects with PushRefusedError for another lineage (unless the
   * store holds no roster yet, then it takes the lineage over), for an older serial, and for the same serial with another content.
   */
  replace(run: RunId, at: Instant, state: State): Promise<void>;
  /**
   * Brings the customer's copy up to date, in one transaction; a key that is both removed and changed is kept. An update that builds on
   * another position than the stored one is passed over: somebody else was faster. Neither rosters nor journal change, and the
   * customer need not be known yet. Keys and texts are well-formed Unicode.
   */
  keepCopy(customer: CustomerId, update: DirectoryCopyUpdate): Promise<void>;
  /** Notes how targets fared in a run, in one transaction; of each target and customer the latest word stays. */
  noteTargets(run: RunId, outcomes: readonly TargetOutcome[]): Promise<void>;
  noteConfig(customer: CustomerId, config: AppliedConfig): Promise<void>;
}
