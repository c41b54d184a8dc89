/** Tries an LDAP directory out, as far as that goes in ten seconds. Nothing is kept of what is read. */
import { isLdap, type LdapConnection } from '../../../domain/config.ts';
import type { CheckStepName, DirectoryCheck } from '../../../domain/directory-check.ts';
import type { DirectoryTester } from '../../../ports/directory.ts';
import { checkReport } from '../check-report.ts';
import { failure } from '../errors.ts';
import { timeLimit } from '../time-limit.ts';
import { count } from './check-count.ts';
import { reach, signIn } from './check-reach.ts';
import { rightsOf } from './check-rights.ts';
import { readSome } from './check-sample.ts';
import { type Trial, UNCOUNTED } from './check-trial.ts';
import type { SecretResolver } from './password.ts';
import { problemOf } from './problem.ts';

export interface LdapTesterOptions {
  readonly resolveSecret: SecretResolver;
  /** Takes debug lines: each search as the `ldapsearch` command that would repeat it. */
  readonly log?: (line: string) => void;
  /** Milliseconds since 1970, to tell how long a certificate still lasts. */
  readonly now?: () => number;
  /** When a check is cut off, in milliseconds. */
  readonly limitMs?: number;
}

/** A second of the ten is left to whoever waits for the answer. */
const LIMIT_MS = 9000;

/** Tries LDAP directories out. */
export function ldapTester(options: LdapTesterOptions): DirectoryTester {
  const { resolveSecret, log = () => undefined, now = Date.now, limitMs = LIMIT_MS } = options;
  return {
    async check({ name, directory }, signal) {
      if (directory === null || !isLdap(directory)) throw new TypeError(`${name} has no LDAP directory`);
      const report = checkReport();
      const limit = timeLimit(signal, limitMs, () => cutOff(directory.connection, report.current(), limitMs));
      const trial: Trial = {
        ...{ directory, report, signal: limit.signal, isTimeUp: limit.isUp, resolveSecret, log, now },
        found: { directory: null, objects: UNCOUNTED },
      };
      const start = performance.now();
      await tryOut(trial).catch((error: unknown) => {
        report.fail(report.current(), problemOf(error, directory.connection));
      });
      limit.lift();
      return checkOf(trial, performance.now() - start);
    },
  };
}

/** The steps one after the other. Rejects with what ended the current one. */
async function tryOut(trial: Trial): Promise<void> {
  const { report } = trial;
  report.begin('reach');
  const connection = await reach(trial);
  try {
    report.begin('signIn');
    await signIn(connection, trial);
    report.begin('read');
    const server = await readSome(connection, trial);
    report.begin('rights');
    report.end('Base DNs, ids and addresses can be read.', await rightsOf(server, trial));
    if (report.hasFailed()) return;
    report.begin('count');
    await count(server, trial);
  } finally {
    connection.close();
  }
}

function checkOf({ directory, report, found }: Trial, elapsedMs: number): DirectoryCheck {
  return { server: directory.connection.url, ...found, steps: report.steps(), elapsedMs: Math.round(elapsedMs) };
}

const DOING: Readonly<Record<CheckStepName, string>> = {
  reach: 'while it was being connected to',
  signIn: 'while signing in',
  read: 'while reading what it is and ten users',
  rights: 'while looking at what the account may see',
  count: 'while counting',
};

function cutOff({ url }: LdapConnection, step: CheckStepName, limitMs: number) {
  return failure(
    'LDAP_TIMEOUT',
    `${url}: the check was cut off after ${limitMs / 1000} seconds, ${DOING[step]}.`,
    step === 'reach'
      ? 'Check host and port in directory.url, and firewalls on the way: one that drops packets looks like this.'
      : step === 'signIn'
        ? 'Check the load of the server, and how long it takes to get the password that directory.bind.password points to.'
        : 'Check the load of the server, and that the attributes of the filter are indexed.',
  );
}
