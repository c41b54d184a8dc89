/** What the demo and its recordings are played in: the directories, and a copy of the example workspace that points to them. */
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ACME, acmeLdif, BIRCH, birchLdif } from './people.mjs';
import { startSlapd } from './slapd.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Tests may play with another build, such as an installed package's. */
export const PROGRAM = process.env.ROLLCALL_PROGRAM ?? join(ROOT, 'dist/cli/main.js');
export const EXAMPLE = join(ROOT, 'examples/msp');
export const PASSWORDS = { ACME_LDAP_PASSWORD: 'demo-reader', BIRCH_LDAP_PASSWORD: 'demo-reader' };

/** Starts the server with both directories as they are on the first day. */
export async function startDirectories(folder) {
  await mkdir(join(folder, 'slapd'));
  return startSlapd(join(folder, 'slapd'), [
    { suffix: ACME.suffix, ldif: acmeLdif() },
    { suffix: BIRCH.suffix, ldif: birchLdif() },
  ]);
}

/** Copies the example into `folder` and returns the copy's path. With a server, the copy names that one. */
export async function copyWorkspace(folder, server) {
  const workspace = join(folder, 'msp');
  const isOurs = (path) => !/\/(\.rollcall|plan\.json)$/.test(path);
  await cp(EXAMPLE, workspace, { recursive: true, filter: isOurs });
  if (server !== null) await pointTo(server, workspace);
  return workspace;
}

/** The example names servers that do not exist. The one that does is on loopback, so it speaks clear LDAP. */
async function pointTo(server, workspace) {
  for (const customer of [ACME, BIRCH]) {
    const file = join(workspace, 'customers', `${customer.name}.yaml`);
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace(/^ {2}url: .*$/m, `  url: ${server.url}\n  tls: 'off'`));
  }
}

/** The command that applies LDIF to Acme's directory. It is run in the workspace; what is the demo's own stays beside that. */
export async function changeCommand(folder, server, ldif) {
  await writeFile(join(folder, 'next-day.ldif'), ldif);
  await writeFile(join(folder, 'admin.password'), server.adminPassword, { mode: 0o600 });
  const who = ['-x', '-H', server.url, '-D', `cn=admin,${ACME.suffix}`, '-y', '../admin.password'];
  return ['ldapmodify', ...who, '-f', '../next-day.ldif'];
}
