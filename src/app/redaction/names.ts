/** Names of directory objects, and the sentences that they stand in. */
import { parseAddress } from '../../domain/address.ts';
import type { Problem } from '../../domain/diagnostic.ts';
import type { DirectoryIdentity } from '../../domain/identity.ts';
import type { Pseudonym } from '../../domain/pseudonym.ts';
import { retold } from '../../planner/telling.ts';
import { withLeaf, withLeaves } from './distinguished-names.ts';

/** What kind of directory names come from: in LDAP they are distinguished names, in Entra ID never. Null where that is not known. */
export type NamesOf = DirectoryIdentity['type'] | null;

const GUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
const CALLED_BY_ADDRESS = /^the (?:user|group) (.*)$/s;

/** The name of an object: of a distinguished name the leaf is a pseudonym, any other name as a whole. Addresses and ids stay. */
export function redactedName(name: string, names: NamesOf, pseudonym: Pseudonym): string {
  if (isKnown(CALLED_BY_ADDRESS.exec(name)?.[1] ?? name)) return name;
  const rename = (value: string) => pseudonym('name', value);
  return (names === 'entra' ? null : withLeaf(name, rename)) ?? rename(name);
}

/** What somebody or something goes by, unless that is an address or an id. */
export function redactedCalled(text: string, pseudonym: Pseudonym): string {
  return isKnown(text) ? text : pseudonym('name', text);
}

function isKnown(text: string): boolean {
  return parseAddress(text).ok || GUID.test(text);
}

/** A message of a plan. Where it is no sentence that is known to tell of somebody, only distinguished names are looked for. */
export function redactedMessage(message: string, names: NamesOf, pseudonym: Pseudonym): string {
  const told = retold(message, {
    name: (name) => redactedName(name, names, pseudonym),
    remark: (remark) => pseudonym('notes', remark),
  });
  if (told !== null) return told;
  return names === 'entra' ? message : redactedText(message, pseudonym);
}

/** A text of whatever origin: only the distinguished names in it are found. */
export function redactedText(text: string, pseudonym: Pseudonym): string {
  return withLeaves(text, (value) => pseudonym('name', value));
}

export function redactedProblem({ code, message, hint }: Problem, pseudonym: Pseudonym): Problem {
  return { code, message: redactedText(message, pseudonym), hint: redactedText(hint, pseudonym) };
}
