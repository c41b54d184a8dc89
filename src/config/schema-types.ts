// Written by scripts/generate.mjs from schemas/. Change the schemas, then: npm run generate

/**
 * A mail system that the rosters take effect in.
 */
export type RawTarget = RawPostfixTarget | RawScimTarget | RawCsvTarget;
/**
 * How many users one run may remove before the customer is blocked (SAF-1): a count, or a percentage of the customer's users. Without it: the larger of 5 users and 10%.
 */
export type RawMaxRemovals = number | string;
/**
 * The customer's one live source of truth. Without it, the users are those of this file and its imports (DEL-10).
 */
export type RawDirectory = RawLdapDirectory | RawEntraDirectory;
/**
 * false keeps the settings but leaves the directory alone: its users stay as they are (DEL-10).
 */
type RawEnabled = boolean;
/**
 * All disabled accounts (SEL-2).
 */
type RawIncludeDisabled = boolean;
/**
 * Shared mailboxes, which are disabled accounts by design (SEL-2).
 */
type RawIncludeSharedMailboxes = boolean;
/**
 * Room and equipment mailboxes, which are disabled accounts by design (SEL-2).
 */
type RawIncludeResources = boolean;
/**
 * The time from one sync to the next.
 */
type RawSyncEvery = '1h' | '6h' | '12h' | '24h' | '3d' | '7d';
/**
 * How long users that are gone from the sync are kept before they are deleted (DEL-2): 7d or more days, or never.
 */
type RawDeleteAfter = string;
/**
 * Users, groups and aliases that are treated as if they were not in the directory (SEL-5).
 */
type RawExceptions = RawException[];
/**
 * Addresses that are users of the directory until the directory itself supplies them (MRG-4).
 */
type RawAdditions = string[];

/**
 * The file rollcall.yaml: what all customers of this repository share.
 */
export interface RawWorkspace {
  /**
   * The version of the file format.
   */
  apiVersion: 'rollcall/v1';
  /**
   * Says that this file is the workspace.
   */
  kind: 'Workspace';
  /**
   * Where the stored state lives: the rosters as they were last applied, their history and locks.
   */
  state?: {
    /**
     * The kind of database.
     */
    backend?: 'sqlite';
    /**
     * The database file, relative to this file. Keep it out of version control.
     */
    path?: string;
  };
  /**
   * Glob patterns of the customer files, relative to this file. A pattern that begins with ! leaves files out.
   *
   * @minItems 1
   */
  customers?: [string, ...string[]];
  /**
   * The profile of the e-mail security service: the name of one that is shipped (mailprotector, self-hosted, vipre), or the path to one. Or a block, to add to a profile or change it.
   */
  service?: string | RawService;
  /**
   * How the DNS is asked about the domains.
   */
  dns?: {
    /**
     * The resolvers to ask: IP addresses, with a port where it is not 53. Without it: those of the system.
     *
     * @minItems 1
     */
    resolvers?: [string, ...string[]];
    /**
     * Whether the zone's own name servers are asked for the ownership record too, each of them, past every cache.
     */
    authoritative?: boolean;
    /**
     * How long to wait for an answer before asking once more: a number with s or m.
     */
    timeout?: string;
  };
  gates?: RawGates;
  /**
   * The mail systems that the rosters take effect in: after the state, apply brings them in step.
   */
  targets?: RawTarget[];
  /**
   * Whose approvals count where apply is called with --require-approval.
   */
  approvals?: {
    /**
     * How many people have to approve a plan.
     */
    required?: number;
    /**
     * Those who may approve, each with the public key that the approvals are signed with.
     *
     * @minItems 1
     */
    keys: [RawApprovalKey, ...RawApprovalKey[]];
  };
  /**
   * What --redact goes by. It decides no plan.
   */
  redaction?: {
    key: RawSecretReference;
  };
  /**
   * The limits that hold for every customer unless its own file says otherwise.
   */
  safety?: {
    maxRemovals?: RawMaxRemovals;
    /**
     * How long a saved plan may still be applied (SAF-4): a number with s, m, h or d.
     */
    planTtl?: string;
  };
}
/**
 * A profile, with what this workspace adds to it.
 */
interface RawService {
  /**
   * The name of a profile that is shipped, or the path to one.
   */
  profile: string;
  /**
   * By the region's name: what the profile does not say of it, or says otherwise.
   */
  regions?: {
    [k: string]: RawRegion;
  };
  upload?: RawUpload;
}
/**
 * What is to be known of one region of the service. What a profile leaves out, the workspace may give.
 */
export interface RawRegion {
  /**
   * What people call the region. Without it: its name.
   */
  displayName?: string;
  /**
   * The networks that the service's mail comes from, IPv4 and IPv6, as CIDR: what firewalls let in and SPF records let send.
   *
   * @minItems 1
   */
  ranges?: [string, ...string[]];
  /**
   * The host names that the MX records of a domain must name at the best preference.
   *
   * @minItems 1
   */
  mx?: [string, ...string[]];
  /**
   * The host that customers send their outbound mail to.
   */
  smartHost?: string;
  /**
   * The domain that the SPF record of a customer's domain includes, so that the service may send for it.
   */
  spfInclude?: string;
}
/**
 * What the files of a CSV target look like.
 */
export interface RawUpload {
  /**
   * The columns in their order, one of them with the address. Without it: those that imports of CSV files read.
   *
   * @minItems 1
   * @maxItems 100
   */
  columns?: [RawUploadColumn, ...RawUploadColumn[]];
  /**
   * What stands between two cells.
   */
  delimiter?: ',' | ';' | 'tab';
  /**
   * What stands between two addresses of one cell: aliases, and members of groups.
   */
  separator?: ';' | ',' | '|' | 'space';
  /**
   * Whether distribution lists have rows too. Needs a column with the type, to tell them from users.
   */
  groups?: boolean;
  /**
   * Whether the file begins with one, so that Excel takes it for UTF-8.
   */
  bom?: boolean;
  /**
   * What ends each row.
   */
  lineEnd?: 'lf' | 'crlf';
}
/**
 * One column of an upload file: its name, and either what it holds of each user, or a text that is the same in every row.
 */
interface RawUploadColumn {
  /**
   * What stands in the header.
   */
  name: string;
  /**
   * What the cells hold: a synced attribute, the addresses, the type (user, publicFolder or group), the status, or the members of a group.
   */
  value?:
    | 'address'
    | 'aliases'
    | 'givenName'
    | 'surname'
    | 'displayName'
    | 'homePhone'
    | 'mobile'
    | 'company'
    | 'department'
    | 'notes'
    | 'type'
    | 'status'
    | 'members';
  /**
   * What every cell holds.
   */
  text?: string;
}
/**
 * What the DNS has to show of a verified domain before anything is applied: warn says what is wrong, block holds the customer back until it is right (DOM-4, DOM-5).
 */
export interface RawGates {
  /**
   * Whether MX records that do not lead to the service are a warning or hold the customer back. Without it: warn.
   */
  mx?: 'warn' | 'block';
  /**
   * Whether an SPF record that does not let the service send is a warning or holds the customer back. Without it: warn.
   */
  spf?: 'warn' | 'block';
  /**
   * A domain that is not verified holds back its own users, and nobody else (SEL-6). That cannot be turned off; verification: none of the domain is the way round.
   */
  ownership?: 'block';
}
/**
 * A Postfix gateway: its lookup tables are written.
 */
export interface RawPostfixTarget {
  /**
   * What the target is called in messages and on the command line: small letters, digits and -.
   */
  name: string;
  /**
   * A Postfix gateway.
   */
  type: 'postfix';
  /**
   * The customers that it serves: names, or globs. Without it: all.
   *
   * @minItems 1
   */
  customers?: [string, ...string[]];
  /**
   * The folder of the tables, relative to this file. It must exist, and nobody else should write into it.
   */
  dir: string;
  /**
   * How Postfix looks things up: texthash needs a reload after each change; lmdb, cdb and hash are seen by the next SMTP session; sqlite and pgsql at once.
   */
  maps: 'texthash' | 'lmdb' | 'cdb' | 'hash' | 'sqlite' | 'pgsql';
  database?: RawSecretReference;
  /**
   * Whether mail for a distribution list is handed to its members here (virtual_alias_maps), instead of to the list at the site.
   */
  expandGroups?: boolean;
  /**
   * The program that builds a lookup table. Without it: postmap.
   *
   * @minItems 1
   */
  postmap?: [string, ...string[]];
  /**
   * What must pass before new tables are put in place; false leaves it out. Without it: postfix check.
   */
  check?: [string, ...string[]] | false;
  /**
   * What makes Postfix see tables of a type that needs it; false leaves it out, where Postfix runs elsewhere. Without it: postfix reload.
   */
  reload?: [string, ...string[]] | false;
}
/**
 * Where the secret is to be had when it is needed. Exactly one of env, file and command; the secret itself never stands in a file of the workspace.
 */
export interface RawSecretReference {
  /**
   * The name of the environment variable that holds it.
   */
  env?: string;
  /**
   * A file that holds it, relative to this file. One line end at its end is dropped.
   */
  file?: string;
  /**
   * A program and its arguments; what it prints is the secret, less one line end. No shell is involved.
   *
   * @minItems 1
   */
  command?: [string, ...string[]];
}
/**
 * A service that speaks SCIM 2.0 (RFC 7643, RFC 7644).
 */
export interface RawScimTarget {
  /**
   * What the target is called in messages and on the command line: small letters, digits and -.
   */
  name: string;
  /**
   * A service that speaks SCIM 2.0.
   */
  type: 'scim';
  /**
   * The customers that it serves: names, or globs. Without it: all.
   *
   * @minItems 1
   */
  customers?: [string, ...string[]];
  /**
   * Where the service begins: what stands before /Users.
   */
  url: string;
  token: RawSecretReference;
  /**
   * Whether groups are written too, not only users.
   */
  groups?: boolean;
  /**
   * A PEM file of authorities to trust beside the usual ones, relative to this file.
   */
  ca?: string;
  /**
   * How many requests are under way at once.
   */
  parallelism?: number;
  /**
   * How long to wait for an answer: a number with s or m.
   */
  timeout?: string;
}
/**
 * Files to upload, one a customer, with the columns of the service's profile.
 */
export interface RawCsvTarget {
  /**
   * What the target is called in messages and on the command line: small letters, digits and -.
   */
  name: string;
  /**
   * Files for a service that only takes uploads.
   */
  type: 'csv';
  /**
   * The customers that it serves: names, or globs. Without it: all.
   *
   * @minItems 1
   */
  customers?: [string, ...string[]];
  /**
   * The folder of the files, relative to this file. It is made where it is missing.
   */
  dir: string;
  /**
   * full: everybody, in CUSTOMER.csv. changes: a file of what is new with each change as well.
   */
  flavour?: 'full' | 'changes';
}
/**
 * Somebody who may approve plans.
 */
interface RawApprovalKey {
  /**
   * What the person is called in approvals, and as the author of plans.
   */
  name: string;
  /**
   * The public Ed25519 key as PEM, relative to this file.
   */
  file: string;
}
/**
 * One customer: its domains, its directory and its users.
 */
export interface RawCustomer {
  /**
   * The version of the file format.
   */
  apiVersion: 'rollcall/v1';
  /**
   * Says that this file is a customer.
   */
  kind: 'Customer';
  /**
   * The key of the customer, everywhere: small letters, digits and -. It cannot be changed later without starting anew.
   */
  name: string;
  /**
   * What people call the customer. Without it: the name.
   */
  displayName?: string;
  /**
   * The region of the service that the customer is in, as the service's profile names it.
   */
  region?: string;
  /**
   * The most billable users that the customer pays for; a plan past it is blocked (CNT-1). Without it: no limit.
   */
  seats?: number;
  /**
   * The managed domains. Users and aliases in other domains are left out (SEL-6, SEL-7).
   */
  domains: RawDomain[];
  /**
   * The places of the customer's own that mail is delivered to.
   */
  sites?: RawSite[];
  /**
   * The customer's own servers that send mail out through the service.
   */
  outbound?: {
    /**
     * The servers that the service takes outbound mail from.
     */
    relays?: RawRelay[];
  };
  directory?: RawDirectory;
  /**
   * Decisions about users that are missing from the directory (DEL-7).
   */
  conflicts?: RawDecision[];
  /**
   * Users that the configuration itself states: shared mailboxes, devices, people outside the directory. Taking one out deletes it with the next apply (MRG-5).
   */
  users?: RawUser[];
  /**
   * Further users, from files.
   */
  imports?: RawImport[];
  gates?: RawGates;
  /**
   * The limits of this customer, in place of those of the workspace.
   */
  safety?: {
    maxRemovals?: RawMaxRemovals;
  };
}
/**
 * One managed domain.
 */
interface RawDomain {
  /**
   * The domain's name. Names beyond ASCII are taken as they are or as xn--.
   */
  name: string;
  /**
   * How ownership is proved: dns by a TXT record, none by your own word.
   */
  verification?: 'dns' | 'none';
  /**
   * The site that the domain's mail is delivered to: one of sites. Without it: the default site.
   */
  site?: string;
  /**
   * Takes the domain over from the customer that it is verified for, once this customer's own record is seen (DOM-3). That customer's users in it are deleted. Both may list the domain until then.
   */
  takeover?: boolean;
}
/**
 * A place of the customer's own that mail is delivered to.
 */
interface RawSite {
  /**
   * What domains call it by.
   */
  name: string;
  /**
   * Whether domains that name no site belong to this one. A single site is the default anyway.
   */
  default?: boolean;
  /**
   * The mail servers of the site.
   *
   * @minItems 1
   */
  servers: [RawServer, ...RawServer[]];
}
/**
 * One mail server.
 */
interface RawServer {
  /**
   * A host name or an IP address.
   */
  address: string;
  /**
   * The SMTP port.
   */
  port?: number;
  /**
   * Lower is tried first.
   */
  priority?: number;
}
/**
 * Servers that send mail out through the service.
 */
interface RawRelay {
  /**
   * What people call it.
   */
  name: string;
  /**
   * Where its mail comes from: IP addresses, or networks as CIDR.
   *
   * @minItems 1
   */
  addresses: [string, ...string[]];
}
/**
 * Active Directory, OpenLDAP or another LDAP directory.
 */
export interface RawLdapDirectory {
  /**
   * The kind of directory.
   */
  type: 'ldap';
  enabled?: RawEnabled;
  /**
   * The server: ldaps://HOST[:PORT] for TLS from the first byte, or ldap://HOST[:PORT] together with startTLS: true. Clear LDAP only with tls: 'off'.
   */
  url: string;
  /**
   * Turns to TLS on the clear port before anything else is said. For ldap:// only.
   */
  startTLS?: boolean;
  /**
   * How the server's certificate is checked, or 'off' for clear LDAP, which sends the password unprotected. TLS 1.2 at least.
   */
  tls?:
    | 'off'
    | {
        /**
         * A PEM file of the authorities to trust, relative to this file, in place of those that Node.js trusts.
         */
        ca?: string;
        /**
         * The name that the certificate must bear, where it is not the host of the URL.
         */
        serverName?: string;
      };
  /**
   * The kind of LDAP server. auto asks the server itself.
   */
  dialect?: 'auto' | 'activeDirectory' | 'openldap';
  /**
   * Where in the directory to look, each with everything below it.
   *
   * @minItems 1
   */
  baseDN: [string, ...string[]];
  /**
   * Where the mail-enabled public folders are, if not where the dialect has them.
   */
  publicFolderDN?: string;
  /**
   * Who to sign in as. Without it: anonymously.
   */
  bind?: {
    /**
     * The DN of the account; Active Directory also takes user@domain and DOMAIN\user.
     */
    dn: string;
    password: RawSecretReference;
  };
  /**
   * An LDAP filter that users and groups must match besides (SEL-4).
   */
  filter?: string;
  /**
   * Replaces the dialect's filter that tells users.
   */
  userFilter?: string;
  /**
   * Replaces the dialect's filter that tells groups.
   */
  groupFilter?: string;
  attributes?: RawAttributes;
  /**
   * What to do where the server points to another one: ignore leaves that part out, error fails the reading (SAF-2).
   */
  referrals?: 'ignore' | 'error';
  /**
   * How many entries to ask for at a time. Active Directory gives no more than 1000.
   */
  pageSize?: number;
  /**
   * How long to wait for the server.
   */
  timeouts?: {
    /**
     * To connect and sign in.
     */
    connect?: string;
    /**
     * For each page of the answer.
     */
    page?: string;
  };
  /**
   * What of the disabled and unusual is brought into the sync.
   */
  include?: {
    disabled?: RawIncludeDisabled;
    /**
     * Mail-enabled public folders (SEL-3).
     */
    publicFolders?: boolean;
    sharedMailboxes?: RawIncludeSharedMailboxes;
    resources?: RawIncludeResources;
  };
  /**
   * When rollcall sync does this customer.
   */
  sync?: {
    every?: RawSyncEvery;
  };
  deleteAfter?: RawDeleteAfter;
  exceptions?: RawExceptions;
  additions?: RawAdditions;
}
/**
 * Which LDAP attribute holds what, where the directory differs from its dialect.
 */
interface RawAttributes {
  /**
   * The attribute of the primary address.
   */
  primary?: string;
  /**
   * The attributes whose values are aliases.
   *
   * @minItems 1
   */
  aliases?: [string, ...string[]];
  /**
   * The attribute of the immutable id.
   */
  objectId?: string;
  /**
   * The attribute of the given name.
   */
  givenName?: string;
  /**
   * The attribute of the surname.
   */
  surname?: string;
  /**
   * The attribute of the display name.
   */
  displayName?: string;
  /**
   * The attribute of the home phone.
   */
  homePhone?: string;
  /**
   * The attribute of the mobile phone.
   */
  mobile?: string;
  /**
   * The attribute of the company.
   */
  company?: string;
  /**
   * The attribute of the department.
   */
  department?: string;
  /**
   * The attribute of the notes.
   */
  notes?: string;
  /**
   * The attribute of a group's members.
   */
  members?: string;
  /**
   * Who counts as disabled.
   */
  disabled?: {
    /**
     * The attribute to look at.
     */
    attribute: string;
    /**
     * Whoever has one of these values is disabled.
     *
     * @minItems 1
     */
    values: [string, ...string[]];
  };
}
/**
 * Exactly one of user, group and alias, by address. A user or group may be named by its object id too.
 */
interface RawException {
  /**
   * The address or object id of a user.
   */
  user?: string;
  /**
   * The address or object id of a group.
   */
  group?: string;
  /**
   * An alias that its user shall not have.
   */
  alias?: string;
}
/**
 * A tenant of Microsoft Entra ID, read through Microsoft Graph.
 */
export interface RawEntraDirectory {
  /**
   * The kind of directory.
   */
  type: 'entra';
  enabled?: RawEnabled;
  /**
   * The tenant's id, or one of its verified domains.
   */
  tenant: string;
  /**
   * The application (client) id of the app registration that Rollcall signs in as.
   */
  clientId: string;
  /**
   * How the app registration proves itself: exactly one of secret, certificate with key, and federated.
   */
  credential: {
    secret?: RawSecretReference;
    /**
     * The certificate that was uploaded to the app registration, as PEM. It goes with key.
     */
    certificate?: {
      /**
       * The file, relative to this file.
       */
      file: string;
    };
    key?: RawSecretReference;
    /**
     * The token of a pipeline or a workload in place of a secret: github, gitlab (its id token in ROLLCALL_ID_TOKEN), azure-pipelines, or a file that holds the token.
     */
    federated?:
      | ('github' | 'gitlab' | 'azure-pipelines')
      | {
          /**
           * The file, relative to this file. It is read anew for each token.
           */
          file: string;
        };
    /**
     * The day on which the secret or certificate ends, for a warning 30 days before (SAF-6). Rollcall has no right to see it itself.
     */
    expires?: string;
  };
  /**
   * The national cloud that the tenant is in, or the two hosts of one that is not named here.
   */
  cloud?:
    | ('global' | 'us-gov' | 'us-dod' | 'china')
    | {
        /**
         * Where tokens are issued.
         */
        login: string;
        /**
         * Where Microsoft Graph answers.
         */
        graph: string;
      };
  /**
   * An OData filter that users must match besides (SEL-4). Groups are not narrowed by it.
   */
  filter?: string;
  /**
   * How long to wait for Microsoft Graph.
   */
  timeouts?: {
    /**
     * For each answer.
     */
    page?: string;
    /**
     * In all, where Graph asks to wait and try again (429, 503, 504). After that the reading fails (SAF-2).
     */
    throttled?: string;
  };
  /**
   * What of the disabled and unusual is brought into the sync.
   */
  include?: {
    disabled?: RawIncludeDisabled;
    /**
     * Guests: users of another tenant who were invited (SEL-10).
     */
    guests?: boolean;
    sharedMailboxes?: RawIncludeSharedMailboxes;
    resources?: RawIncludeResources;
  };
  /**
   * When rollcall sync does this customer, and when it reads everything anew.
   */
  sync?: {
    every?: RawSyncEvery;
    /**
     * How long readings may build on the last full one before everything is read again. Without --full, a reading asks only for what changed since.
     */
    fullEvery?: string;
  };
  deleteAfter?: RawDeleteAfter;
  exceptions?: RawExceptions;
  additions?: RawAdditions;
}
/**
 * What to do with one user that is missing from the directory (DEL-7).
 */
interface RawDecision {
  /**
   * The address of the user.
   */
  user: string;
  /**
   * delete removes the user with the next apply; ignore keeps it in full; deactivate keeps it without access and mail.
   */
  action: 'delete' | 'ignore' | 'deactivate';
  /**
   * When the decision ends: a date, or a date with a time. Without it: never.
   */
  until?: string;
  /**
   * Why, for whoever reads it later.
   */
  reason?: string;
}
/**
 * One user that the configuration itself states.
 */
export interface RawUser {
  /**
   * The primary address, in a managed domain of the customer.
   */
  address: string;
  /**
   * Further addresses of the user, in managed domains of the customer.
   */
  aliases?: string[];
  /**
   * Where the user came from: manual for one entered by hand, smtp for one found by address discovery.
   */
  source?: 'manual' | 'smtp';
  /**
   * The given name of the user. What stands here wins over the directory (MRG-3).
   */
  givenName?: string;
  /**
   * The surname of the user. What stands here wins over the directory (MRG-3).
   */
  surname?: string;
  /**
   * The display name of the user. What stands here wins over the directory (MRG-3).
   */
  displayName?: string;
  /**
   * The home phone of the user. What stands here wins over the directory (MRG-3).
   */
  homePhone?: string;
  /**
   * The mobile phone of the user. What stands here wins over the directory (MRG-3).
   */
  mobile?: string;
  /**
   * The company of the user. What stands here wins over the directory (MRG-3).
   */
  company?: string;
  /**
   * The department of the user. What stands here wins over the directory (MRG-3).
   */
  department?: string;
  /**
   * The notes of the user. What stands here wins over the directory (MRG-3).
   */
  notes?: string;
  rules?: RawRules;
}
/**
 * The user's own lists of senders.
 */
interface RawRules {
  /**
   * Addresses or domains whose mail is let through.
   */
  allow?: string[];
  /**
   * Addresses or domains whose mail is refused.
   */
  deny?: string[];
}
/**
 * One file of users: a CSV file, or a YAML file of kind Users.
 */
export interface RawImport {
  /**
   * A CSV file with a header row, relative to this file.
   */
  csv?: string;
  /**
   * A YAML file of kind Users, relative to this file.
   */
  users?: string;
}
/**
 * A file of users that customer files import.
 */
export interface RawUsers {
  /**
   * The version of the file format.
   */
  apiVersion: 'rollcall/v1';
  /**
   * Says that this file is a list of users.
   */
  kind: 'Users';
  /**
   * Users that the configuration itself states: shared mailboxes, devices, people outside the directory. Taking one out deletes it with the next apply (MRG-5).
   */
  users?: RawUser[];
  /**
   * Further users, from files.
   */
  imports?: RawImport[];
}
/**
 * A file that describes an e-mail security service, for all its customers. Rollcall ships some; a workspace may bring its own.
 */
export interface RawProfile {
  /**
   * The version of the file format.
   */
  apiVersion: 'rollcall/v1';
  /**
   * Says that this file is a service profile.
   */
  kind: 'ServiceProfile';
  /**
   * What messages call the profile: small letters, digits and -.
   */
  name: string;
  /**
   * What people call the service. Without it: the name.
   */
  displayName?: string;
  /**
   * The TXT record by which a customer shows that a domain is its own (DOM-1).
   */
  ownership?: {
    /**
     * What stands before the domain in the name of the record; an empty text for the domain itself.
     */
    label: string;
    /**
     * The value of the record, with {token} where the domain's own token goes.
     */
    value: string;
  };
  /**
   * TCP ports.
   */
  ports?: {
    /**
     * The port that the service delivers mail to the customers' sites on.
     */
    delivery?: number;
    /**
     * The port that the smart host takes outbound mail on.
     */
    smartHost?: number;
  };
  /**
   * The regions of the service by their names, which customers give under region.
   */
  regions: {
    [k: string]: RawRegion;
  };
  upload?: RawUpload;
}
