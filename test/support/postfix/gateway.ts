/** A real Postfix whose tables are those of a target: what stands in them decides whom it takes mail for. */
import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { postfixTarget } from '../../../src/adapters/targets/postfix/target.ts';
import type { Location } from '../../../src/domain/diagnostic.ts';
import type { Command, MapType, PostfixTargetConfig } from '../../../src/domain/target-config.ts';
import type { Target } from '../../../src/ports/target.ts';
import { findProgram, requirePeer } from '../requirements.ts';
import { type Postfix, startPostfix } from './postfix.ts';

export const run = promisify(execFile);
const PLACE: Location = { file: 'rollcall.yaml', line: 1, column: 1 };

export interface TablesFolder extends AsyncDisposable {
  readonly dir: string;
  /** Builds indexes as Postfix would, without one running. */
  readonly postmap: Command;
  /** A target of these tables; without Postfix there is nothing to check and to reload. */
  config(parts?: Partial<PostfixTargetConfig>): PostfixTargetConfig;
  open(parts?: Partial<PostfixTargetConfig>): Target;
  readonly log: string[];
}

/** An empty folder for tables, that a Postfix may read. */
export async function tablesFolder(maps: MapType, secret = ''): Promise<TablesFolder> {
  requirePeer('Postfix');
  const root = await mkdtemp(join(tmpdir(), 'rollcall-tables-'));
  await chmod(root, 0o755);
  const dir = join(root, 'tables');
  const etc = join(root, 'etc');
  await mkdir(dir);
  await mkdir(join(etc, 'dynamicmaps.cf.d'), { recursive: true });
  await writeFile(join(etc, 'main.cf'), 'compatibility_level = 3.6\n');
  await copyFile('/etc/postfix/dynamicmaps.cf', join(etc, 'dynamicmaps.cf'));
  const postmap: Command = [program('postmap'), '-c', etc];
  const log: string[] = [];
  const config = (parts: Partial<PostfixTargetConfig> = {}): PostfixTargetConfig => ({
    name: 'edge',
    type: 'postfix',
    customers: [],
    location: PLACE,
    dir,
    maps,
    database: maps === 'pgsql' ? { env: 'DATABASE' } : null,
    expandGroups: false,
    postmap,
    check: null,
    reload: null,
    ...parts,
  });
  return {
    dir,
    postmap,
    log,
    config,
    open: (parts) =>
      postfixTarget(config(parts), {
        resolveSecret: async () => secret,
        log: (line) => log.push(line),
        service: null,
      }),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

function program(name: string): string {
  return findProgram(name) ?? name;
}

/** What main.cf says to look things up in these tables. */
export function tableSettings(dir: string, maps: MapType, queries = dir): Readonly<Record<string, string>> {
  const table = (name: string) =>
    maps === 'sqlite' || maps === 'pgsql' ? `${maps}:${join(queries, name)}.cf` : `${maps}:${join(dir, name)}`;
  return {
    relay_domains: table('domains'),
    relay_recipient_maps: table('recipients'),
    transport_maps: table('transport'),
    virtual_alias_maps: table('aliases'),
    parent_domain_matches_subdomains: '',
    allow_percent_hack: 'no',
    swap_bangpath: 'no',
    // Refusals are what is asked for here, and many of them.
    smtpd_error_sleep_time: '0',
    smtpd_hard_error_limit: '1000',
  };
}

export interface Gateway extends AsyncDisposable {
  readonly postfix: Postfix;
  readonly check: Command;
  readonly reload: Command;
  readonly postmap: Command;
}

/** A Postfix that looks things up in these tables. */
export async function startGateway(
  dir: string,
  maps: MapType,
  settings: Readonly<Record<string, string>> = {},
): Promise<Gateway> {
  const postfix = await startPostfix({
    domains: [],
    recipients: [],
    settings: { ...tableSettings(dir, maps), ...settings },
  });
  const ofIt = ['-c', postfix.etc] as const;
  return {
    postfix,
    check: [program('postfix'), ...ofIt, 'check'],
    reload: [program('postfix'), ...ofIt, 'reload'],
    postmap: [program('postmap'), ...ofIt],
    [Symbol.asyncDispose]: () => postfix.stop(),
  };
}
