/** A private Active Directory domain controller (Samba), on a loopback address of its own. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Certificates, makeCertificates } from './certificates.ts';
import { requirePeer } from './requirements.ts';
import { startServer, untilReady } from './server-process.ts';

const run = promisify(execFile);

export interface SambaOptions {
  /** Refuses passwords without TLS (result 8), as domain controllers do by default. */
  readonly requireStrongAuth?: boolean;
  /** What the domain holds from the start, as LDIF: for so much that adding it over LDAP takes long. It is made once on a machine. */
  readonly content?: string;
}

export interface Samba extends AsyncDisposable {
  readonly ip: string;
  /** `ldap://127.…`, which also does StartTLS. */
  readonly url: string;
  readonly ldapsUrl: string;
  /** The name in the certificate, besides the address. */
  readonly hostName: string;
  readonly caFile: string;
  readonly baseDN: string;
  readonly adminDN: string;
  readonly adminPassword: string;
  /** Runs `samba-tool`, 0.2 s a time, and returns what it prints. */
  tool(...args: readonly string[]): Promise<string>;
  /** Applies LDIF over LDAP as the administrator: records with a `changetype` as they say, records without one as additions. */
  modify(changes: string): Promise<void>;
  /** Runs `ldapsearch` as the administrator and returns its LDIF without line breaks in values. */
  search(filter: string, ...attributes: readonly string[]): Promise<string>;
  stop(): Promise<void>;
}

const REALM = 'corp.example.test';
/** The base DN of every domain here. */
export const SAMBA_BASE_DN = 'DC=corp,DC=example,DC=test';
const ADMIN_DN = `CN=Administrator,CN=Users,${SAMBA_BASE_DN}`;
const ADMIN_PASSWORD = 'Passw0rd-Admin!';
const HOST_NAME = `dc1.${REALM}`;

/** Starts it; ready when this resolves. The first start on a machine takes some seconds longer: it makes the domain that the others copy. */
export async function startSamba(options: SambaOptions = {}): Promise<Samba> {
  requirePeer('Samba AD DC');
  const provisioned = await domainWith(options.content ?? '');
  const dir = await mkdtemp(join(tmpdir(), 'rollcall-samba-'));
  try {
    return await startIn(dir, provisioned, options);
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    throw error;
  }
}

async function startIn(dir: string, provisioned: string, options: SambaOptions): Promise<Samba> {
  const ip = await freeAddress();
  await cp(provisioned, join(dir, 'dc'), { recursive: true, preserveTimestamps: true });
  await mkdir(join(dir, 'dc', 'run'), { recursive: true });
  const names = `DNS:${HOST_NAME},DNS:localhost,IP:${ip}`;
  const certificates = await makeCertificates(join(dir, 'tls'), { names });
  const config = join(dir, 'smb.conf');
  await writeFile(config, smbConf(dir, ip, certificates, options));
  const url = `ldap://${ip}`;
  const server = startServer('samba', ['-s', config, '-i', '-M', 'single'], join(dir, 'samba.log'));
  await untilReady(server, () =>
    run('ldapsearch', ['-x', '-H', url, '-b', '', '-s', 'base']).then(
      () => true,
      () => false,
    ),
  );
  const ldaps = `ldaps://${ip}`;
  const asAdmin = ['-x', '-H', ldaps, '-D', ADMIN_DN, '-w', ADMIN_PASSWORD];
  const env = { ...process.env, LDAPTLS_CACERT: certificates.caFile };
  const stop = async () => {
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  };
  return {
    ip,
    url,
    ldapsUrl: ldaps,
    hostName: HOST_NAME,
    caFile: certificates.caFile,
    baseDN: SAMBA_BASE_DN,
    adminDN: ADMIN_DN,
    adminPassword: ADMIN_PASSWORD,
    tool: async (...args) => (await run('samba-tool', [...args, '-s', config])).stdout,
    modify: async (changes) => {
      const file = join(dir, 'changes.ldif');
      await writeFile(file, changes);
      await run('ldapmodify', ['-a', ...asAdmin, '-f', file], { env });
    },
    search: async (filter, ...attributes) => {
      const how = ['-LLL', '-o', 'ldif-wrap=no', '-b', SAMBA_BASE_DN];
      return (await run('ldapsearch', [...how, ...asAdmin, filter, ...attributes], { env, maxBuffer: 2 ** 28 })).stdout;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** The folder of a domain that was made once on this machine, for this version of Samba and this content. */
async function domainWith(content: string): Promise<string> {
  const { stdout: version } = await run('samba', ['--version']);
  const digest = createHash('sha256').update(content).digest('hex').slice(0, 12);
  const cache = join(tmpdir(), `rollcall-samba-domain-${version.trim().replace(/[^\w.]+/g, '-')}-${digest}`);
  const domain = join(cache, 'dc');
  if (await exists(cache)) return domain;
  const fresh = await mkdtemp(`${cache}.`);
  if (content === '') await provision(fresh);
  else await extend(await domainWith(''), fresh, content);
  // Whoever comes first wins; to all others the domain is as good.
  await rename(fresh, cache).catch(() => rm(fresh, { recursive: true, force: true }));
  return domain;
}

async function provision(dir: string): Promise<void> {
  const config = join(dir, 'empty.conf');
  await writeFile(config, '');
  await run('samba-tool', [
    ...['domain', 'provision', `--configfile=${config}`, `--targetdir=${join(dir, 'dc')}`],
    ...[`--realm=${REALM.toUpperCase()}`, '--domain=CORP', '--server-role=dc', '--dns-backend=NONE'],
    ...[`--adminpass=${ADMIN_PASSWORD}`, '--host-name=dc1', '--host-ip=127.0.0.1'],
    ...['--option=interfaces = 127.0.0.1/8', '--option=bind interfaces only = yes'],
  ]);
}

async function extend(domain: string, dir: string, content: string): Promise<void> {
  await cp(domain, join(dir, 'dc'), { recursive: true });
  const file = join(dir, 'content.ldif');
  await writeFile(file, content);
  await run('ldbadd', ['-H', join(dir, 'dc', 'private', 'sam.ldb'), file]);
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** An address of 127/8 on which nobody serves LDAP. */
async function freeAddress(): Promise<string> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const octet = () => 1 + Math.floor(Math.random() * 254);
    const ip = `127.${1 + octet()}.${octet()}.${octet()}`;
    const server = createServer().listen(389, ip);
    const isFree = await Promise.race([
      once(server, 'listening').then(() => true),
      once(server, 'error').then(() => false),
    ]);
    server.close();
    if (isFree) return ip;
  }
  throw new Error('No loopback address has port 389 free.');
}

function smbConf(dir: string, ip: string, tls: Certificates, { requireStrongAuth = false }: SambaOptions): string {
  const base = join(dir, 'dc');
  return `[global]
  netbios name = DC1
  realm = ${REALM.toUpperCase()}
  workgroup = CORP
  server role = active directory domain controller
  server services = ldap
  interfaces = ${ip}/8
  bind interfaces only = yes
  private dir = ${base}/private
  state directory = ${base}/state
  cache directory = ${base}/cache
  lock directory = ${base}
  pid directory = ${base}/run
  ncalrpc dir = ${base}/run/ncalrpc
  ntp signd socket directory = ${base}/ntp
  winbindd socket directory = ${base}/winbindd
  log file = ${base}/log.%m
  ldap server require strong auth = ${requireStrongAuth ? 'yes' : 'no'}
  tls enabled = yes
  tls keyfile = ${tls.keyFile}
  tls certfile = ${tls.certFile}
  tls cafile = ${tls.caFile}
`;
}
