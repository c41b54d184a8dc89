/** Checks over one customer's sites and relays, and the domains that name sites. */
import type { CustomerConfig, SiteConfig } from '../domain/config.ts';
import { placeOf } from '../domain/diagnostic.ts';
import { error, type Finding } from './finding.ts';
import { repeated } from './repeated.ts';

export function undefinedSites({ domains, sites }: CustomerConfig): readonly Finding[] {
  const names = sites.map(({ name }) => name);
  const known = names.length === 0 ? 'There are no sites.' : `Defined: ${names.join(', ')}.`;
  return domains
    .filter(({ site }) => site !== null && !names.includes(site))
    .map(({ name, site, location }) =>
      error(
        'CONFIG_SITE',
        location,
        `The site "${site}" of the domain "${name}" is not defined under "sites". ${known}`,
      ),
    );
}

export function sitesDefinedTwice({ sites }: CustomerConfig): readonly Finding[] {
  return repeated(sites, ({ name }) => name).map(([site, first]) =>
    error('CONFIG_SITE', site.location, `The site "${site.name}" is defined already: ${placeOf(first.location)}.`),
  );
}

export function severalDefaultSites({ sites }: CustomerConfig): readonly Finding[] {
  const [first, ...others] = sites.filter(({ isDefault }) => isDefault);
  return others.map((site: SiteConfig) =>
    error('CONFIG_SITE', site.location, `Only one site can be the default, and "${first?.name}" is it already.`),
  );
}

export function relaysDefinedTwice({ relays }: CustomerConfig): readonly Finding[] {
  return repeated(relays, ({ name }) => name).map(([relay, first]) =>
    error('CONFIG_RELAY', relay.location, `The relay "${relay.name}" is defined already: ${placeOf(first.location)}.`),
  );
}
