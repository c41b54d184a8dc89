/** Which directory objects are in the sync, and by which rule the others are not (SEL). */
import type { Address, DomainName } from '../domain/address.ts';
import type { DirectoryConfig } from '../domain/config.ts';
import { type Diagnostic, diagnostic, type Location, placeOf } from '../domain/diagnostic.ts';
import type { DirectoryObject } from '../domain/directory.ts';
import type { RuleId } from '../domain/rule.ts';
import { count, listed } from '../domain/words.ts';
import { addressesOf, type ObjectAddresses } from './addresses.ts';
import type { DomainStanding } from './domain-changes.ts';
import { type Exceptions, indexExceptions } from './exceptions.ts';

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
  /** Its domain is pending: whoever has the alias keeps it (SEL-6). */
  readonly deferred: boolean;
}

export interface Selection {
  readonly selected: readonly Selected[];
  readonly skipped: readonly Skipped[];
  readonly dropped: readonly DroppedAlias[];
  readonly exceptions: Exceptions;
  readonly diagnostics: readonly Diagnostic[];
}

type Standing = (domain: DomainName) => DomainStanding;

/** Sorts out what was read. The order of `objects` decides nothing but the order of the result. */
export function select(objects: readonly DirectoryObject[], directory: DirectoryConfig, standing: Standing): Selection {
  const exceptions = indexExceptions(directory.exceptions);
  const selected: Selected[] = [];
  const skipped: Skipped[] = [];
  const dropped: DroppedAlias[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const object of objects) {
    const addresses = addressesOf(object);
    const { primary } = addresses;
    const exclusion = excluded(object, addresses, directory, exceptions, standing);
    if (exclusion !== null) {
      skipped.push({ object, primary, aliases: addresses.aliases, ...exclusion });
    } else if (primary !== null) {
      const aliases = keptAliases(object, addresses.aliases, exceptions, standing, dropped);
      selected.push({ object, primary, aliases });
    }
    if (addresses.diagnostics.length > 0 && (exclusion === null || isForAddress(object, exclusion))) {
      diagnostics.push(...addresses.diagnostics);
    }
  }
  diagnostics.push(...disabledLeftOut(skipped, directory, standing), ...outsideAliases(dropped));
  return { selected, skipped, dropped, exceptions, diagnostics };
}

type Exclusion = Pick<Skipped, 'rule' | 'message' | 'location' | 'deferred'>;

/** What is wrong with the addresses of somebody who is out whatever they are need not be said. */
function isForAddress({ kind }: DirectoryObject, { rule }: Exclusion): boolean {
  return kind !== 'contact' && (rule === 'ADR-1' || rule === 'SEL-1' || rule === 'SEL-6');
}

/** The first rule that keeps an object out, or null. Exceptions are asked first: they win over everything (SEL-5). */
function excluded(
  object: DirectoryObject,
  { primary, absence }: ObjectAddresses,
  directory: DirectoryConfig,
  exceptions: Exceptions,
  standing: Standing,
): Exclusion | null {
  const out = (rule: RuleId, message: string, location: Location | null = null): Exclusion => ({
    rule,
    message,
    location,
    deferred: false,
  });
  if (object.kind === 'contact') return out('SEL-1', 'a contact is not a user');
  const exception = exceptions.ofObject(object, primary);
  if (exception !== undefined) {
    return out('SEL-5', `excepted in ${placeOf(exception.location)}`, exception.location);
  }
  if (object.kind === 'publicFolder' && !directory.include.publicFolders) {
    return out('SEL-3', 'a public folder, and include.publicFolders is off', directory.locations.include);
  }
  if (object.guest && !directory.include.guests) {
    return out('SEL-10', 'a guest, and include.guests is off', directory.locations.include);
  }
  const needed = object.disabled ? switchFor(object) : null;
  if (needed !== null && !directory.include.disabled && !directory.include[needed]) {
    const what = object.mailbox === 'user' ? 'a disabled account' : `a ${object.mailbox} mailbox`;
    return out('SEL-2', `${what}, and include.${needed} is off`, directory.locations.include);
  }
  return primary === null ? out(absence.rule, absence.message) : outsideDomain(primary, standing);
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
  exceptions: Exceptions,
  standing: Standing,
  dropped: DroppedAlias[],
): readonly Address[] {
  const kept = aliases.filter((alias) => {
    const exception = exceptions.ofAlias(alias.key);
    if (exception !== undefined) {
      const message = `excepted in ${placeOf(exception.location)}`;
      dropped.push({ object, alias, rule: 'SEL-5', message, deferred: false });
      return false;
    }
    const where = standing(alias.domain);
    if (where === 'managed') return true;
    const message = `the domain ${alias.domain} is not ${where === 'pending' ? 'verified yet' : 'managed'}`;
    dropped.push({ object, alias, rule: 'SEL-7', message, deferred: where === 'pending' });
    return false;
  });
  return kept.length === aliases.length ? aliases : kept;
}

/** Counts those whom a switch would bring in: the others have no address here. */
function disabledLeftOut(
  skipped: readonly Skipped[],
  directory: DirectoryConfig,
  standing: Standing,
): readonly Diagnostic[] {
  const tally = { disabled: 0, sharedMailboxes: 0, resources: 0 };
  for (const { object, rule, primary } of skipped) {
    if (rule === 'SEL-2' && primary !== null && standing(primary.domain) !== 'foreign') tally[switchFor(object)] += 1;
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

function outsideAliases(dropped: readonly DroppedAlias[]): readonly Diagnostic[] {
  const outside = dropped.filter(({ rule, deferred }) => rule === 'SEL-7' && !deferred).length;
  if (outside === 0) return [];
  const number = count(outside, 'alias', 'aliases');
  return [diagnostic('info', 'SEL-7', `${number} dropped: the domain is not managed for this customer.`)];
}
