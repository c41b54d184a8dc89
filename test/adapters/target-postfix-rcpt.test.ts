/** What a real Postfix answers to RCPT before and after the roster was put into its tables. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/adapters/sqlite-database.ts';
import type { CustomerId, Roster } from '../../src/domain/roster.ts';
import type { MapType } from '../../src/domain/target-config.ts';
import type { Target } from '../../src/ports/target.ts';
import { at, roster, storedGroup, user } from '../support/builders.ts';
import { compareWith, convergeWith } from '../support/converge-target.ts';
import { verdicts } from '../support/postfix/ask-rcpt.ts';
import { type Gateway, run, startGateway, type TablesFolder, tablesFolder } from '../support/postfix/gateway.ts';
import { verifiedDomain } from '../support/roster-builders.ts';

interface Running extends AsyncDisposable {
  readonly folder: TablesFolder;
  readonly gateway: Gateway;
  readonly port: number;
  /** A target that runs the programs of this Postfix. */
  open(parts?: { readonly expandGroups?: boolean }): Target;
}

async function running(maps: MapType, settings: Readonly<Record<string, string>> = {}): Promise<Running> {
  const folder = await tablesFolder(maps);
  const gateway = await startGateway(folder.dir, maps, settings);
  const { check, reload, postmap } = gateway;
  return {
    folder,
    gateway,
    port: gateway.postfix.port,
    open: (parts = {}) => folder.open({ check, reload, postmap, ...parts }),
    [Symbol.asyncDispose]: async () => {
      await gateway[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

const DOMAINS = [
  verifiedDomain('acme.example'),
  verifiedDomain('pending.example', { status: 'pending', verifiedAt: null }),
];

function acme(entries: Roster['entries'], parts: Partial<Roster> = {}): Roster {
  return roster(entries, { domains: DOMAINS, ...parts });
}

const globex: Roster = {
  ...roster([user('cy@globex.example')]),
  customer: 'globex' as CustomerId,
  domains: [verifiedDomain('globex.example')],
};

const ann = user('Ann.Lee@acme.example', { aliases: ['ann@acme.example', 'ann@pending.example'] });
const ben = user('ben@acme.example', { status: 'flagged', flaggedAt: at('2026-11-01T00:00:00Z') });
const gone = user('gone@acme.example', { status: 'deactivated', aliases: ['was@acme.example'] });
const list = storedGroup('all@acme.example', ['ann.lee@acme.example']);

/** An old process of Postfix may take one more conversation after a reload. */
async function soon(port: number, expected: Readonly<Record<string, string>>): Promise<void> {
  await expect.poll(() => verdicts(port, Object.keys(expected)), { timeout: 60_000 }).toEqual(expected);
}

/** Puts in a line of the admin's own. */
async function putByHand({ folder, gateway }: Running, maps: MapType, address: string): Promise<void> {
  if (maps === 'sqlite') {
    const database = openDatabase(join(folder.dir, 'rollcall.sqlite'));
    database.prepare("INSERT INTO entry VALUES ('recipients', ?, 'by hand', NULL)").run(address);
    database.close();
    return;
  }
  const path = join(folder.dir, 'recipients');
  await writeFile(path, `# mine\n${address}\tby hand\n${await readFile(path, 'utf8')}`);
  if (maps === 'texthash') await run(gateway.reload[0], gateway.reload.slice(1));
  else await run(gateway.postmap[0], [...gateway.postmap.slice(1), `${maps}:${path}`]);
}

describe.each(['texthash', 'lmdb', 'sqlite'] as const)('%s', (maps) => {
  test('takes mail for whom the roster has, and for nobody else, after each apply', async () => {
    await using peer = await running(maps);
    const { port } = peer;
    // Without its tables, Postfix refuses nobody for good.
    expect(await verdicts(port, ['ben@acme.example'])).toEqual({ 'ben@acme.example': expect.stringMatching(/^45/) });

    expect(await convergeWith(peer.open(), acme([ann, ben, gone, list]), globex)).toMatchObject({ failures: [] });
    const first = {
      'ann.lee@acme.example': 'taken',
      'ANN.LEE@ACME.example': 'taken',
      'ann@acme.example': 'taken',
      'ben@acme.example': 'taken',
      'all@acme.example': 'taken',
      'cy@globex.example': 'taken',
      'gone@acme.example': 'unknown',
      'was@acme.example': 'unknown',
      'new@acme.example': 'unknown',
      'hand@acme.example': 'unknown',
      'ann@sub.acme.example': 'foreign',
      'ann@pending.example': 'foreign',
      'ann@elsewhere.example': 'foreign',
    };
    await soon(port, first);

    await putByHand(peer, maps, 'hand@acme.example');
    await soon(port, { ...first, 'hand@acme.example': 'taken' });

    const hired = user('new@acme.example');
    const renamed = { ...ann, address: 'ann.ray@acme.example', aliases: ['ann@acme.example'] };
    const next = acme([renamed, { ...gone, status: 'active' as const }, hired]);
    expect(await convergeWith(peer.open(), next)).toMatchObject({ failures: [] });
    await soon(port, {
      'ann.ray@acme.example': 'taken',
      'ann@acme.example': 'taken',
      'ann.lee@acme.example': 'unknown',
      'ben@acme.example': 'unknown',
      'all@acme.example': 'unknown',
      'gone@acme.example': 'taken',
      'was@acme.example': 'taken',
      'new@acme.example': 'taken',
      'cy@globex.example': 'taken',
      'hand@acme.example': 'taken',
    });

    await convergeWith(peer.open(), acme([], { domains: [] }));
    await soon(port, {
      'new@acme.example': 'foreign',
      'cy@globex.example': 'taken',
    });
    const left = await compareWith(peer.open(), acme([], { domains: [] }));
    expect(left.reading.faults).toEqual([]);
    expect(left.changes).toEqual([expect.objectContaining({ action: 'foreign', key: 'recipients hand@acme.example' })]);
  }, 300_000);
});

const UNUSUAL = [
  `"'; DROP TABLE entry; --"@acme.example`,
  '"a b"@acme.example',
  '"ann"@acme.example',
  'ann@acme.example',
  '"a#b"@acme.example',
  'x#y@acme.example',
  '"q\\"q"@acme.example',
  '"b\\\\s"@acme.example',
  '"..dots"@acme.example',
  "o'neill@acme.example",
  '$dollar@acme.example',
  '%25@acme.example',
  'a%b@acme.example',
  'a!b@acme.example',
  '{brace}@acme.example',
  '*@acme.example',
  '|pipe|@acme.example',
  '/slash@acme.example',
  'josé@acme.example',
  'JOSÉ@acme.example',
  'straße@acme.example',
  'ΣΑΣ@acme.example',
  'ıx@acme.example',
  '陳@acme.example',
  'ann@xn--bcher-kva.example',
  'ann@bücher.example',
  'Ann@BÜCHER.example',
];

describe.each(['texthash', 'lmdb', 'sqlite'] as const)('unusual addresses in %s', (maps) => {
  test('are taken as they are written, or refused in words', async () => {
    // Else Postfix refuses "!" and "%" as the sender's own routing, whatever its tables say.
    await using peer = await running(maps, { allow_untrusted_routing: 'yes' });
    const domains = [...DOMAINS, verifiedDomain('xn--bcher-kva.example')];
    const users = [...UNUSUAL, '#hash@acme.example'].map((address) => user(address));
    const { failures } = await convergeWith(peer.open(), acme(users, { domains }));
    await soon(peer.port, {
      ...Object.fromEntries(UNUSUAL.map((address) => [address, 'taken'])),
      'x@acme.example': 'unknown',
      '#hash@acme.example': maps === 'sqlite' ? 'taken' : 'unknown',
    });
    const told = failures.map(({ customer, key, problem }) => [customer, key, problem.code]);
    expect(told).toEqual(maps === 'sqlite' ? [] : [['acme', 'recipients #hash@acme.example', 'POSTFIX_KEY']]);
    // And nothing else is left to do.
    const { changes, reading } = await compareWith(peer.open(), acme(users, { domains }));
    expect(changes.map(({ key }) => key)).toEqual(told.map(([, key]) => key));
    expect(reading.faults).toEqual([]);
  });
});
