/** A private PostgreSQL on loopback, in a folder of its own. */
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { freePort } from './port.ts';
import { findProgram, requirePeer } from './requirements.ts';
import { startServer, untilReady } from './server-process.ts';

const run = promisify(execFile);
/** It refuses to run as root. */
const AS_POSTGRES = ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups'] as const;
const PASSWORD = 's3cret/p@ss';

export interface Postgres extends AsyncDisposable {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** With the password in it. */
  readonly url: string;
  query(sql: string, values?: readonly unknown[]): Promise<readonly Readonly<Record<string, unknown>>[]>;
  stop(): Promise<void>;
}

export async function startPostgres(): Promise<Postgres> {
  requirePeer('PostgreSQL');
  const dir = await mkdtemp(join(tmpdir(), 'rollcall-postgres-'));
  const isRoot = process.geteuid?.() === 0;
  const as = (words: readonly string[]) => (isRoot ? [...AS_POSTGRES, ...words] : words);
  await chmod(dir, 0o755);
  if (isRoot) await run('chown', ['postgres', dir]);
  const data = join(dir, 'data');
  const [init = '', ...words] = as([
    findProgram('initdb') ?? 'initdb',
    '-D',
    data,
    '-A',
    'trust',
    '-U',
    'app',
    '--no-sync',
  ]);
  await run(init, words);
  const port = await freePort();
  const settings = ['listen_addresses=127.0.0.1', `unix_socket_directories=${dir}`, 'fsync=off'];
  const [program = '', ...rest] = as([
    findProgram('postgres') ?? 'postgres',
    ...['-D', data, '-p', String(port)],
    ...settings.flatMap((setting) => ['-c', setting]),
  ]);
  const server = startServer(program, rest, join(dir, 'console'));
  const url = `postgresql://app:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/postgres`;
  const query = async (sql: string, values: readonly unknown[] = []) => {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query(sql, [...values])).rows;
    } finally {
      await client.end();
    }
  };
  await untilReady(server, () =>
    query('SELECT 1').then(
      () => true,
      () => false,
    ),
  );
  const stop = async () => {
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  };
  return { port, user: 'app', password: PASSWORD, url, query, stop, [Symbol.asyncDispose]: stop };
}
