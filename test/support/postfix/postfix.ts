/** A private Postfix gateway on loopback, in a folder of its own. It delivers nothing: what it takes stays in its queue. */
import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../port.ts';
import { findProgram, requirePeer } from '../requirements.ts';
import { startServer, untilReady } from '../server-process.ts';
import { MASTER, mainConfig } from './postfix-config.ts';

const run = promisify(execFile);

export interface PostfixOptions {
  /** Domains that it takes mail for. */
  readonly domains: readonly string[];
  /** The recipients that it knows, or `all`: whatever stands before the domain. */
  readonly recipients: readonly string[] | 'all';
  /** Turns STARTTLS on. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string };
  /** Further parameters of main.cf; they come last and win. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface Postfix extends AsyncDisposable {
  readonly port: number;
  /** The folder of its configuration, for its programs: `postfix -c`. */
  readonly etc: string;
  /** All that it has logged so far. */
  log(): Promise<string>;
  stop(): Promise<void>;
}

/** Starts it; ready when this resolves. */
export async function startPostfix(options: PostfixOptions): Promise<Postfix> {
  requirePeer('Postfix');
  const dir = await mkdtemp(join(tmpdir(), 'rollcall-postfix-'));
  try {
    return await startIn(dir, options);
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    throw error;
  }
}

async function startIn(dir: string, options: PostfixOptions): Promise<Postfix> {
  const port = await freePort();
  const etc = join(dir, 'etc');
  await writeFiles(dir, port, options);
  // Not by `postfix start-fg`: its shell would end with the test, and leave the master behind.
  // It gives up its rights for a moment, and with them the kernel's word to end it with us; so it ends after a while by itself.
  const server = startServer('master', ['-c', etc, '-d', '-e', '900'], join(dir, 'console'));
  const log = () => readFile(join(dir, 'queue', 'maillog'), 'utf8').catch(() => '');
  try {
    await untilReady(server, () => greets(port));
  } catch (error) {
    await server.stop();
    throw new Error(`Postfix did not start:\n${await log()}`, { cause: error });
  }
  const stop = async () => {
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  };
  return { port, etc, log, stop, [Symbol.asyncDispose]: stop };
}

async function writeFiles(dir: string, port: number, options: PostfixOptions): Promise<void> {
  const etc = join(dir, 'etc');
  for (const folder of ['etc/dynamicmaps.cf.d', 'etc/postfix-files.d', 'queue', 'data', 'maps']) {
    await mkdir(join(dir, folder), { recursive: true });
  }
  // The services of Postfix run as a user of their own.
  await chmod(dir, 0o755);
  await run('chown', ['postfix', join(dir, 'data')]);
  for (const file of ['dynamicmaps.cf', 'postfix-files']) await copyFile(join('/etc/postfix', file), join(etc, file));
  const lines = (keys: readonly string[]) => keys.map((key) => `${key} OK\n`).join('');
  await writeFile(join(dir, 'maps', 'domains'), lines(options.domains));
  await writeFile(join(dir, 'maps', 'recipients'), lines(options.recipients === 'all' ? [] : options.recipients));
  await writeFile(join(etc, 'main.cf'), mainConfig(dir, options));
  await writeFile(join(etc, 'master.cf'), `127.0.0.1:${port} inet n - n - - smtpd\n${MASTER}`);
  await run(findProgram('postfix') ?? 'postfix', ['-c', etc, 'check']);
}

function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('data', (chunk) => end(chunk.toString().startsWith('220')));
    socket.once('error', () => end(false)).once('close', () => end(false));
  });
}
