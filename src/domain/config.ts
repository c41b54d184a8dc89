/** The configuration as the core uses it: every default filled in, every reference checked, each citable thing with its place. */
import type { AddressKey, DomainName } from './address.ts';
import type { ApprovalPolicy } from './approval.ts';
import type { Location } from './diagnostic.ts';
import type { Instant } from './instant.ts';
import type { Attributes, CustomerId, MailRules, ObjectId } from './roster.ts';
import type { SecretReference } from './secret-reference.ts';
import type { CustomerService, ServiceProfile } from './service.ts';
import type { TargetConfig } from './target-config.ts';

/** How many removals are let through (SAF-1): a count, a percentage of the customer's users, or the larger of both. */
export interface RemovalLimit {
  readonly count: number | null;
  readonly percent: number | null;
}

/** What one run may do to a customer at most. */
export interface SafetyPolicy {
  readonly maxRemovals: RemovalLimit;
}

/** A domain of a customer. */
export interface DomainConfig {
  readonly name: DomainName;
  readonly verification: 'dns' | 'none';
  /** The site that its mail is delivered to, the default one filled in, or null where none is. */
  readonly site: string | null;
  /** Whether it is taken over from the customer that it is verified for (DOM-3). */
  readonly takeover: boolean;
  readonly location: Location;
}

/** A place of the customer's own that mail is delivered to. */
export interface SiteConfig {
  readonly name: string;
  /** The site of every domain that names none. At most one is. */
  readonly isDefault: boolean;
  readonly servers: readonly SiteServer[];
  readonly location: Location;
}

/** A mail server of a site. */
export interface SiteServer {
  /** A host name or an IP address. */
  readonly address: string;
  readonly port: number;
  /** Lower is tried first. */
  readonly priority: number;
}

/** Servers of the customer's own that send mail out through the service. */
export interface RelayConfig {
  readonly name: string;
  /** IP addresses and networks, as CIDR in canonical form; a single address is a network of its own. */
  readonly addresses: readonly string[];
  readonly location: Location;
}

/** What the DNS of a managed domain must show: what is wrong is said, or holds the customer back (DOM-4, DOM-5). */
export interface GatePolicy {
  readonly mx: 'warn' | 'block';
  readonly spf: 'warn' | 'block';
  /** Only ever so: a domain that is not verified holds back its own users (SEL-6). */
  readonly ownership: 'block';
}

/** What of the disabled and unusual is brought into the sync (SEL-2, SEL-3, SEL-10). */
export interface IncludePolicy {
  readonly disabled: boolean;
  readonly guests: boolean;
  readonly publicFolders: boolean;
  readonly sharedMailboxes: boolean;
  readonly resources: boolean;
}

/** Names what an exception, a decision or `why` is about: an address, or an object id. */
export type Subject = { readonly address: AddressKey } | { readonly objectId: ObjectId };

/** Somebody or something in the directory that is kept out of the sync (SEL-5). */
export interface ExceptionConfig {
  readonly kind: 'user' | 'group' | 'alias';
  readonly subject: Subject;
  /** As it was written. */
  readonly text: string;
  readonly location: Location;
}

/** An address that the directory is expected to supply (MRG-4). */
export interface AdditionConfig {
  readonly key: AddressKey;
  readonly address: string;
  readonly location: Location;
}

/** A decision about a user in conflict (DEL-7). */
export interface DecisionConfig {
  readonly key: AddressKey;
  readonly address: string;
  readonly action: 'delete' | 'ignore' | 'deactivate';
  /** Void from this moment on, or never. */
  readonly until: Instant | null;
  readonly reason: string | null;
  readonly location: Location;
}

/** A user that the configuration itself states, in YAML or CSV (MRG-3). */
export interface ConfiguredUser {
  readonly key: AddressKey;
  readonly address: string;
  readonly source: 'manual' | 'csv' | 'smtp';
  readonly aliases: readonly string[];
  readonly attributes: Attributes;
  readonly rules: MailRules;
  readonly location: Location;
}

/** How to tell what in an LDAP directory; whatever is absent is the dialect's own. */
export interface LdapAttributes {
  readonly primary?: string;
  readonly aliases?: readonly string[];
  readonly objectId?: string;
  readonly givenName?: string;
  readonly surname?: string;
  readonly displayName?: string;
  readonly homePhone?: string;
  readonly mobile?: string;
  readonly company?: string;
  readonly department?: string;
  readonly notes?: string;
  readonly members?: string;
  /** Disabled is who has one of these values in this attribute. */
  readonly disabled?: { readonly attribute: string; readonly values: readonly string[] };
}

/** How to reach an LDAP directory and what to ask it. Durations are in milliseconds, files are absolute. */
export interface LdapConnection {
  readonly type: 'ldap';
  readonly url: string;
  readonly tls: {
    /** `ldaps` from the first byte, `startTLS` on the clear port, or `off` when the configuration says so by name. */
    readonly mode: 'ldaps' | 'startTLS' | 'off';
    readonly ca: string | null;
    readonly serverName: string | null;
  };
  readonly dialect: 'auto' | 'activeDirectory' | 'openldap';
  readonly baseDN: readonly [string, ...string[]];
  readonly publicFolderDN: string | null;
  /** Null binds anonymously. */
  readonly bind: { readonly dn: string; readonly password: SecretReference } | null;
  readonly filter: string | null;
  readonly userFilter: string | null;
  readonly groupFilter: string | null;
  readonly attributes: LdapAttributes;
  readonly referrals: 'ignore' | 'error';
  readonly pageSize: number;
  readonly timeouts: { readonly connectMs: number; readonly pageMs: number };
}

/** How an app registration proves itself to Entra ID. */
export type EntraCredential =
  | { readonly kind: 'secret'; readonly secret: SecretReference }
  /** The certificate is a PEM file. */
  | { readonly kind: 'certificate'; readonly certificate: string; readonly key: SecretReference }
  /** The token of a pipeline or workload, which need not be kept secret for long. */
  | { readonly kind: 'federated'; readonly token: 'github' | 'gitlab' | 'azure-pipelines' | { readonly file: string } };

/** A national cloud, or one by its two hosts, as `https://HOST[:PORT]`. */
export type EntraCloud = 'global' | 'us-gov' | 'us-dod' | 'china' | { readonly login: string; readonly graph: string };

/** How to reach a tenant of Entra ID and what to ask it. Durations are in milliseconds, files are absolute. */
export interface EntraConnection {
  readonly type: 'entra';
  /** The tenant's id or one of its domains, in lower case. */
  readonly tenant: string;
  readonly clientId: string;
  readonly credential: EntraCredential;
  /** When the credential ends, if the configuration says so, and where. */
  readonly expires: { readonly at: Instant; readonly location: Location } | null;
  readonly cloud: EntraCloud;
  /** An OData filter for users. */
  readonly filter: string | null;
  readonly timeouts: {
    readonly pageMs: number;
    /** How long a reading waits in all where Graph asks it to. */
    readonly throttledMs: number;
  };
  /** How long readings may build on the last full one. */
  readonly fullEveryMs: number;
}

/** How to reach a directory. */
export type DirectoryConnection = LdapConnection | EntraConnection;

/** A customer’s directory: how it is reached, and what of it is taken. */
export interface DirectoryConfig<Connection extends DirectoryConnection = DirectoryConnection> {
  /** False keeps the settings and leaves the directory alone (DEL-10). */
  readonly enabled: boolean;
  readonly connection: Connection;
  readonly include: IncludePolicy;
  readonly syncEveryMs: number;
  readonly deleteAfterDays: number | 'never';
  readonly exceptions: readonly ExceptionConfig[];
  readonly additions: readonly AdditionConfig[];
  readonly location: Location;
  /** Where the filter and the switches stand, for `why`; else the directory's own place. */
  readonly locations: {
    readonly filter: Location;
    readonly include: Location;
    readonly deleteAfter: Location;
  };
}

/** Whether the directory is an LDAP one. */
export function isLdap(directory: DirectoryConfig): directory is DirectoryConfig<LdapConnection> {
  return directory.connection.type === 'ldap';
}

/** Whether the directory is a tenant of Entra ID. */
export function isEntra(directory: DirectoryConfig): directory is DirectoryConfig<EntraConnection> {
  return directory.connection.type === 'entra';
}

/** A customer, with what the workspace says for all filled in. */
export interface CustomerConfig {
  readonly name: CustomerId;
  readonly displayName: string;
  /** The name of its region, the only one of the profile filled in. */
  readonly region: string | null;
  readonly service: CustomerService;
  readonly gates: GatePolicy;
  readonly seats: number | null;
  readonly domains: readonly DomainConfig[];
  readonly sites: readonly SiteConfig[];
  readonly relays: readonly RelayConfig[];
  readonly directory: DirectoryConfig | null;
  readonly decisions: readonly DecisionConfig[];
  readonly users: readonly ConfiguredUser[];
  readonly safety: SafetyPolicy;
  readonly location: Location;
}

/** A resolver. */
export interface DnsServer {
  /** An IP address in canonical form. */
  readonly address: string;
  readonly port: number;
}

/** How the DNS is asked. */
export interface DnsConfig {
  /** Empty for those of the system. */
  readonly resolvers: readonly DnsServer[];
  /** Whether a zone's own name servers are asked for the ownership record too. */
  readonly authoritative: boolean;
  readonly timeoutMs: number;
}

/** What rollcall.yaml says for all customers. */
export interface WorkspaceConfig {
  /** The state's file, absolute. */
  readonly state: { readonly backend: 'sqlite'; readonly path: string };
  /** With what the workspace gives in place of it or beside it; null where none is named. */
  readonly service: ServiceProfile | null;
  readonly dns: DnsConfig;
  readonly targets: readonly TargetConfig[];
  readonly planTtlMs: number;
  /** Null where nobody may approve. */
  readonly approvals: ApprovalPolicy | null;
  /** What pseudonyms are made with, so that they are the same in every run; null where they need not be. */
  readonly redactionKey: SecretReference | null;
  readonly location: Location;
}

/** A whole workspace. Its customers are sorted by name. */
export interface Config {
  readonly workspace: WorkspaceConfig;
  /** Sorted by name. */
  readonly customers: readonly CustomerConfig[];
}
