/** Reads one directory over one connection, from its rootDSE to the members of its groups. */
import type { IncludePolicy, LdapConnection } from '../../../domain/config.ts';
import type { LdapQuestion } from '../../../domain/directory-evidence.ts';
import type { DirectoryIdentity } from '../../../domain/identity.ts';
import { type Collected, type Collection, collect } from './collection.ts';
import type { Connection } from './connection.ts';
import { describer, type ObjectKind } from './describe.ts';
import { entryReader } from './entry.ts';
import type { EncodedFilter } from './filter.ts';
import { treeOf } from './filter-tree.ts';
import { attributesToKeep } from './kept-attributes.ts';
import { type Profile, profileOf } from './profile.ts';
import { withAllValues } from './ranges.ts';
import { dialectOf, readIdentity, readRootDse } from './root-dse.ts';
import { type SearchContext, searchPages, type Tally } from './search.ts';

export interface ReadSettings {
  readonly settings: LdapConnection;
  readonly include: IncludePolicy;
  /** Whether the values that filters look at are read too. */
  readonly keepsValues: boolean;
  readonly tally: Tally;
  readonly log: (line: string) => void;
  readonly onPage: () => void;
}

export interface WholeDirectory extends Collected {
  readonly identity: DirectoryIdentity;
  readonly question: LdapQuestion;
}

/** All users, public folders if they are wanted, and groups, in this order. Rejects with DirectoryError if anything is missing. */
export async function readDirectory(connection: Connection, options: ReadSettings): Promise<WholeDirectory> {
  const { settings, include, keepsValues, tally, log, onPage } = options;
  const rootDse = await readRootDse({ connection, settings, log });
  const dialect = dialectOf(settings, rootDse);
  const profile = profileOf(settings, dialect);
  const identity = await readIdentity({ connection, settings, log }, rootDse, dialect);
  const context = { connection, settings, canPage: rootDse?.canPage ?? null, tally, log, onPage };
  const collection = collect(profile);
  const { userFilter, groupFilter } = profile;
  const keep = keepsValues ? attributesToKeep([userFilter, groupFilter].map(treeOf)) : [];
  const read = (kind: ObjectKind, baseDN: string, filter: EncodedFilter) =>
    readKind({ kind, baseDN, filter, keep: kind === 'publicFolder' ? [] : keep }, profile, context, collection);
  for (const baseDN of settings.baseDN) await read('user', baseDN, userFilter);
  const folders = include.publicFolders ? publicFolderBase(settings, rootDse?.defaultNamingContext ?? null) : null;
  if (folders !== null) await read('publicFolder', folders, profile.publicFolderFilter);
  for (const baseDN of settings.baseDN) await read('group', baseDN, groupFilter);
  const question: LdapQuestion = {
    type: 'ldap',
    dialect,
    baseDN: settings.baseDN,
    publicFolderDN: folders,
    userFilter: userFilter.text,
    groupFilter: groupFilter.text,
    attributes: settings.attributes,
    kept: keep,
  };
  return { identity, question, ...collection.finish() };
}

/** Where Exchange keeps its mail-enabled public folders. There are none where neither it nor the configuration says where. */
export function publicFolderBase(
  { publicFolderDN }: LdapConnection,
  defaultNamingContext: string | null,
): string | null {
  if (publicFolderDN !== null) return publicFolderDN;
  return defaultNamingContext === null ? null : `CN=Microsoft Exchange System Objects,${defaultNamingContext}`;
}

interface Target {
  readonly kind: ObjectKind;
  readonly baseDN: string;
  readonly filter: EncodedFilter;
  /** Attributes whose values are kept. */
  readonly keep: readonly string[];
}

async function readKind(
  { kind, baseDN, filter, keep }: Target,
  profile: Profile,
  context: SearchContext,
  collection: Collection,
): Promise<void> {
  const { shape, describe } = describer(profile, kind, keep);
  const read = entryReader(shape);
  let systemMailboxes = 0;
  for await (const frames of searchPages(context, { baseDN, scope: 'sub', filter, attributes: shape.names })) {
    for (const frame of frames) {
      const entry = read(frame);
      const described = describe(entry.slices.length === 0 ? entry : await withAllValues(entry, shape, context));
      if (described === null) systemMailboxes += 1;
      else collection.add(described);
    }
  }
  if (systemMailboxes > 0) context.log(`# left out: ${systemMailboxes} mailboxes that Exchange keeps for itself`);
}
