/** Chooses the adapters. The only file that knows both them and the commands; each is loaded when it is used. */
import { hostname, networkInterfaces, userInfo } from 'node:os';
import type { FileFormatting } from '../adapters/files/format-file.ts';
import { writeNewFiles } from '../adapters/files/new-files.ts';
import { planFiles } from '../adapters/files/plan-file.ts';
import { stateFiles } from '../adapters/files/state-file.ts';
import type { LoadedWorkspace } from '../adapters/files/workspace.ts';
import type { TargetOpening } from '../adapters/targets/opening.ts';
import type { DirectoryConnection, DnsConfig } from '../domain/config.ts';
import type { DirectoryReading } from '../domain/directory.ts';
import type { Instant } from '../domain/instant.ts';
import type { DomainObservation } from '../domain/observations.ts';
import type { Pseudonym } from '../domain/pseudonym.ts';
import type { CustomerId, State } from '../domain/roster.ts';
import type { SecretReference } from '../domain/secret-reference.ts';
import type { ServiceProfile } from '../domain/service.ts';
import type { TargetConfig } from '../domain/target-config.ts';
import type { Approvals } from '../ports/approvals.ts';
import type { Clock } from '../ports/clock.ts';
import type { DirectorySource, DirectoryTester } from '../ports/directory.ts';
import type { DomainObserver, ObservationSource } from '../ports/dns.ts';
import type { PlanFiles, StateFiles } from '../ports/documents.ts';
import type { History } from '../ports/history.ts';
import type { MailServerTester, RecipientVerifier } from '../ports/mail-servers.ts';
import type { StateReader, StateStore } from '../ports/state.ts';
import type { Target } from '../ports/target.ts';
import type { CsvImports, UsersFiles } from '../ports/users-files.ts';

export type { LoadedWorkspace };

export interface Adapters {
  /** Loads the workspace that a folder is in. */
  loadWorkspace(start: string): Promise<LoadedWorkspace>;
  /** Lays a file of a workspace out, or only says whether it is so. */
  formatFile(path: string, name: string, check: boolean): Promise<FileFormatting>;
  /** The names in the workspace that a folder is in, whether its files are valid or not. */
  workspaceNames(kind: 'customers' | 'targets', start: string): Promise<readonly string[]>;
  /** The state in a file, to read. */
  openReader(path: string): Promise<StateReader>;
  /** A state that was read from a document, to read as if it were stored. */
  readerOfState(state: State): Promise<StateReader>;
  /** The state in a file, to write. */
  openStore(path: string, clock: Clock): Promise<StateStore>;
  /** The directories themselves, or recordings of them in a folder. */
  directories(recordings: string | null, log: (line: string) => void): Promise<DirectorySource>;
  /** Asks the DNS in the way that the workspace says. */
  observer(asking: DnsAsking): DomainObserver;
  /** What the DNS shows, or what recordings of it in a folder hold. */
  observations(recordings: string | null, asking: DnsAsking): ObservationSource;
  /** Tries directories out, each in the way of its type. */
  tester(log: (line: string) => void): DirectoryTester;
  /** Tries mail servers out, with so much time for each step, in milliseconds. */
  mailServerTester(timeoutMs: number, now: Clock): MailServerTester;
  /** Asks mail servers about recipients, with so much time for each step, in milliseconds. */
  recipientVerifier(timeoutMs: number): RecipientVerifier;
  /** The lines of a text of any size, stdin for null. Rejects with FileProblem. */
  lines(path: string | null, signal: AbortSignal): AsyncIterable<string>;
  usersFiles(): Promise<UsersFiles>;
  csvImports(): Promise<CsvImports>;
  /** A mail system that rosters take effect in, in the way of its type. */
  target(config: TargetConfig, service: ServiceProfile | null, log: (line: string) => void): Promise<Target>;
  /** Approvals of plans. */
  approvals(): Promise<Approvals>;
  /** The digest of the bytes of each of these files, by its path relative to the root. */
  fileDigests(root: string, files: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** The texts of those of these files that can be read, by their paths relative to the root. */
  fileTexts(root: string, files: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** The workspace as it was. */
  history(): Promise<History>;
  /** Writes a recording of a reading into a folder. Returns its path. */
  record(
    folder: string,
    customer: CustomerId,
    reading: Extract<DirectoryReading, { status: 'complete' }>,
    at: Instant,
  ): Promise<string>;
  /** The text of a recording of objects that no directory was asked for. */
  recordingText(
    customer: CustomerId,
    reading: Pick<Extract<DirectoryReading, { status: 'complete' }>, 'identity' | 'objects'>,
    at: Instant,
  ): Promise<string>;
  /** Writes a recording of what the DNS showed of a customer's domains into a folder; where that is nothing, takes out one that is there. */
  recordObservations(
    folder: string,
    customer: CustomerId,
    observations: readonly DomainObservation[],
    at: Instant,
  ): Promise<void>;
  /** Writes the files that are not there yet. */
  writeNewFiles(
    root: string,
    files: ReadonlyMap<string, string>,
  ): Promise<{ readonly written: readonly string[]; readonly kept: readonly string[] }>;
  /** What makes pseudonyms, with this key, or with one of its own that nobody will have again. Rejects with ProblemError for a key that is of no use. */
  pseudonyms(key: SecretReference | null): Promise<Pseudonym>;
  readonly planFiles: PlanFiles;
  readonly stateFiles: StateFiles;
  /** Who runs the command: `name@host`. */
  who(): string;
  /** What this machine calls itself, and its addresses that others may see. */
  host(): { readonly name: string; readonly addresses: readonly string[] };
}

/** How the DNS is asked. */
export interface DnsAsking {
  readonly dns: DnsConfig;
  readonly clock: Clock;
  /** Takes each question as the `dig` command that would repeat it. */
  readonly log: (line: string) => void;
}

export const adapters: Adapters = {
  loadWorkspace: async (start) => (await import('../adapters/files/workspace.ts')).loadWorkspace(start),
  formatFile: async (...args) => (await import('../adapters/files/format-file.ts')).formatFile(...args),
  workspaceNames: async (kind, start) =>
    (await import('../adapters/files/workspace-names.ts')).workspaceNames(kind, start),
  openReader: async (path) => (await import('../adapters/state/sqlite.ts')).openStateReader(path),
  readerOfState: async (state) => (await import('../adapters/files/state-reader.ts')).readerOfState(state),
  openStore: async (path, now) => {
    const { openStateStore } = await import('../adapters/state/sqlite.ts');
    return openStateStore(path, { who: userName(), host: hostname(), pid: process.pid, now });
  },
  directories: async (recordings, log) => {
    if (recordings !== null) {
      const { recordingSource } = await import('../adapters/directory/recording-source.ts');
      return recordingSource(recordings);
    }
    const { sourceByType } = await import('../adapters/directory/by-type.ts');
    return sourceByType({
      ldap: async () => (await import('../adapters/directory/ldap/source.ts')).ldapSource({ resolveSecret, log }),
      entra: async () => (await import('../adapters/directory/graph/source.ts')).graphSource({ resolveSecret, log }),
    });
  },
  observer: (asking) => {
    // A command that has nothing to ask pays nothing for being able to.
    let opened: Promise<DomainObserver> | null = null;
    return {
      async observe(question, signal) {
        opened ??= openObserver(asking);
        return (await opened).observe(question, signal);
      },
    };
  },
  observations: (recordings, asking) => {
    if (recordings === null) {
      const observer = adapters.observer(asking);
      return { observe: (_customer, question, signal) => observer.observe(question, signal) };
    }
    const opened = import('../adapters/dns/recording.ts').then(({ recordedObservations }) =>
      recordedObservations(recordings),
    );
    return { observe: async (...args) => (await opened).observe(...args) };
  },
  tester: (log) => ({
    async check(customer, signal) {
      const type = customer.directory?.connection.type;
      if (type === undefined) throw new TypeError(`${customer.name} has no directory that can be tried out`);
      const tester = await TESTERS[type](log);
      return tester.check(customer, signal);
    },
  }),
  mailServerTester: (timeoutMs, now) => ({
    async probe(server, question, signal) {
      const { smtpProbe } = await import('../adapters/smtp/probe.ts');
      return smtpProbe({ timeoutMs, now })(server, question, signal);
    },
  }),
  recipientVerifier: (timeoutMs) => ({
    async open(server, options) {
      const { openSession } = await import('../adapters/smtp/session.ts');
      return openSession(server, { ...options, timeoutMs });
    },
  }),
  lines: async function* (path, signal) {
    const { readLines } = await import('../adapters/files/lines.ts');
    yield* readLines(path, signal);
  },
  usersFiles: async () => (await import('../adapters/files/users-file.ts')).usersFiles,
  csvImports: async () => (await import('../adapters/files/csv-imports.ts')).csvImports,
  target: (config, service, log) => openTarget(config, { resolveSecret, log, service }),
  approvals: async () => (await import('../adapters/approvals/approvals.ts')).approvalsWith(resolveSecret),
  fileDigests: async (root, files) => (await import('../adapters/files/digests.ts')).fileDigests(root, files),
  fileTexts: async (root, files) => (await import('../adapters/files/workspace-text.ts')).fileTexts(root, files),
  history: async () => (await import('../adapters/git/history.ts')).gitHistory,
  record: async (folder, customer, reading, at) => {
    const { recordReading } = await import('../adapters/directory/recording-write.ts');
    return recordReading(folder, customer, reading, at);
  },
  recordingText: async (...args) => (await import('../adapters/directory/recording-write.ts')).recordingText(...args),
  recordObservations: async (folder, customer, observations, at) => {
    const { recordObservations } = await import('../adapters/dns/recording.ts');
    return recordObservations(folder, customer, observations, at);
  },
  writeNewFiles,
  pseudonyms: async (key) => {
    const { passingPseudonyms, referredPseudonyms } = await import('../adapters/redaction/keyed-pseudonyms.ts');
    return key === null ? passingPseudonyms() : referredPseudonyms(key, resolveSecret);
  },
  planFiles,
  stateFiles,
  who: () => `${userName()}@${hostname()}`,
  host: () => ({ name: hostname(), addresses: outerAddresses() }),
};

async function openTarget(config: TargetConfig, opening: TargetOpening): Promise<Target> {
  switch (config.type) {
    case 'postfix':
      return (await import('../adapters/targets/postfix/target.ts')).postfixTarget(config, opening);
    case 'scim':
      return (await import('../adapters/targets/scim/target.ts')).scimTarget(config, opening);
    case 'csv':
      return (await import('../adapters/targets/csv/target.ts')).csvTarget(config, opening);
  }
}

async function openObserver({ dns, clock, log }: DnsAsking): Promise<DomainObserver> {
  const [{ domainObserver }, { serverText }] = await Promise.all([
    import('../adapters/dns/observer.ts'),
    import('../adapters/dns/server.ts'),
  ]);
  const { resolvers, authoritative, timeoutMs } = dns;
  return domainObserver({
    resolvers: resolvers.length === 0 ? null : resolvers.map(serverText),
    authoritative,
    timeoutMs,
    now: clock,
    log,
  });
}

const TESTERS: Record<DirectoryConnection['type'], (log: (line: string) => void) => Promise<DirectoryTester>> = {
  ldap: async (log) => (await import('../adapters/directory/ldap/check.ts')).ldapTester({ resolveSecret, log }),
  entra: async (log) => (await import('../adapters/directory/graph/check.ts')).graphTester({ resolveSecret, log }),
};

async function resolveSecret(reference: SecretReference): Promise<string> {
  return (await import('../adapters/files/secrets.ts')).resolveSecret(reference);
}

/** Without those of the loopback and of one link alone. */
function outerAddresses(): readonly string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80:'))
    .map(({ address }) => address);
}

/** Where the machine has no name for the user, its number. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
