/** Checks over the addresses that one customer's configuration names. */
import { type AddressKey, type DomainName, domainOf, keyOf } from '../domain/address.ts';
import type { ConfiguredUser, CustomerConfig, ExceptionConfig } from '../domain/config.ts';
import { type Location, placeOf } from '../domain/diagnostic.ts';
import { count } from '../domain/words.ts';
import { error, type Finding, type FindingCode, warning } from './finding.ts';
import { repeated } from './repeated.ts';

interface Named {
  readonly key: AddressKey;
  readonly address: string;
  readonly location: Location;
}

/** SEL-6 holds for users of the configuration too. */
export function unmanagedUsers(customer: CustomerConfig): readonly Finding[] {
  return inUnmanagedDomains(customer, customer.users, 'CONFIG_UNMANAGED_DOMAIN', 'The user');
}

/** SEL-7 drops aliases of the directory in silence; one that was written by hand was meant. */
export function aliasesInUnmanagedDomains(customer: CustomerConfig): readonly Finding[] {
  const aliases = customer.users.flatMap(({ aliases, location }) =>
    aliases.map((address) => ({ key: keyOf(address), address, location })),
  );
  return inUnmanagedDomains(customer, aliases, 'CONFIG_ALIAS_DOMAIN', 'The alias');
}

export function unmanagedAdditions(customer: CustomerConfig): readonly Finding[] {
  const additions = customer.directory?.additions ?? [];
  return inUnmanagedDomains(customer, additions, 'CONFIG_UNMANAGED_DOMAIN', 'The addition');
}

/** A domain that was forgotten is one mistake, however many addresses of a file are in it. */
function inUnmanagedDomains(
  { name, domains }: CustomerConfig,
  addresses: readonly Named[],
  code: FindingCode,
  what: string,
): readonly Finding[] {
  const managed = new Set(domains.map((domain) => domain.name));
  const groups = new Map<string, { readonly first: Named; readonly domain: DomainName; others: number }>();
  for (const first of addresses) {
    const domain = domainOf(first.key);
    if (managed.has(domain)) continue;
    const group = groups.get(`${first.location.file}\n${domain}`);
    if (group === undefined) groups.set(`${first.location.file}\n${domain}`, { first, domain, others: 0 });
    else group.others += 1;
  }
  return [...groups.values()].map(({ first, domain, others }) => {
    const more = others === 0 ? '' : `, as ${others === 1 ? 'is' : 'are'} ${count(others, 'other')} in this file`;
    const message = `${what} ${first.address} is in "${domain}", which is not among the domains of "${name}"${more}.`;
    return error(code, first.location, message);
  });
}

/** Inside a customer an address belongs to one user (ADR-3); in the configuration there is no telling which was meant. */
export function addressesTwice({ users, directory }: CustomerConfig): readonly Finding[] {
  const holders = new Map<AddressKey, Holder>();
  const findings: Finding[] = [];
  for (const user of users) {
    for (const address of [user.address, ...user.aliases]) {
      const key = keyOf(address);
      const holder = holders.get(key);
      if (holder === undefined) holders.set(key, { user, address });
      else findings.push(heldTwice(user, address, holder));
    }
  }
  for (const { key, address, location } of directory?.additions ?? []) {
    const user = holders.get(key)?.user;
    if (user !== undefined)
      findings.push(
        error(
          'CONFIG_ADDRESS_TWICE',
          location,
          `The addition ${address} belongs to ${user.address} (${placeOf(user.location)}) already.`,
        ),
      );
  }
  return findings;
}

interface Holder {
  readonly user: ConfiguredUser;
  readonly address: string;
}

function heldTwice(user: ConfiguredUser, address: string, holder: Holder): Finding {
  if (holder.user === user)
    return warning('CONFIG_ADDRESS_TWICE', user.location, `${user.address} has the address ${address} twice.`);
  const other = `${holder.user.address} (${placeOf(holder.user.location)})`;
  const message =
    keyOf(address) === user.key && keyOf(holder.address) === holder.user.key
      ? `The user ${address} is there already: ${placeOf(holder.user.location)}.`
      : `The address ${address} of ${user.address} belongs to ${other} already.`;
  return error('CONFIG_ADDRESS_TWICE', user.location, message);
}

/** The exception wins (SEL-5): the addition does nothing. */
export function exceptedAdditions({ directory }: CustomerConfig): readonly Finding[] {
  const exceptions = new Map(
    (directory?.exceptions ?? []).flatMap((exception) =>
      'address' in exception.subject ? [[exception.subject.address, exception] as const] : [],
    ),
  );
  return (directory?.additions ?? []).flatMap(({ key, address, location }) => {
    const exception = exceptions.get(key);
    if (exception === undefined) return [];
    const message = `${address} is an exception too (${placeOf(exception.location)}). The exception wins (SEL-5), so this addition has no effect.`;
    return [warning('CONFIG_EXCEPTED_ADDITION', location, message)];
  });
}

export function exceptionsTwice({ directory }: CustomerConfig): readonly Finding[] {
  return repeated(directory?.exceptions ?? [], subjectOf).map(([exception, first]) =>
    warning(
      'CONFIG_EXCEPTION_TWICE',
      exception.location,
      `${exception.text} is an exception already: ${placeOf(first.location)}.`,
    ),
  );
}

function subjectOf({ kind, subject }: ExceptionConfig): string {
  return `${kind} ${'address' in subject ? subject.address : subject.objectId}`;
}

export function additionsTwice({ directory }: CustomerConfig): readonly Finding[] {
  return repeated(directory?.additions ?? [], ({ key }) => key).map(([addition, first]) =>
    warning(
      'CONFIG_ADDITION_TWICE',
      addition.location,
      `${addition.address} is an addition already: ${placeOf(first.location)}.`,
    ),
  );
}
