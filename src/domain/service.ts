/** The e-mail security service as a profile describes it: what its regions are, and what customers have to publish for it. */
import { ATTRIBUTE_NAMES, type Attributes } from './roster.ts';

/** What a customer publishes to show that a domain is its own. */
export interface OwnershipFormat {
  /** What stands before the domain's name, as `_rollcall`; empty for the domain itself. */
  readonly label: string;
  /** The value of the TXT record, with `{token}` in it. */
  readonly value: string;
}

/** Where the profile, or the whole workspace, says nothing. */
export const DEFAULT_OWNERSHIP: OwnershipFormat = { label: '_rollcall', value: 'rollcall-verification={token}' };

/** The TCP ports that the service uses. */
export interface ServicePorts {
  /** That the service delivers to sites on. */
  readonly delivery: number;
  /** That the smart host takes mail on. */
  readonly smartHost: number;
}

export const DEFAULT_PORTS: ServicePorts = { delivery: 25, smartHost: 25 };

/** What a cell of an upload file may hold of a user or group. */
export type UploadValue = 'address' | 'aliases' | keyof Attributes | 'type' | 'status' | 'members';

/** A column of upload files by its name in the header: a value, or a text that is the same in every row. */
export type UploadColumn =
  | { readonly name: string; readonly value: UploadValue }
  | { readonly name: string; readonly text: string };

/** What the files are like that the service takes as uploads. */
export interface UploadFormat {
  /** With different names, one of them of the address. */
  readonly columns: readonly UploadColumn[];
  readonly delimiter: ',' | ';' | '\t';
  /** Between the addresses of one cell. */
  readonly separator: string;
  /** Whether distribution lists have rows; there is a column of the type then. */
  readonly groups: boolean;
  readonly bom: boolean;
  readonly lineEnd: '\n' | '\r\n';
}

/** Where the profile says nothing: what the product itself reads of CSV files. */
export const DEFAULT_UPLOAD: UploadFormat = {
  columns: (['address', 'aliases', ...ATTRIBUTE_NAMES] as const).map((name) => ({ name, value: name })),
  delimiter: ',',
  separator: ';',
  groups: false,
  bom: false,
  lineEnd: '\n',
};

/** One region of the service. What is not known of it is empty or null: the service may show it in its portal only. */
export interface ServiceRegion {
  readonly name: string;
  readonly displayName: string;
  /** Networks that its mail comes from, IPv4 and IPv6, as CIDR in canonical form. */
  readonly ranges: readonly string[];
  /** Host names that a domain's MX records must name at the best preference, in lower case. */
  readonly mx: readonly string[];
  /** Where customers send their outbound mail. */
  readonly smartHost: string | null;
  /** What a domain's SPF record includes for it. */
  readonly spfInclude: string | null;
}

/** What is known of an e-mail security service. */
export interface ServiceProfile {
  readonly name: string;
  readonly displayName: string;
  readonly ownership: OwnershipFormat;
  readonly ports: ServicePorts;
  readonly upload: UploadFormat;
  /** Sorted by name. */
  readonly regions: readonly ServiceRegion[];
}

/** The service as it is for one customer. */
export interface CustomerService {
  /** The profile's name, or null without one. */
  readonly profile: string | null;
  readonly displayName: string | null;
  readonly ownership: OwnershipFormat;
  readonly ports: ServicePorts;
  /** Null where the customer has none. */
  readonly region: ServiceRegion | null;
}

/** The service of a workspace that names none: its domains can be verified all the same. */
export const NO_SERVICE: CustomerService = {
  profile: null,
  displayName: null,
  ownership: DEFAULT_OWNERSHIP,
  ports: DEFAULT_PORTS,
  region: null,
};

/** What may have to be known of a region. */
export type RegionFact = 'ranges' | 'mx' | 'smartHost' | 'spfInclude';

const FACTS: Readonly<Record<RegionFact, string>> = {
  ranges: 'the IP ranges',
  mx: 'the MX hosts',
  smartHost: 'the smart host',
  spfInclude: 'the SPF include',
};

/** What is missing of a fact of the customer's region and how to give it, or null where it is known. */
export function missingFact({ profile, region }: CustomerService, fact: RegionFact): string | null {
  if (profile === null)
    return `There is no profile of the service to take ${FACTS[fact]} from. Name one under service.`;
  if (region === null)
    return `Which ${FACTS[fact].slice(4)} count depends on the region, and the customer has none. Give it one under region.`;
  const value = region[fact];
  if (value !== null && value.length > 0) return null;
  const verb = fact === 'ranges' || fact === 'mx' ? 'are' : 'is';
  const they = verb === 'are' ? 'they are' : 'it is';
  return `The profile ${profile} does not say ${FACTS[fact]} of region ${region.name}: ${they} shown in the vendor's portal. Give ${verb === 'are' ? 'them' : 'it'} under service.regions.${region.name}.${fact}.`;
}
