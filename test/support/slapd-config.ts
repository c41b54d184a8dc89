/** The configuration of the private OpenLDAP server, as LDIF for its `cn=config`. */
import type { Certificates } from './certificates.ts';

export interface SlapdLimits {
  /** The most entries that one search brings the reader, paged or not; unlimited unless given. */
  readonly sizeLimit?: number;
  /** The most entries that all pages of one search bring the reader together, in place of `sizeLimit`. `disabled` refuses paging. */
  readonly prTotal?: number | 'disabled';
  /** Where the server refers those who ask for a base DN that is not its own. */
  readonly referral?: string;
  /** Refuses a simple bind without TLS (result 13). */
  readonly requireTls?: boolean;
}

export interface SlapdNames {
  readonly dir: string;
  readonly suffix: string;
  readonly adminDN: string;
  readonly readerDN: string;
  readonly certificates: Certificates;
}

// Attributes that other products bring (Red Hat, qmail), and two of nobody's. OIDs under 32473 are for examples (RFC 5612).
const FURTHER_SCHEMA = `dn: cn=further,cn=schema,cn=config
objectClass: olcSchemaConfig
cn: further
olcAttributeTypes: ( 2.16.840.1.113730.3.1.610 NAME 'nsAccountLock' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
olcAttributeTypes: ( 1.3.6.1.4.1.32473.1.3 NAME 'mailAlternateAddress' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
olcAttributeTypes: ( 1.3.6.1.4.1.32473.1.1 NAME 'mailAlias' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
olcAttributeTypes: ( 1.3.6.1.4.1.32473.1.2 NAME 'staffNumber' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
`;

/** msuser needs nis before it; its proxyAddresses has no equality rule, so no filter can ask for one. */
export function slapdConfig(names: SlapdNames, limits: SlapdLimits): string {
  const { dir, certificates } = names;
  const referral = limits.referral === undefined ? '' : `olcReferral: ${limits.referral}\n`;
  return `dn: cn=config
objectClass: olcGlobal
cn: config
olcPidFile: ${dir}/slapd.pid
olcArgsFile: ${dir}/slapd.args
olcTLSCACertificateFile: ${certificates.caFile}
olcTLSCertificateFile: ${certificates.certFile}
olcTLSCertificateKeyFile: ${certificates.keyFile}
olcSizeLimit: unlimited
${referral}
dn: cn=module{0},cn=config
objectClass: olcModuleList
cn: module{0}
olcModulePath: /usr/lib/ldap
olcModuleLoad: back_mdb
olcModuleLoad: ppolicy
olcModuleLoad: syncprov

dn: cn=schema,cn=config
objectClass: olcSchemaConfig
cn: schema

include: file:///etc/ldap/schema/core.ldif
include: file:///etc/ldap/schema/cosine.ldif
include: file:///etc/ldap/schema/inetorgperson.ldif
include: file:///etc/ldap/schema/nis.ldif
include: file:///etc/ldap/schema/misc.ldif
include: file:///etc/ldap/schema/msuser.ldif

${FURTHER_SCHEMA}
dn: olcDatabase={-1}frontend,cn=config
objectClass: olcDatabaseConfig
objectClass: olcFrontendConfig
olcDatabase: {-1}frontend
olcAccess: to dn.base="" by * read
olcAccess: to dn.base="cn=Subschema" by * read

dn: olcDatabase={0}config,cn=config
objectClass: olcDatabaseConfig
olcDatabase: {0}config

${database(names, limits)}`;
}

function database({ dir, suffix, adminDN, readerDN }: SlapdNames, limits: SlapdLimits): string {
  const { sizeLimit = 'unlimited' } = limits;
  const prTotal = limits.prTotal ?? (sizeLimit === 'unlimited' ? 'unlimited' : 'hard');
  const size = `size.soft=${sizeLimit} size.hard=${sizeLimit} size.prtotal=${prTotal}`;
  const security = limits.requireTls === true ? 'olcSecurity: simple_bind=128\n' : '';
  return `dn: olcDatabase={1}mdb,cn=config
objectClass: olcDatabaseConfig
objectClass: olcMdbConfig
olcDatabase: {1}mdb
olcDbDirectory: ${dir}/db
olcSuffix: ${suffix}
olcRootDN: ${adminDN}
olcRootPW: admin-secret
olcDbMaxSize: 4294967296
olcDbNoSync: TRUE
olcDbIndex: objectClass eq
olcDbIndex: entryUUID,entryCSN eq
olcDbIndex: cn,mail eq
${security}olcLimits: dn.exact="${readerDN}" ${size}
olcAccess: to attrs=userPassword by anonymous auth by * none
olcAccess: to * by dn.exact="${readerDN}" read by * none
`;
}
