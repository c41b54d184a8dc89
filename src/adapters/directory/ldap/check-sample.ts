/** The third step of a check: what directory it is, and ten of its users. */
import type { Problem } from '../../../domain/diagnostic.ts';
import type { DirectoryObject } from '../../../domain/directory.ts';
import { count } from '../../../domain/words.ts';
import { DirectoryError } from '../errors.ts';
import type { Answer } from './answers.ts';
import { signedIn } from './check-reach.ts';
import type { Trial } from './check-trial.ts';
import { searchCommand } from './command.ts';
import type { Connection, SearchQuery } from './connection.ts';
import { describer } from './describe.ts';
import { entryReader } from './entry.ts';
import type { Frame } from './frames.ts';
import { type Profile, profileOf } from './profile.ts';
import { resultFailure } from './result-errors.ts';
import { dialectOf, namingContext, type RootDse, readIdentity, readRootDse } from './root-dse.ts';

/** A server that has said what it is. */
interface Server {
  readonly connection: Connection;
  readonly rootDse: RootDse | null;
  readonly profile: Profile;
}

/** What a few searches have shown of it. */
export interface CheckedServer extends Server {
  /** How many users were sent, of all base DNs together. */
  readonly sent: number;
  /** Those of them that a sync could use. */
  readonly users: readonly DirectoryObject[];
  /** Why it could not use the first of the others, or null. */
  readonly unusable: Problem | null;
  /** The base DNs that could be searched. */
  readonly seen: readonly string[];
  /** Why the others could not be. */
  readonly unseen: readonly Problem[];
}

const SAMPLE = 10;
const SIZE_LIMIT_EXCEEDED = 4;

/** Asks the server what it is, and for ten users. Rejects with DirectoryError, also if no base DN can be searched. */
export async function readSome(connection: Connection, trial: Trial): Promise<CheckedServer> {
  const { directory, found, report, log } = trial;
  const settings = directory.connection;
  const context = { connection, settings, log };
  const rootDse = await readRootDse(context);
  if (rootDse?.canSayWho === true && settings.bind !== null) {
    report.amend('signIn', signedIn(settings.bind.dn, await connection.whoAmI()));
  }
  const dialect = dialectOf(settings, rootDse);
  const profile = profileOf(settings, dialect);
  const place = namingContext(settings, rootDse, dialect);
  found.directory = `${dialect}, ${place}`;
  const { id } = await readIdentity(context, rootDse, dialect);
  const server = { connection, rootDse, profile };
  const sample = await sampleOf(server, trial);
  const which = id === place.toLowerCase() ? '' : ` (${id})`;
  report.end(`Dialect ${dialect}, naming context ${place}${which}; ${count(sample.sent, 'user')} read.`);
  return { ...server, ...sample };
}

type Sample = Omit<CheckedServer, keyof Server>;

/** Every base DN is searched, also when there are ten users already: it may be one that cannot be seen. */
async function sampleOf(server: Server, trial: Trial): Promise<Sample> {
  const { url, baseDN: bases } = trial.directory.connection;
  const { userFilter: filter } = server.profile;
  const { shape } = describer(server.profile, 'user');
  const frames: Frame[] = [];
  const seen: string[] = [];
  const unseen: DirectoryError[] = [];
  for (const baseDN of bases) {
    const query = { baseDN, scope: 'sub', filter, attributes: shape.names } as const;
    const { entries, result } = await searchFirst(server, query, Math.max(1, SAMPLE - frames.length), trial);
    frames.push(...entries);
    const asked = { url, doing: 'search', baseDN, filter: filter.toString(), entries: entries.length } as const;
    if (result.code === 0) seen.push(baseDN);
    else unseen.push(resultFailure(result, asked));
  }
  const [first] = unseen;
  if (seen.length === 0 && first !== undefined) throw first;
  return { ...described(frames, server.profile), seen, unseen: unseen.map(({ problem }) => problem) };
}

function described(frames: readonly Frame[], profile: Profile): Pick<Sample, 'sent' | 'users' | 'unusable'> {
  const { shape, describe } = describer(profile, 'user');
  const read = entryReader(shape);
  const users: DirectoryObject[] = [];
  let unusable: Problem | null = null;
  for (const frame of frames) {
    try {
      const one = describe(read(frame));
      if (one !== null) users.push(one.object);
    } catch (error) {
      if (!(error instanceof DirectoryError)) throw error;
      unusable ??= error.problem;
    }
  }
  return { sent: frames.length, users, unusable };
}

/** So many of what a search brings, or fewer; by a first page where the server can page. Success if there were more. */
export async function searchFirst(
  { connection, rootDse }: Server,
  query: SearchQuery,
  size: number,
  { directory, log }: Trial,
): Promise<Answer> {
  const canPage = rootDse?.canPage !== false;
  log(searchCommand(directory.connection, query, canPage ? size : null));
  if (canPage) return connection.search(query, { size, cookie: null, critical: true });
  const answer = await connection.search({ ...query, sizeLimit: size }, null);
  const isCut = answer.result.code === SIZE_LIMIT_EXCEEDED && answer.entries.length === size;
  return isCut ? { ...answer, result: { ...answer.result, code: 0 } } : answer;
}
