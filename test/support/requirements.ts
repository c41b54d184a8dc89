/** The real peers that tests talk to: what each needs, and how to get it. */
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

interface Peer {
  readonly programs: readonly string[];
  readonly install: string;
  readonly needsRoot?: boolean;
}

const PEERS = {
  OpenLDAP: {
    programs: ['slapd', 'slapadd', 'ldapmodify', 'ldapsearch', 'openssl'],
    install: 'apt-get install -y --no-install-recommends slapd ldap-utils openssl',
  },
  'Samba AD DC': {
    programs: ['samba', 'samba-tool', 'ldbadd', 'ldapsearch', 'ldapmodify', 'openssl'],
    install:
      'apt-get install -y --no-install-recommends samba samba-ad-provision winbind smbclient ldb-tools python3-samba samba-dsdb-modules samba-vfs-modules ldap-utils openssl',
    needsRoot: true,
  },
  'DNS server': {
    programs: ['nsd', 'nsd-control', 'unbound'],
    install: 'apt-get install -y --no-install-recommends nsd unbound',
  },
  'DNS server on port 53': {
    programs: ['nsd', 'nsd-control', 'unbound'],
    install: 'apt-get install -y --no-install-recommends nsd unbound',
    needsRoot: true,
  },
  Postfix: {
    programs: ['postfix', 'master', 'postmap', 'postconf', 'openssl'],
    install:
      'apt-get install -y --no-install-recommends postfix postfix-lmdb postfix-cdb postfix-sqlite postfix-pgsql openssl',
    needsRoot: true,
  },
  git: { programs: ['git'], install: 'apt-get install -y --no-install-recommends git' },
  PostgreSQL: {
    programs: ['initdb', 'postgres'],
    install: 'apt-get install -y --no-install-recommends postgresql',
  },
  mandoc: { programs: ['mandoc'], install: 'apt-get install -y --no-install-recommends mandoc' },
  Chromium: {
    programs: ['chromium'],
    install: 'apt-get install -y --no-install-recommends chromium',
  },
} as const satisfies Record<string, Peer>;

export type PeerName = keyof typeof PEERS;

// Debian keeps servers out of an ordinary user's PATH.
const SYSTEM_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/sbin', '/usr/lib/postfix/sbin', ...postgresFolders()];

/** Debian has a folder for each version; the newest comes first. */
function postgresFolders(): readonly string[] {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root) : [];
  return versions.sort((a, b) => Number(b) - Number(a)).map((version) => join(root, version, 'bin'));
}

/** Throws an error that names the missing program and the way to get it, if this peer cannot be run here. */
export function requirePeer(name: PeerName): void {
  const peer: Peer = PEERS[name];
  const missing = peer.programs.filter((program) => findProgram(program) === null);
  if (missing.length > 0) {
    throw new Error(
      `This test talks to a real ${name}, and ${missing.join(', ')} cannot be found. On Debian or Ubuntu: ${peer.install}`,
    );
  }
  if (peer.needsRoot === true && process.getuid?.() !== 0) {
    throw new Error(
      `This test starts a real ${name}, which must be started by root. Run the tests as root, in a container.`,
    );
  }
}

/** The path of a program, also where only the system's PATH would find it; null if there is none. */
export function findProgram(program: string): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...SYSTEM_FOLDERS];
  for (const folder of folders) {
    const path = join(folder, program);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}
