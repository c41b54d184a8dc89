/** What a directory would have answered to another question, told from a reading and the values that were kept with it; or why that cannot be told. */
import { canonicalize } from 'json-canonicalize';
import type { IncludePolicy, LdapConnection } from '../../../domain/config.ts';
import type { DirectoryObject } from '../../../domain/directory.ts';
import type { KeptValues, LdapQuestion } from '../../../domain/directory-evidence.ts';
import type { ObjectId } from '../../../domain/roster.ts';
import { listed } from '../../../domain/words.ts';
import { amongThemselves, cannotTell, type RecordedAnswer } from '../recorded-answer.ts';
import { comparableDn, isWithin } from './dn.ts';
import { type EncodedFilter, parseFilter } from './filter.ts';
import { implies, remainder } from './filter-implies.ts';
import { type KnownAttributes, outcomeOf, unknownIn } from './filter-outcome.ts';
import { type FilterTree, treeOf } from './filter-tree.ts';
import { keptName } from './kept-attributes.ts';
import { type Profile, profileOf } from './profile.ts';

/** Objects as they were read, by what question, and the values that were kept. */
export interface Answered {
  readonly question: LdapQuestion;
  readonly objects: readonly DirectoryObject[];
  readonly values: ReadonlyMap<ObjectId, KeptValues>;
}

/** The objects that this connection would read. Throws DirectoryError (LDAP_FILTER) for a filter that is none. */
export function answerAgain(answered: Answered, connection: LdapConnection, include: IncludePolicy): RecordedAnswer {
  const { question, objects } = answered;
  const profile = profileOf(connection, connection.dialect === 'auto' ? question.dialect : connection.dialect);
  const reason = otherReading(question, connection, include, profile);
  if (reason !== null) return cannotTell(reason);
  if (isSameQuestion(question, connection, profile)) return { ok: true, objects };
  const bases = connection.baseDN.map(comparableDn);
  const within = objects.filter(
    ({ kind, name }) => kind === 'publicFolder' || bases.some((base) => isWithin(comparableDn(name), base)),
  );
  const users = passing('user', within, answered, profile.userFilter);
  if (!users.ok) return users;
  const groups = passing('group', within, answered, profile.groupFilter);
  if (!groups.ok) return groups;
  const passes = new Set([...users.ids, ...groups.ids]);
  const left = within.filter(({ kind, id }) => kind === 'publicFolder' || passes.has(id));
  return { ok: true, objects: amongThemselves(left) };
}

/** Of what `otherReading` leaves to differ. */
function isSameQuestion(question: LdapQuestion, { baseDN }: LdapConnection, profile: Profile): boolean {
  return (
    question.userFilter === profile.userFilter.text &&
    question.groupFilter === profile.groupFilter.text &&
    canonicalize(question.baseDN) === canonicalize(baseDN)
  );
}

/** What differs other than filters and bases, and bases outside of those that were read; null if nothing does. */
function otherReading(
  question: LdapQuestion,
  { baseDN, attributes, publicFolderDN }: LdapConnection,
  { publicFolders }: IncludePolicy,
  { dialect }: Profile,
): string | null {
  if (dialect !== question.dialect)
    return `it was made of the dialect ${question.dialect}, and ${dialect} is asked for`;
  if (canonicalize({ ...attributes }) !== canonicalize({ ...question.attributes })) {
    return 'it was made with other directory.attributes';
  }
  const read = question.baseDN.map(comparableDn);
  const outside = baseDN.find((base) => !read.some((one) => isWithin(comparableDn(base), one)));
  if (outside !== undefined) return `it does not hold what is below "${outside}"`;
  if (!publicFolders) return null;
  if (question.publicFolderDN === null) return 'it was made without public folders';
  const isSame = publicFolderDN === null || comparableDn(publicFolderDN) === comparableDn(question.publicFolderDN);
  return isSame ? null : `it does not hold the public folders below "${publicFolderDN}"`;
}

type Passing =
  | { readonly ok: true; readonly ids: readonly ObjectId[] }
  | { readonly ok: false; readonly reason: string };

/** Those of a kind that pass the filter. All that passes it must have passed the one that was asked. */
function passing(
  kind: 'user' | 'group',
  within: readonly DirectoryObject[],
  answered: Answered,
  filter: EncodedFilter,
): Passing {
  const { question, values } = answered;
  const setting = kind === 'user' ? 'userFilter' : 'groupFilter';
  const asked = treeOf(parseFilter(question[setting], setting));
  const wanted = treeOf(filter);
  const candidates = within.filter((object) => object.kind === kind);
  if (!implies(wanted, asked)) {
    return cannotTell(
      `it holds only ${kind}s that pass ${question[setting]}, and ${filter.text} may let others through`,
    );
  }
  const conditions = remainder(wanted, asked);
  const known = knownAttributes(question, values);
  const ids: ObjectId[] = [];
  for (const { id, name } of candidates) {
    const outcome = outcomeOf(conditions, values.get(id) ?? {}, known);
    if (outcome === 'unknown') return cannotTell(doubtOf(conditions, known, name, filter));
    if (outcome === 'passes') ids.push(id);
  }
  return { ok: true, ids };
}

function doubtOf(conditions: FilterTree, known: KnownAttributes, name: string, { text }: EncodedFilter): string {
  const missing = unknownIn(conditions, known);
  return missing.length > 0
    ? `it does not hold the values of ${listed(missing)}, which ${text} asks for`
    : `only the server can say whether ${text} lets ${name} through`;
}

function knownAttributes({ kept, dialect }: LdapQuestion, values: Answered['values']): KnownAttributes {
  const names = new Set(kept);
  const used = new Set([...values.values()].flatMap((one) => Object.keys(one)));
  return {
    nameOf: (attribute) => {
      const name = keptName(attribute);
      return name !== null && names.has(name) ? name : null;
    },
    isUsed: (name) => used.has(name),
    hasSuperclasses: dialect === 'activeDirectory',
  };
}
