/** Exceptions: whom and what they keep out of the sync, and which of them do nothing (SEL-5). */
import type { Address, AddressKey } from '../domain/address.ts';
import type { AdditionConfig, DirectoryConfig, ExceptionConfig } from '../domain/config.ts';
import { type Diagnostic, diagnostic, placeOf } from '../domain/diagnostic.ts';
import type { DirectoryObject } from '../domain/directory.ts';
import type { ObjectId } from '../domain/roster.ts';
import { TELL } from './telling.ts';

/** What exceptions can be about: an object with its addresses. */
export interface Named {
  readonly object: DirectoryObject;
  readonly primary: Address | null;
  readonly aliases: readonly Address[];
}

export interface Exceptions {
  readonly all: readonly ExceptionConfig[];
  /** The exception that keeps this user, public folder or group out. */
  readonly ofObject: (object: DirectoryObject, primary: Address | null) => ExceptionConfig | undefined;
  /** The exception that lets nobody have this alias from the directory. */
  readonly ofAlias: (alias: AddressKey) => ExceptionConfig | undefined;
  /** Those that have kept somebody or something out so far. */
  readonly used: ReadonlySet<ExceptionConfig>;
}

/** Looks exceptions up by what they name. */
export function indexExceptions(exceptions: readonly ExceptionConfig[]): Exceptions {
  const byName = new Map<string, ExceptionConfig[]>();
  const used = new Set<ExceptionConfig>();
  for (const exception of exceptions) pushTo(byName, nameOf(exception), exception);
  // The first in the file, should there be several: the order in which they come must not show.
  const find = (kind: ExceptionConfig['kind'], names: readonly string[]) => {
    const found = names.flatMap((name) => byName.get(name) ?? []).filter((exception) => exception.kind === kind);
    for (const exception of found) used.add(exception);
    return found.length < 2 ? found[0] : found.toSorted(byPlace)[0];
  };
  return {
    all: exceptions,
    used,
    ofObject: (object, primary) => {
      if (byName.size === 0) return undefined;
      const names = primary === null ? [byId(object.id)] : [byAddress(primary.key), byId(object.id)];
      return find(object.kind === 'group' ? 'group' : 'user', names);
    },
    ofAlias: (alias) => (byName.size === 0 ? undefined : find('alias', [byAddress(alias)])),
  };
}

function nameOf({ subject }: ExceptionConfig): string {
  return 'address' in subject ? byAddress(subject.address) : byId(subject.objectId);
}

// Kept apart, for an object id may look like an address where the configuration names the attribute that it is read from.
function byAddress(key: AddressKey): string {
  return `address ${key}`;
}

function byId(id: ObjectId): string {
  return `id ${id}`;
}

function byPlace({ location: a }: ExceptionConfig, { location: b }: ExceptionConfig): number {
  return a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1;
}

function pushTo<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/** Exceptions win over additions; a clash is said. */
export function additionsInForce(directory: DirectoryConfig): {
  readonly inForce: readonly AdditionConfig[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const excepted = new Map(
    directory.exceptions
      .toSorted(byPlace)
      .toReversed()
      .flatMap((exception) => {
        const { kind, subject } = exception;
        return kind === 'user' && 'address' in subject ? [[subject.address, exception] as const] : [];
      }),
  );
  return {
    inForce: directory.additions.filter(({ key }) => !excepted.has(key)),
    diagnostics: directory.additions.flatMap(({ key, address, location }) => {
      const exception = excepted.get(key);
      if (exception === undefined) return [];
      const message = `${address} is both an addition and excepted in ${placeOf(exception.location)}. The exception wins; take one of them out.`;
      return [diagnostic('warning', 'SEL-5', message, { address, location })];
    }),
  };
}

/** An exception that meets nothing is worth a word: it may be misspelt, or of the wrong kind. */
export function unmatchedExceptions({ all, used }: Exceptions, objects: readonly Named[]): readonly Diagnostic[] {
  const unused = all.filter((exception) => !used.has(exception));
  if (unused.length === 0) return [];
  const met = objectsNamed(new Set(unused.map(nameOf)), objects);
  return unused.flatMap((exception) => {
    const { kind, text, location } = exception;
    const named = met.get(nameOf(exception));
    const message =
      named === undefined
        ? `The exception {${kind}: ${text}} matches nothing in the directory.`
        : withoutEffect(exception, named);
    if (message === null) return [];
    return [diagnostic(named === undefined ? 'info' : 'warning', 'SEL-5', message, { address: text, location })];
  });
}

/** What each name means; of several the object with the smallest id, so that the order of reading does not show. */
function objectsNamed(names: ReadonlySet<string>, objects: readonly Named[]): ReadonlyMap<string, Named> {
  const met = new Map<string, Named>();
  for (const named of objects) {
    const { object, primary, aliases } = named;
    const keys = primary === null ? aliases : [primary, ...aliases];
    for (const name of [byId(object.id), ...keys.map(({ key }) => byAddress(key))]) {
      if (!names.has(name)) continue;
      const other = met.get(name);
      if (other === undefined || object.id < other.object.id) met.set(name, named);
    }
  }
  return met;
}

/** What is wrong with an exception that names something and keeps nothing out; null if it is just not needed. */
function withoutEffect({ kind, text, subject }: ExceptionConfig, { object, primary }: Named): string | null {
  const isAlias = 'address' in subject && primary?.key !== subject.address;
  // Contacts, and the aliases of users who are out, are not in the sync anyway.
  if (object.kind === 'contact' || (isAlias && kind === 'alias')) return null;
  const what = isAlias ? 'an alias of' : object.kind === 'group' ? 'the group' : 'the user';
  return TELL.idleException.say({ kind, text, what, name: object.name });
}
