/** What the use cases need from outside. Adapters implement these; cli/wiring.ts chooses them. */
import type { Change } from './domain/change.ts';
import type { CustomerConfig } from './domain/config.ts';
import type { Problem } from './domain/diagnostic.ts';
import type { DirectoryReading } from './domain/directory.ts';
import type { DirectoryCheck } from './domain/directory-check.ts';
import type { DirectoryCopy, DirectoryCopyUpdate } from './domain/directory-copy.ts';
import type { DirectoryIdentity } from './domain/identity.ts';
import type { Instant } from './domain/instant.ts';
import type { DomainObservation, DomainQuestion } from './domain/observations.ts';
import type { CustomerId, Roster, State } from './domain/roster.ts';
import type { SmtpProbe, SmtpQuestion, SmtpServer } from './domain/smtp-probe.ts';
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
  readonly command: 'apply' | 'sync' | 'state push';
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

export interface Run extends RunStart {
  readonly id: RunId;
  /** Null while it runs, and for ever if it was killed. */
  readonly finishedAt: Instant | null;
  readonly outcomes: readonly RunOutcome[];
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

/** Who has locked a customer. */
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
  readonly customer: CustomerId;
  readonly holder: LockHolder;
  constructor(customer: CustomerId, holder: LockHolder) {
    super(heldBy(customer, holder));
    this.customer = customer;
    this.holder = holder;
  }
}

/** `acme is locked by ann@host (process 1 on host) since …`. */
export function heldBy(customer: CustomerId, { who, pid, host, since }: LockHolder): string {
  return `${customer} is locked by ${who} (process ${pid} on ${host}) since ${since}`;
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
}

/**
 * The stored state. After `commit`, `read` equals `advance(before, commit)` (planner/advance.ts): the pure function is the
 * oracle for every database.
 */
export interface StateStore extends StateReader {
  /** Waits for the customer's lock; a lock whose process is dead is taken over. Rejects with LockHeldError after `timeoutMs`. */
  lock(customer: CustomerId, options: LockOptions): Promise<AsyncDisposable>;
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
}
