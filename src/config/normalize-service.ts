/** A service profile, what the workspace adds to it, and what of both is for one customer. */
import { parseDomain } from '../domain/address.ts';
import type { Location } from '../domain/diagnostic.ts';
import {
  type CustomerService,
  DEFAULT_OWNERSHIP,
  DEFAULT_PORTS,
  DEFAULT_UPLOAD,
  NO_SERVICE,
  type ServiceProfile,
  type ServiceRegion,
} from '../domain/service.ts';
import { error, type Finding, type Normalized } from './finding.ts';
import { parseNetwork } from './networks.ts';
import type { ParsedFile } from './parse.ts';
import type { RawCustomer, RawProfile, RawRegion, RawWorkspace } from './schema-types.ts';
import { didYouMean } from './suggest.ts';
import { type UploadFacts, uploadFacts, uploadFindings } from './upload.ts';

/** What the workspace says of its service: the profile, and by region what it gives beside or instead. */
export interface ServiceReference {
  /** A name, or a path relative to the workspace. */
  readonly profile: string;
  readonly regions: readonly RegionOverride[];
  /** What it gives of the upload files, and where; the rest is the profile's. */
  readonly upload: UploadFacts;
  readonly uploadLocation: Location;
  readonly location: Location;
}

interface RegionOverride {
  readonly name: string;
  readonly facts: RegionFacts;
  readonly location: Location;
}

type RegionFacts = Partial<Omit<ServiceRegion, 'name'>>;
type Report = (finding: Finding) => void;

/** The profile of a file; null if too little of the file can be used. */
export function normalizeProfile(file: ParsedFile<RawProfile>): Normalized<ServiceProfile | null> {
  const findings: Finding[] = [];
  const raw = file.value;
  if (raw === null) return { value: null, findings };
  const regions = Object.entries(raw.regions).map(([name, region]) => {
    const facts = regionFacts(file, ['regions', name], region, (finding) => findings.push(finding));
    return { name, displayName: name, ranges: [], mx: [], smartHost: null, spfInclude: null, ...facts };
  });
  const value: ServiceProfile = {
    name: raw.name,
    displayName: raw.displayName ?? raw.name,
    ownership: raw.ownership ?? DEFAULT_OWNERSHIP,
    ports: { ...DEFAULT_PORTS, ...raw.ports },
    upload: { ...DEFAULT_UPLOAD, ...uploadFacts(raw.upload) },
    regions: regions.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  };
  findings.push(...uploadFindings(value.upload, file.at('upload')));
  return { value, findings };
}

/** Null where the workspace names no service. */
export function serviceReference(file: ParsedFile<RawWorkspace>, report: Report): ServiceReference | null {
  const service = file.value?.service;
  if (service === undefined) return null;
  if (typeof service === 'string') {
    const location = file.at('service');
    return { profile: service, regions: [], upload: {}, uploadLocation: location, location };
  }
  const regions = Object.entries(service.regions ?? {}).map(([name, region]) => ({
    name,
    facts: regionFacts(file, ['service', 'regions', name], region, report),
    location: file.keyAt('service', 'regions', name),
  }));
  return {
    profile: service.profile,
    regions,
    upload: uploadFacts(service.upload),
    uploadLocation: file.at('service', 'upload'),
    location: file.at('service', 'profile'),
  };
}

/** The profile with what the workspace gives in place of it or beside it. */
export function profileWith(
  profile: ServiceProfile,
  { regions, upload, uploadLocation }: ServiceReference,
): Normalized<ServiceProfile> {
  const names = profile.regions.map(({ name }) => name);
  const findings = regions
    .filter(({ name }) => !names.includes(name))
    .map(({ name, location }) =>
      error(
        'CONFIG_REGION',
        location,
        `The profile ${profile.name} has no region "${name}". ${regionsOf(profile)}${didYouMean(name, names)} Further regions need a profile of your own.`,
      ),
    );
  const overrides = new Map(regions.map(({ name, facts }) => [name, facts]));
  const value = {
    ...profile,
    upload: { ...profile.upload, ...upload },
    regions: profile.regions.map((region) => ({ ...region, ...overrides.get(region.name) })),
  };
  const wrong = Object.keys(upload).length === 0 ? [] : uploadFindings(value.upload, uploadLocation);
  return { value, findings: [...findings, ...wrong] };
}

/**
 * The service as it is for one customer. Who names no region is in the only one, if there is but one; where the workspace names no service,
 * a region cannot be checked.
 */
export function customerService(
  file: ParsedFile<RawCustomer>,
  profile: ServiceProfile | null,
  report: Report,
): CustomerService {
  if (profile === null) return NO_SERVICE;
  const wanted = file.value?.region;
  const [first, ...others] = profile.regions;
  const region =
    wanted === undefined
      ? others.length === 0
        ? (first ?? null)
        : null
      : (profile.regions.find(({ name }) => name === wanted) ?? null);
  if (wanted !== undefined && region === null) {
    const names = profile.regions.map(({ name }) => name);
    const message = `The profile ${profile.name} has no region "${wanted}". ${regionsOf(profile)}${didYouMean(wanted, names)}`;
    report(error('CONFIG_REGION', file.at('region'), message));
  }
  const { name, displayName, ownership, ports } = profile;
  return { profile: name, displayName, ownership, ports, region };
}

function regionsOf({ regions }: ServiceProfile): string {
  return `It has: ${regions.map(({ name }) => name).join(', ')}.`;
}

/** What a block says of a region; what it does not say is absent. */
function regionFacts(
  file: ParsedFile<RawProfile> | ParsedFile<RawWorkspace>,
  path: readonly string[],
  raw: RawRegion,
  report: Report,
): RegionFacts {
  const at = (...inner: readonly (string | number)[]) => file.at(...path, ...inner);
  const host = (text: string, location: Location): string => {
    const name = parseDomain(text);
    if (name === null) report(error('CONFIG_VALUE', location, `"${text}" is not a host name.`));
    return name ?? text;
  };
  return {
    ...(raw.displayName === undefined ? {} : { displayName: raw.displayName }),
    ...(raw.ranges === undefined
      ? {}
      : { ranges: unique(raw.ranges.map((text, index) => network(text, at('ranges', index), report))) }),
    ...(raw.mx === undefined ? {} : { mx: unique(raw.mx.map((text, index) => host(text, at('mx', index)))) }),
    ...(raw.smartHost === undefined ? {} : { smartHost: host(raw.smartHost, at('smartHost')) }),
    ...(raw.spfInclude === undefined ? {} : { spfInclude: spfName(raw.spfInclude, at('spfInclude'), report) }),
  };
}

function network(text: string, location: Location, report: Report): string {
  const result = parseNetwork(text);
  if (result.ok) return result.network;
  report(error('CONFIG_VALUE', location, `"${text}" ${result.problem}.`));
  return text;
}

/** Names with underscores, which hosts do not have, are usual for SPF. */
function spfName(text: string, location: Location, report: Report): string {
  if (parseDomain(text.replaceAll('_', 'x')) === null) {
    report(error('CONFIG_VALUE', location, `"${text}" is not a domain name. Give the name alone, without "include:".`));
    return text;
  }
  return parseDomain(text) ?? text.toLowerCase();
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
