/** Which directory objects are in the sync, and by which rule the others are not (SEL). */
import type { Address, AddressKey, DomainName } from '../domain/address.ts';
import type { CustomerConfig, DirectoryConfig, ExceptionConfig } from '../domain/config.ts';
import { type Diagnostic, diagnostic, type Location, placeOf } from '../domain/diagnostic.ts';
import type { DirectoryObject } from '../domain/directory.ts';
import type { ObjectId } from '../domain/roster.ts';
import type { RuleId } from '../domain/rule.ts';
import { count, listed } from '../domain/words.ts';
import { addressesOf } from './addresses.ts';
import type { DomainStanding } from './domains.ts';

/** An object in the sync, with the addresses that are this customer's. */
export interface Selected {
  readonly object: DirectoryObject;
  readonly primary: Address;
  readonly aliases: readonly Address[];
}

/** An object that is not in the sync. */
export interface Skipped {
  readonly object: DirectoryObject;
  readonly rule: RuleId;
  readonly message: string;
  readonly location: Location | null;
  readonly primary: Address | null;
  readonly aliases: readonly Address[];
  /** Its domain is pending: it is neither taken in nor taken for gone (SEL-6). */
  readonly deferred: boolean;
}

/** An alias that its user does not get. */
export interface DroppedAlias {
  readonly object: DirectoryObject;
  readonly alias: Address;
  readonly rule: 'SEL-5' | 'SEL-7';
  readonly message: string;
}

export interface Selection {
  readonly selected: readonly Selected[];
  readonly skipped: readonly Skipped[];
  readonly dropped: readonly DroppedAlias[];
  readonly diagnostics: readonly Diagnostic[];
}

type Standing = (domain: DomainName) => DomainStanding;

/** Sorts out what was read. The order of `objects` decides nothing but the order of the result. */
export function select(
  objects: readonly DirectoryObject[],
  customer: CustomerConfig,
  directory: DirectoryConfig,
  standing: Standing,
): Selection {
  const exceptions = indexExceptions(directory.exceptions);
  const selected: Selected[] = [];
  const skipped: Skipped[] = [];
  const dropped: DroppedAlias[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const object of objects) {
    const addresses = addressesOf(object);
    const { primary } = addresses;
    if (addresses.diagnostics.length > 0) diagnostics.push(...addresses.diagnostics);
    const exclusion = excluded(object, primary, directory, exceptions, standing);
    if (exclusion !== null) {
      skipped.push({ object, primary, aliases: addresses.aliases, ...exclusion });
    } else if (primary !== null) {
      const aliases = keptAliases(object, addresses.aliases, exceptions, standing, dropped);
      selected.push({ object, primary, aliases });
    }
  }
  diagnostics.push(
    ...disabledLeftOut(skipped, directory),
    ...outsideDomains(skipped, customer),
    ...outsideAliases(dropped),
    ...unmatchedExceptions(directory.exceptions, exceptions.used, [...selected, ...skipped]),
  );
  return { selected, skipped, dropped, diagnostics };
}

interface ExceptionIndex {
  readonly byAddress: ReadonlyMap<AddressKey, readonly ExceptionConfig[]>;
  readonly byObjectId: ReadonlyMap<ObjectId, readonly ExceptionConfig[]>;
  readonly used: Set<ExceptionConfig>;
}

function indexExceptions(exceptions: readonly ExceptionConfig[]): ExceptionIndex {
  const byAddress = new Map<AddressKey, ExceptionConfig[]>();
  const byObjectId = new Map<ObjectId, ExceptionConfig[]>();
  for (const exception of exceptions) {
    const { subject } = exception;
    if ('address' in subject) pushTo(byAddress, subject.address, exception);
    else pushTo(byObjectId, subject.objectId, exception);
  }
  return { byAddress, byObjectId, used: new Set() };
}

function pushTo<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function findException(
  index: ExceptionIndex,
  kind: ExceptionConfig['kind'],
  address: Address | null,
  object: DirectoryObject | null,
): ExceptionConfig | undefined {
  if (index.byAddress.size + index.byObjectId.size === 0) return undefined;
  const named = [
    ...(address === null ? [] : (index.byAddress.get(address.key) ?? [])),
    ...(object === null ? [] : (index.byObjectId.get(object.id) ?? [])),
  ].find((exception) => exception.kind === kind);
  if (named !== undefined) index.used.add(named);
  return named;
}

type Exclusion = Pick<Skipped, 'rule' | 'message' | 'location' | 'deferred'>;

/** The first rule that keeps an object out, or null. Exceptions are asked first: they win over everything (SEL-5). */
function excluded(
  object: DirectoryObject,
  primary: Address | null,
  directory: DirectoryConfig,
  exceptions: ExceptionIndex,
  standing: Standing,
): Exclusion | null {
  const out = (rule: RuleId, message: string, location: Location | null = null): Exclusion => ({
    rule,
    message,
    location,
    deferred: false,
  });
  if (object.kind === 'contact') return out('SEL-1', 'a contact is not a user');
  const kind = object.kind === 'group' ? 'group' : 'user';
  const exception = findException(exceptions, kind, primary, object);
  if (exception !== undefined) {
    return out('SEL-5', `excepted in ${placeOf(exception.location)}`, exception.location);
  }
  if (object.kind === 'publicFolder' && !directory.include.publicFolders) {
    return out('SEL-3', 'a public folder, and include.publicFolders is off', directory.locations.include);
  }
  const needed = object.disabled ? switchFor(object) : null;
  if (needed !== null && !directory.include.disabled && !directory.include[needed]) {
    const what = object.mailbox === 'user' ? 'a disabled account' : `a ${object.mailbox} mailbox`;
    return out('SEL-2', `${what}, and include.${needed} is off`, directory.locations.include);
  }
  if (primary === null) {
    const nothing = object.proxyAddresses.length + object.mail.length === 0;
    return nothing ? out('SEL-1', 'it has no mail address') : out('ADR-1', 'it has no valid primary address');
  }
  return outsideDomain(primary, standing);
}

function outsideDomain(primary: Address, standing: Standing): Exclusion | null {
  switch (standing(primary.domain)) {
    case 'managed':
      return null;
    case 'pending':
      return {
        rule: 'SEL-6',
        message: `the domain ${primary.domain} is not verified yet`,
        location: null,
        deferred: true,
      };
    case 'foreign':
      return {
        rule: 'SEL-6',
        message: `the domain ${primary.domain} is not managed for this customer`,
        location: null,
        deferred: false,
      };
  }
}

/** The switch that brings a disabled account in (SEL-2). */
function switchFor(object: DirectoryObject): 'disabled' | 'sharedMailboxes' | 'resources' {
  if (object.mailbox === 'shared') return 'sharedMailboxes';
  return object.mailbox === 'user' ? 'disabled' : 'resources';
}

function keptAliases(
  object: DirectoryObject,
  aliases: readonly Address[],
  exceptions: ExceptionIndex,
  standing: Standing,
  dropped: DroppedAlias[],
): readonly Address[] {
  const kept = aliases.filter((alias) => {
    const exception = findException(exceptions, 'alias', alias, null);
    if (exception !== undefined) {
      dropped.push({ object, alias, rule: 'SEL-5', message: `excepted in ${placeOf(exception.location)}` });
    } else if (standing(alias.domain) !== 'managed') {
      dropped.push({ object, alias, rule: 'SEL-7', message: `the domain ${alias.domain} is not managed` });
    } else {
      return true;
    }
    return false;
  });
  return kept.length === aliases.length ? aliases : kept;
}

function disabledLeftOut(skipped: readonly Skipped[], directory: DirectoryConfig): readonly Diagnostic[] {
  const tally = { disabled: 0, sharedMailboxes: 0, resources: 0 };
  for (const { object, rule, primary } of skipped) {
    if (rule === 'SEL-2' && primary !== null) tally[switchFor(object)] += 1;
  }
  const special = tally.sharedMailboxes + tally.resources;
  if (tally.disabled + special === 0) return [];
  const parts = [
    tally.disabled > 0 ? `${count(tally.disabled, 'disabled account')} (include.disabled brings them in)` : '',
    tally.sharedMailboxes > 0
      ? `${count(tally.sharedMailboxes, 'shared mailbox', 'shared mailboxes')} (include.sharedMailboxes)`
      : '',
    tally.resources > 0
      ? `${count(tally.resources, 'room or equipment mailbox', 'room and equipment mailboxes')} (include.resources)`
      : '',
  ].filter((part) => part !== '');
  return [
    diagnostic(special > 0 ? 'warning' : 'info', 'SEL-2', `Left out because disabled: ${listed(parts)}.`, {
      location: directory.locations.include,
    }),
  ];
}

function outsideDomains(skipped: readonly Skipped[], customer: CustomerConfig): readonly Diagnostic[] {
  const tally = new Map<DomainName, { objects: number; deferred: boolean }>();
  for (const { rule, primary, deferred } of skipped) {
    if (rule !== 'SEL-6' || primary === null) continue;
    const entry = tally.get(primary.domain);
    tally.set(primary.domain, { objects: (entry?.objects ?? 0) + 1, deferred });
  }
  return [...tally]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([domain, { objects, deferred }]) => {
      const location = customer.domains.find(({ name }) => name === domain)?.location ?? customer.location;
      const number = count(objects, 'object');
      const message = deferred
        ? `${number} in ${domain} wait until the domain is verified: nobody there is added or removed.`
        : `${number} skipped: the primary address is in ${domain}, which is not under "domains" of this customer.`;
      return diagnostic('warning', 'SEL-6', message, { location });
    });
}

function outsideAliases(dropped: readonly DroppedAlias[]): readonly Diagnostic[] {
  const outside = dropped.filter(({ rule }) => rule === 'SEL-7').length;
  if (outside === 0) return [];
  const number = count(outside, 'alias', 'aliases');
  return [diagnostic('info', 'SEL-7', `${number} dropped: the domain is not managed for this customer.`)];
}

/** An exception that meets nothing is worth a word: it may be misspelt, or of the wrong kind. */
function unmatchedExceptions(
  exceptions: readonly ExceptionConfig[],
  used: ReadonlySet<ExceptionConfig>,
  objects: readonly (Selected | Skipped)[],
): readonly Diagnostic[] {
  return exceptions
    .filter((exception) => !used.has(exception))
    .flatMap((exception) => {
      const { kind, text, subject, location } = exception;
      const met = first(objects.filter((object) => isAbout(subject, object)));
      if (met === undefined) {
        const message = `The exception {${kind}: ${text}} matches nothing in the directory.`;
        return [diagnostic('info', 'SEL-5', message, { address: text, location })];
      }
      const isAlias = 'address' in subject && met.primary?.key !== subject.address;
      // The alias of a user who is out anyway: the exception has nothing to do, and nothing is wrong with it.
      if (isAlias && kind === 'alias') return [];
      const what = isAlias ? 'an alias of' : met.object.kind === 'group' ? 'the group' : 'the user';
      const message = `The exception {${kind}: ${text}} has no effect: ${text} is ${what} ${met.object.name}. Name it as that.`;
      return [diagnostic('warning', 'SEL-5', message, { address: text, location })];
    });
}

/** The one whose name comes first, so that the order of reading does not show. */
function first<T extends Selected | Skipped>(objects: readonly T[]): T | undefined {
  return objects.toSorted((a, b) => (a.object.name < b.object.name ? -1 : 1))[0];
}

function isAbout(subject: ExceptionConfig['subject'], { object, primary, aliases }: Selected | Skipped): boolean {
  if ('objectId' in subject) return object.id === subject.objectId;
  return primary?.key === subject.address || aliases.some(({ key }) => key === subject.address);
}
