/** The LDAP and Active Directory source: one whole reading, or the reason why there is none. */
import { setTimeout as wait } from 'node:timers/promises';
import { type DirectoryConfig, isLdap, type LdapConnection } from '../../../domain/config.ts';
import type { CompleteReading } from '../../../domain/directory.ts';
import type { DirectorySource, ReadOptions } from '../../../ports/directory.ts';
import { DirectoryError, failure, interrupted } from '../errors.ts';
import { openConnection } from './connection.ts';
import { passwordFor, type SecretResolver } from './password.ts';
import { problemOf } from './problem.ts';
import { profileOf } from './profile.ts';
import { readDirectory, type WholeDirectory } from './reading.ts';
import { resultFailure } from './result-errors.ts';
import type { Tally } from './search.ts';

export interface LdapSourceOptions {
  readonly resolveSecret: SecretResolver;
  /** Takes debug lines: each search as the `ldapsearch` command that would repeat it. */
  readonly log?: (line: string) => void;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonic?: () => number;
  /** How long to wait before the second attempt, the third, and so on, in milliseconds; there is one more attempt than waits. */
  readonly backoffMs?: readonly number[];
}

type LdapDirectory = DirectoryConfig<LdapConnection>;

const BACKOFF_MS: readonly number[] = [250, 1000, 4000];

/** Reads LDAP directories. A reading is `complete` only if every page, range and base DN was read to its end (SAF-2). */
export function ldapSource(options: LdapSourceOptions): DirectorySource {
  const { monotonic = () => performance.now() } = options;
  return {
    async read(customer, readOptions) {
      const { directory } = customer;
      if (directory === null || !directory.enabled) return { status: 'none' };
      if (!isLdap(directory)) throw new TypeError(`${customer.name} has no LDAP directory`);
      const start = monotonic();
      try {
        const { whole, tally } = await readWithRetries(directory, readOptions, options);
        const reading = readingOf(whole, tally, monotonic() - start);
        return readOptions.withEvidence === true
          ? { ...reading, evidence: { question: whole.question, values: whole.values } }
          : reading;
      } catch (error) {
        return { status: 'failed', problem: problemOf(error, directory.connection) };
      }
    },
  };
}

function readingOf({ identity, objects, digest }: WholeDirectory, tally: Tally, elapsedMs: number): CompleteReading {
  const { pages, ranges, referrals } = tally;
  const proof = {
    pages,
    entries: objects.length,
    ranges,
    referrals: [...referrals],
    throttled: 0,
    since: null,
    elapsedMs: Math.round(elapsedMs),
    digest,
  };
  return { status: 'complete', identity, proof, objects };
}

interface Attempt {
  readonly whole: WholeDirectory;
  readonly tally: Tally;
}

async function readWithRetries(
  directory: LdapDirectory,
  read: ReadOptions,
  options: LdapSourceOptions,
): Promise<Attempt> {
  const { signal } = read;
  const { log = () => undefined, backoffMs = BACKOFF_MS } = options;
  const { dialect } = directory.connection;
  // A filter that is none is found before anybody is asked, for the secret or for anything.
  profileOf(directory.connection, dialect === 'auto' ? 'activeDirectory' : dialect);
  const password = await passwordFor(directory.connection, options.resolveSecret, signal);
  for (let attempt = 0; ; attempt += 1) {
    const tally: Tally = { pages: 0, entries: 0, ranges: 0, referrals: new Set() };
    try {
      return { whole: await readOnce(directory, password, tally, read, log), tally };
    } catch (error) {
      const pause = backoffMs[attempt];
      if (signal.aborted) throw interrupted();
      if (!(error instanceof DirectoryError)) throw error;
      const mayRetry = error.retry === 'always' || (error.retry === 'beforeFirstPage' && tally.pages === 0);
      if (!mayRetry) throw atPage(error, tally);
      if (pause === undefined) throw error;
      log(`# ${error.message} Trying again in ${pause} ms.`);
      await wait(pause, undefined, { signal }).catch(() => {
        throw interrupted();
      });
    }
  }
}

/** A connection lost on the way is not one that never was. */
function atPage(error: DirectoryError, { pages, entries }: Tally): DirectoryError {
  if (error.retry !== 'beforeFirstPage' || pages === 0) return error;
  return failure(
    'LDAP_INCOMPLETE',
    `${error.message} ${entries} entries had been read by then; there is no telling how many are missing.`,
    error.problem.hint,
  );
}

async function readOnce(
  { connection: settings, include }: LdapDirectory,
  password: string | null,
  tally: Tally,
  { signal, onProgress, withEvidence = false }: ReadOptions,
  log: (line: string) => void,
): Promise<WholeDirectory> {
  const { url, bind } = settings;
  const connection = await openConnection(settings, signal);
  try {
    if (bind !== null && password !== null) {
      const result = await connection.bind(bind.dn, password);
      if (result.code !== 0) throw resultFailure(result, { url, doing: 'bind', dn: bind.dn });
    }
    const onPage = () => onProgress?.({ pages: tally.pages, entries: tally.entries });
    return await readDirectory(connection, { settings, include, keepsValues: withEvidence, tally, log, onPage });
  } finally {
    connection.close();
  }
}
