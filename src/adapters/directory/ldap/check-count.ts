/** The last step of a check: how many objects the filter brings. */
import { count as counted } from '../../../domain/words.ts';
import type { CheckedServer } from './check-sample.ts';
import { type Trial, UNCOUNTED } from './check-trial.ts';
import { comparableDn, isWithin } from './dn.ts';
import type { EncodedFilter } from './filter.ts';
import { problemOf } from './problem.ts';
import { searchPages } from './search.ts';

/** sizeLimitExceeded and adminLimitExceeded. */
const LIMITS: readonly number[] = [4, 11];
/** No attributes (RFC 4511 4.5.1.8). */
const NOTHING = ['1.1'];

/**
 * Counts users, then groups, page by page, until the time is up. A limit of the server's that lies below what there is is a right
 * that lacks. Rejects with DirectoryError for everything else that goes wrong.
 */
export async function count(server: CheckedServer, trial: Trial): Promise<void> {
  const { report, found } = trial;
  const { userFilter, groupFilter } = server.profile;
  const counter = counterOf(server, trial);
  try {
    const users = await counter.all(userFilter);
    found.objects = { ...UNCOUNTED, users };
    const groups = await counter.all(groupFilter);
    found.objects = { users, groups };
    report.end(`${counted(users, 'user')} and ${counted(groups, 'group')} match, before any rule.`);
  } catch (error) {
    if (LIMITS.includes(counter.lastResult())) {
      report.fail('rights', problemOf(error, trial.directory.connection));
    } else if (trial.isTimeUp() && (counter.soFar() > 0 || found.objects.users !== null)) {
      report.end(partial(found.objects.users, counter.soFar()));
    } else {
      throw error;
    }
  }
}

/** `soFar` counts users, or groups if all users have been counted. */
function partial(users: number | null, soFar: number): string {
  const unfinished = 'there was no time to count them all.';
  if (users === null) return `More than ${counted(soFar, 'user')} match; ${unfinished}`;
  return soFar === 0
    ? `${counted(users, 'user')} match; there was no time to count the groups.`
    : `${counted(users, 'user')} and more than ${counted(soFar, 'group')} match; ${unfinished}`;
}

interface Counter {
  /** How many objects the filter matches under all base DNs. */
  all(filter: EncodedFilter): Promise<number>;
  /** How many the last search has brought until now. */
  soFar(): number;
  /** How the last answer ended: 0 is success. */
  lastResult(): number;
}

function counterOf({ connection, rootDse }: CheckedServer, { directory, log }: Trial): Counter {
  const settings = directory.connection;
  let soFar = 0;
  let lastResult = 0;
  const watched: typeof connection = {
    ...connection,
    async search(query, page) {
      const answer = await connection.search(query, page);
      lastResult = answer.result.code;
      return answer;
    },
  };
  return {
    async all(filter) {
      soFar = 0;
      const tally = { pages: 0, entries: 0, ranges: 0, referrals: new Set<string>() };
      const canPage = rootDse?.canPage ?? null;
      const context = { connection: watched, settings, canPage, tally, log, onPage: () => undefined };
      for (const baseDN of outermost(settings.baseDN)) {
        const query = { baseDN, scope: 'sub', filter, attributes: NOTHING } as const;
        for await (const entries of searchPages(context, query)) soFar += entries.length;
      }
      return soFar;
    },
    soFar: () => soFar,
    lastResult: () => lastResult,
  };
}

/** Without those that lie in another, or are another: what they hold is counted there. */
function outermost(bases: readonly string[]): readonly string[] {
  const comparable = bases.map(comparableDn);
  return bases.filter((_, index) => {
    const dn = comparable[index] ?? '';
    return !comparable.some((other, at) => at !== index && isWithin(dn, other) && (other !== dn || at < index));
  });
}
