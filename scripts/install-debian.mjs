/**
 * Installs the Debian packages that the tests and the demo need: those that are missing, as root, on Debian. Elsewhere it says what to run.
 * As a program it takes the names of peers, all of them if none is named, and never fails: a test that misses its peer says so itself.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What each peer comes in. */
export const PEERS = {
  openldap: ['slapd', 'ldap-utils', 'openssl'],
  samba: [
    'samba',
    'samba-ad-provision',
    'samba-dsdb-modules',
    'samba-vfs-modules',
    'winbind',
    'smbclient',
    'ldb-tools',
    'python3-samba',
  ],
  postfix: ['postfix', 'postfix-lmdb', 'postfix-cdb', 'postfix-sqlite', 'postfix-pgsql', 'openssl'],
  postgresql: ['postgresql'],
  dns: ['nsd', 'unbound'],
  shells: ['zsh', 'fish'],
  mandoc: ['mandoc'],
  chromium: ['chromium'],
};

/** Services that these packages would start, now and with every boot. */
const SERVICES = ['slapd', 'smbd', 'nmbd', 'winbind', 'samba-ad-dc', 'nsd', 'unbound', 'postfix', 'postgresql'];
const SENDMAIL = '/usr/sbin/sendmail';
const POLICY = '/usr/sbin/policy-rc.d';
const INSTALL = ['install', '-y', '-qq', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300'];

/**
 * Installs what is missing of `packages`, after telling `say` about it. Returns what is missing still, and why; where the packages are not
 * Debian's to manage, that is nothing.
 */
export async function installMissing(packages, say) {
  const missing = await missingOf(packages);
  if (missing.length === 0) return { missing, reason: null };
  if (process.getuid?.() !== 0) return { missing, reason: 'Only root may install packages.' };
  const harmless = missing.filter(displacesNothing);
  const reason =
    harmless.length < missing.length ? 'Postfix would take the place of the mail server that is here.' : null;
  if (harmless.length === 0) return { missing, reason };
  say(`Installing ${harmless.join(', ')} (Debian packages) …`);
  try {
    await install(harmless);
  } catch (error) {
    return { missing: await missingOf(packages), reason: `apt-get failed: ${lastLines(error)}` };
  }
  return { missing: await missingOf(packages), reason };
}

/** Debian has one mail server at a time: to install Postfix is to remove another. */
function displacesNothing(name) {
  return !/^postfix(?:-|$)/.test(name) || !existsSync(SENDMAIL) || existsSync('/usr/sbin/postmap');
}

/** The command that installs packages by hand. */
export function installCommand(packages) {
  return `sudo apt-get install --no-install-recommends ${packages.join(' ')}`;
}

async function missingOf(packages) {
  if (!existsSync('/usr/bin/dpkg-query')) return [];
  const states = await Promise.all(
    packages.map((name) =>
      run('dpkg-query', ['-W', '-f', `\${db:Status-Status}`, name]).then(
        ({ stdout }) => stdout,
        () => 'unknown',
      ),
    ),
  );
  return packages.filter((_, index) => states[index] !== 'installed');
}

async function install(packages) {
  const present = SERVICES.filter(hasService);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };
  // Lists that cannot be brought up to date may still be good enough.
  await run('apt-get', ['update', '-qq'], { env }).catch(() => {});
  if (packages.includes('slapd')) await answer('slapd slapd/no_configuration boolean true');
  if (packages.includes('postfix')) await answer('postfix postfix/main_mailer_type select No configuration');
  await withServicesHeld(() => run('apt-get', [...INSTALL, ...packages], { env, maxBuffer: 2 ** 26 }));
  for (const service of SERVICES.filter((name) => !present.includes(name) && hasService(name))) {
    await run('update-rc.d', [service, 'disable']).catch(() => {});
  }
}

function hasService(name) {
  return existsSync(`/etc/init.d/${name}`);
}

/** Debian would make a directory, and a mail server, for the machine; only the programs are wanted. */
function answer(selection) {
  return new Promise((resolve) => {
    const child = execFile('debconf-set-selections', () => resolve());
    child.stdin.on('error', () => {});
    child.stdin.end(`${selection}\n`);
  });
}

/** No installed service is started meanwhile, unless the machine has a policy of its own about that. */
async function withServicesHeld(work) {
  if (existsSync(POLICY)) return work();
  await writeFile(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  const letGo = () => rm(POLICY, { force: true });
  const onSignal = () => letGo().finally(() => process.exit(130));
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  try {
    return await work();
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    await letGo();
  }
}

function lastLines({ stderr, message }) {
  return (stderr || message).trim().split('\n').slice(-5).join('\n');
}

async function main(names) {
  const packages = (names.length === 0 ? Object.keys(PEERS) : names).flatMap((name) => PEERS[name] ?? []);
  const { missing, reason } = await installMissing(packages, (text) => console.log(text));
  if (missing.length === 0) return;
  console.log(
    `Missing: ${missing.join(', ')}. ${reason ?? ''}\nSome tests will fail without them. To get them: ${installCommand(missing)}\n`,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2));
