/** A private OpenLDAP server with the schema of Active Directory's mail attributes, on loopback, in a folder of its own. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeCertificates } from './certificates.ts';
import { GROUPS, ldif, PEOPLE, SUFFIX } from './people.ts';
import { freePort } from './port.ts';
import { findProgram, requirePeer } from './requirements.ts';
import { startServer, untilReady } from './server-process.ts';
import { type SlapdLimits, slapdConfig } from './slapd-config.ts';

const run = promisify(execFile);

export interface SlapdOptions extends SlapdLimits {
  /** Entries under the suffix, as LDIF (people.ts makes it). `ou=people`, `ou=groups` and the reader are there already. */
  readonly ldif?: string;
  /** What the server's certificate is for; `DNS:localhost,IP:127.0.0.1` unless given. */
  readonly certificateNames?: string;
  /** How long the certificate is valid; a negative number makes one that has expired. */
  readonly certificateDays?: number;
}

export interface Slapd extends AsyncDisposable {
  /** `ldap://127.0.0.1:…`, which also does StartTLS. */
  readonly url: string;
  readonly ldapsUrl: string;
  readonly port: number;
  readonly caFile: string;
  readonly suffix: string;
  readonly adminDN: string;
  readonly adminPassword: string;
  /** May read everything but passwords, under the limits of the options. */
  readonly readerDN: string;
  readonly readerPassword: string;
  /** Applies LDIF: records with a `changetype` as they say, records without one as additions. */
  modify(changes: string): Promise<void>;
  /** Runs `ldapsearch` as the reader, paged, and returns its LDIF without line breaks in values. */
  search(filter: string, ...attributes: readonly string[]): Promise<string>;
  stop(): Promise<void>;
}

const READER_DN = `cn=reader,ou=service,${SUFFIX}`;
const ADMIN_DN = `cn=admin,${SUFFIX}`;

/** Starts it; ready when this resolves. 100,000 people load in about two seconds. */
export async function startSlapd(options: SlapdOptions = {}): Promise<Slapd> {
  requirePeer('OpenLDAP');
  const dir = await mkdtemp(join(tmpdir(), 'rollcall-slapd-'));
  try {
    return await startIn(dir, options);
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    throw error;
  }
}

async function startIn(dir: string, options: SlapdOptions): Promise<Slapd> {
  const [port, tlsPort] = await Promise.all([freePort(), freePort()]);
  const certificates = await makeCertificates(join(dir, 'tls'), {
    names: options.certificateNames ?? 'DNS:localhost,IP:127.0.0.1',
    days: options.certificateDays ?? 30,
  });
  await Promise.all([mkdir(join(dir, 'conf')), mkdir(join(dir, 'db'))]);
  const names = { dir, suffix: SUFFIX, adminDN: ADMIN_DN, readerDN: READER_DN, certificates };
  await load(dir, 0, slapdConfig(names, options));
  await load(dir, 1, BASE + (options.ldif ?? ''));
  const url = `ldap://127.0.0.1:${port}`;
  const ldapsUrl = `ldaps://127.0.0.1:${tlsPort}`;
  const server = startServer(
    'slapd',
    ['-d', '0', '-F', join(dir, 'conf'), '-h', `${url} ${ldapsUrl}`],
    join(dir, 'log'),
  );
  await untilReady(server, () =>
    run('ldapsearch', ['-x', '-H', url, '-b', '', '-s', 'base']).then(
      () => true,
      () => false,
    ),
  );
  const stop = async () => {
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  };
  return {
    url,
    ldapsUrl,
    port,
    caFile: certificates.caFile,
    suffix: SUFFIX,
    adminDN: ADMIN_DN,
    adminPassword: 'admin-secret',
    readerDN: READER_DN,
    readerPassword: 'reader-secret',
    modify: (changes) => modify(dir, url, changes),
    search: async (filter, ...attributes) => {
      const who = ['-D', READER_DN, '-w', 'reader-secret'];
      const how = ['-x', '-LLL', '-o', 'ldif-wrap=no', '-E', 'pr=1000/noprompt', '-H', url, '-b', SUFFIX];
      const { stdout } = await run('ldapsearch', [...how, ...who, filter, ...attributes], { maxBuffer: 2 ** 29 });
      return stdout;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

const BASE = [
  ldif(SUFFIX, { objectClass: ['dcObject', 'organization'], o: 'Example', dc: 'example' }),
  ldif(PEOPLE, { objectClass: 'organizationalUnit', ou: 'people' }),
  ldif(GROUPS, { objectClass: 'organizationalUnit', ou: 'groups' }),
  ldif(`ou=service,${SUFFIX}`, { objectClass: 'organizationalUnit', ou: 'service' }),
  ldif(READER_DN, {
    objectClass: ['applicationProcess', 'simpleSecurityObject'],
    cn: 'reader',
    userPassword: 'reader-secret',
  }),
].join('');

async function load(dir: string, database: number, text: string): Promise<void> {
  const file = join(dir, `load${database}.ldif`);
  await writeFile(file, text);
  const quick = database === 0 ? [] : ['-q'];
  await run(findProgram('slapadd') ?? 'slapadd', [...quick, `-n${database}`, '-F', join(dir, 'conf'), '-l', file]);
}

async function modify(dir: string, url: string, changes: string): Promise<void> {
  const file = join(dir, 'changes.ldif');
  await writeFile(file, changes);
  // -M: a referral object is changed itself, not what it points to.
  await run('ldapmodify', ['-a', '-M', '-x', '-H', url, '-D', ADMIN_DN, '-w', 'admin-secret', '-f', file]);
}
