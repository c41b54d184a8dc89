/** A private NSD, authoritative for the zones it is given, on a loopback address of its own. */
import { execFile } from 'node:child_process';
import { Resolver } from 'node:dns/promises';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram, requirePeer } from '../requirements.ts';
import { startServer, untilReady } from '../server-process.ts';

const run = promisify(execFile);

/** Zone names without the last dot (empty for the root), with their records as text; null for a zone that it cannot load. */
export type Zones = Readonly<Record<string, string | null>>;

export interface NsdOptions {
  /** Any of 127.0.0.0/8. */
  readonly address: string;
  readonly port: number;
  readonly zones: Zones;
}

export interface Nsd extends AsyncDisposable {
  readonly address: string;
  /** Puts other records in the place of a zone's. It answers with them when this resolves. */
  replace(zone: string, records: string): Promise<void>;
}

/** One that rules, one that transfers zones, and one that answers (`server-count`). */
const PROCESSES = 3;

/** Starts it; ready when this resolves. */
export async function startNsd({ address, port, zones }: NsdOptions): Promise<Nsd> {
  requirePeer('DNS server');
  const dir = await mkdtemp(join(tmpdir(), 'rollcall-nsd-'));
  const config = join(dir, 'nsd.conf');
  await writeFile(config, nsdConfig(dir, `${address}@${port}`, Object.keys(zones)));
  for (const [zone, records] of Object.entries(zones)) {
    if (records !== null) await writeFile(zoneFile(dir, zone), records);
  }
  const control = (...args: readonly string[]) =>
    run(findProgram('nsd-control') ?? 'nsd-control', ['-c', config, ...args]);
  const server = startServer('nsd', ['-d', '-c', config], join(dir, 'log'));
  const stop = async () => {
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  };
  try {
    await untilReady(server, () =>
      control('status').then(
        () => true,
        () => false,
      ),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  const resolver = new Resolver({ timeout: 1000, tries: 1 });
  resolver.setServers([`${address}:${port}`]);
  let serial = 1;
  let last: Promise<void> = Promise.resolve();
  const replaceBy = async (wanted: number, zone: string, records: string) => {
    await writeFile(zoneFile(dir, zone), records.replace(/(?<= SOA \S+ \S+ )\d+/, String(wanted)));
    await control('reload', nameOf(zone));
    // It says that it reloads, not that it has. The process that knows the old records answers for a moment yet beside the new one.
    await untilReady(
      server,
      async () =>
        (await resolver.resolveSoa(nameOf(zone))).serial === wanted && (await processesOf(config)).length === PROCESSES,
    );
  };
  return {
    address,
    // One after the other, whoever asks: a reload that comes during another is passed over.
    replace(zone, records) {
      serial += 1;
      const wanted = serial;
      const replaced = last.then(() => replaceBy(wanted, zone, records));
      last = replaced.catch(() => undefined);
      return replaced;
    },
    [Symbol.asyncDispose]: stop,
  };
}

function nsdConfig(dir: string, listen: string, zones: readonly string[]): string {
  const server = [
    'server:',
    `  ip-address: ${listen}`,
    '  username: ""',
    '  database: ""',
    '  server-count: 1',
    '  zonefiles-check: no',
    `  zonesdir: "${dir}"`,
    `  pidfile: "${join(dir, 'pid')}"`,
    `  xfrdfile: "${join(dir, 'xfrd')}"`,
    `  xfrdir: "${dir}"`,
    `  zonelistfile: "${join(dir, 'zones')}"`,
    'remote-control:',
    '  control-enable: yes',
    `  control-interface: "${join(dir, 'control')}"`,
  ];
  const served = zones.map((zone) => `zone:\n  name: "${nameOf(zone)}"\n  zonefile: "${zoneFile(dir, zone)}"`);
  return `${[...server, ...served].join('\n')}\n`;
}

function zoneFile(dir: string, zone: string): string {
  return join(dir, `${zone === '' ? 'root' : zone}.zone`);
}

function nameOf(zone: string): string {
  return zone === '' ? '.' : zone;
}

/** The processes that were started with this file as an argument. */
async function processesOf(file: string): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const commands = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return pids.filter((_, index) => commands[index]?.split('\0').includes(file));
}
