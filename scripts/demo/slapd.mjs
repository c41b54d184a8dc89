/** An OpenLDAP server of the demo's own: its configuration and data in a folder of their own, a plain process on loopback. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ADMIN_PASSWORD = 'demo-admin';

/** The programs that it takes. */
export const SLAPD_PROGRAMS = ['slapd', 'slapadd', 'ldapmodify', 'ldapsearch'];

/** The path of a program, also where Debian keeps servers out of an ordinary user's PATH; undefined if there is none. */
export function findProgram(name) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', '/sbin'];
  return folders
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/**
 * Starts it in `folder` with one database for each of `databases` ({suffix, ldif}); it answers when this resolves. Rejects, with what
 * the server said, if it does not start.
 */
export async function startSlapd(folder, databases) {
  const conf = join(folder, 'conf');
  await mkdir(conf, { recursive: true });
  for (const index of databases.keys()) await mkdir(join(folder, `db${index + 1}`));
  await load(folder, 0, configuration(folder, databases));
  for (const [index, { ldif }] of databases.entries()) await load(folder, index + 1, ldif);
  const port = await freePort();
  const url = `ldap://127.0.0.1:${port}`;
  const server = serve(['-d', '0', '-F', conf, '-h', url]);
  await untilReady(server, url);
  return {
    url,
    /** Of `cn=admin` in each database. */
    adminPassword: ADMIN_PASSWORD,
    stop: server.stop,
  };
}

async function load(folder, number, text) {
  const file = join(folder, `load${number}.ldif`);
  await writeFile(file, text);
  await run(findProgram('slapadd'), [`-n${number}`, '-F', join(folder, 'conf'), '-l', file]);
}

/** The kernel ends the server with us, where setpriv can ask it to: a demo that is killed leaves nothing behind. */
function serve(args) {
  const guard = findProgram('setpriv');
  const command = [...(guard === undefined ? [] : [guard, '--pdeathsig', 'KILL']), findProgram('slapd'), ...args];
  const child = spawn(command[0], command.slice(1), { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (data) => {
    said = (said + data).slice(-2000);
  });
  const ended = once(child, 'exit').catch(() => {});
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  return {
    hasEnded,
    said: () => said,
    async stop() {
      if (hasEnded()) return;
      child.kill('SIGTERM');
      await Promise.race([ended, wait(5000, undefined, { ref: false })]);
      if (!hasEnded()) child.kill('SIGKILL');
      await ended;
    },
  };
}

async function untilReady(server, url) {
  for (const start = performance.now(); performance.now() - start < 20_000; await wait(20)) {
    const answers = await run('ldapsearch', ['-x', '-H', url, '-b', '', '-s', 'base']).then(
      () => true,
      () => false,
    );
    if (answers) return;
    if (server.hasEnded()) throw new Error(`slapd did not start: ${server.said()}`);
  }
  await server.stop();
  throw new Error('slapd did not answer within 20 seconds.');
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** inetLocalMailRecipient, whose mailLocalAddress are aliases, stands in misc. */
const SCHEMAS = ['core', 'cosine', 'inetorgperson', 'misc'];

function configuration(folder, databases) {
  return `dn: cn=config
objectClass: olcGlobal
cn: config
olcPidFile: ${folder}/slapd.pid
olcArgsFile: ${folder}/slapd.args
olcSizeLimit: unlimited

dn: cn=module{0},cn=config
objectClass: olcModuleList
cn: module{0}
olcModulePath: /usr/lib/ldap
olcModuleLoad: back_mdb
olcModuleLoad: ppolicy

dn: cn=schema,cn=config
objectClass: olcSchemaConfig
cn: schema

${SCHEMAS.map((name) => `include: file:///etc/ldap/schema/${name}.ldif`).join('\n')}

dn: olcDatabase={-1}frontend,cn=config
objectClass: olcDatabaseConfig
objectClass: olcFrontendConfig
olcDatabase: {-1}frontend
olcAccess: to dn.base="" by * read
olcAccess: to dn.base="cn=Subschema" by * read

dn: olcDatabase={0}config,cn=config
objectClass: olcDatabaseConfig
olcDatabase: {0}config

${databases.map(({ suffix }, index) => database(folder, suffix, index + 1)).join('\n')}`;
}

/** Who reads is `cn=rollcall`, an entry among the data. */
function database(folder, suffix, number) {
  return `dn: olcDatabase={${number}}mdb,cn=config
objectClass: olcDatabaseConfig
objectClass: olcMdbConfig
olcDatabase: {${number}}mdb
olcDbDirectory: ${folder}/db${number}
olcSuffix: ${suffix}
olcRootDN: cn=admin,${suffix}
olcRootPW: ${ADMIN_PASSWORD}
olcDbIndex: objectClass eq
olcDbIndex: entryUUID,entryCSN eq
olcAccess: to attrs=userPassword by anonymous auth by * none
olcAccess: to * by dn.exact="cn=rollcall,${suffix}" read by * none
`;
}
