/** Tries a tenant out, as far as that goes in ten seconds. Nothing is kept of what is read. */
import { type DirectoryConfig, type EntraConnection, isEntra } from '../../../domain/config.ts';
import type { CheckStepName, DirectoryCheck } from '../../../domain/directory-check.ts';
import type { DirectoryTester } from '../../../ports/directory.ts';
import { checkReport } from '../check-report.ts';
import { failure } from '../errors.ts';
import { timeLimit } from '../time-limit.ts';
import { tryOut } from './check-steps.ts';
import { cloudName } from './clouds.ts';
import { type GraphOptions, outsideOf } from './open.ts';
import { problemOf } from './problem.ts';

export interface GraphTesterOptions extends GraphOptions {
  /** When a check is cut off, in milliseconds. */
  readonly limitMs?: number;
}

/** A second of the ten is left to whoever waits for the answer. */
const LIMIT_MS = 9000;
/** Whoever waits for the answer of a check will not wait for a throttled one. */
const THROTTLED_MS = 3000;

/** Tries tenants of Entra ID out. */
export function graphTester(options: GraphTesterOptions): DirectoryTester {
  const { limitMs = LIMIT_MS } = options;
  return {
    async check({ name, directory }, signal) {
      if (directory === null || !isEntra(directory)) throw new TypeError(`${name} has no tenant of Entra ID`);
      const outside = outsideOf(options);
      const report = checkReport();
      const limit = timeLimit(signal, limitMs, () => cutOff(directory.connection, report.current(), limitMs));
      const found: DirectoryCheck['objects'] & { directory: string | null } = {
        directory: null,
        users: null,
        groups: null,
      };
      const trial = { directory: patient(directory, limitMs), outside, report, signal: limit.signal, found };
      const start = outside.monotonic();
      await tryOut(trial).catch((error: unknown) => {
        report.fail(report.current(), problemOf(error, directory.connection, outside));
      });
      limit.lift();
      const { tenant, cloud } = directory.connection;
      const { directory: tenantName, ...objects } = found;
      const elapsedMs = Math.round(outside.monotonic() - start);
      const server = `${tenant} (${cloudName(cloud)})`;
      return { server, directory: tenantName, steps: report.steps(), objects, elapsedMs };
    },
  };
}

function patient(directory: DirectoryConfig<EntraConnection>, limitMs: number): DirectoryConfig<EntraConnection> {
  const { connection } = directory;
  return { ...directory, connection: { ...connection, timeouts: { pageMs: limitMs, throttledMs: THROTTLED_MS } } };
}

const DOING: Readonly<Record<CheckStepName, string>> = {
  reach: 'while the sign-in service was asked for the tenant',
  signIn: 'while signing in',
  read: 'while reading ten users',
  rights: 'while looking at what the app may read',
  count: 'while counting',
};

function cutOff({ tenant }: EntraConnection, step: CheckStepName, limitMs: number) {
  return failure(
    'ENTRA_TIMEOUT',
    `${tenant}: the check was cut off after ${limitMs / 1000} seconds, ${DOING[step]}.`,
    step === 'reach'
      ? 'Check proxies and firewalls between this machine and the Internet: one that drops packets looks like this.'
      : 'Run it again. If it happens again, https://status.cloud.microsoft says whether the service has a fault.',
  );
}
