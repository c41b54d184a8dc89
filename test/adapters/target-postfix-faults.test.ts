/** What can go wrong beside a Postfix: what is said, that nothing is lost, and that the next run heals it. */
import { chmod, mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/adapters/sqlite-database.ts';
import { isWrite } from '../../src/domain/target.ts';
import type { Command } from '../../src/domain/target-config.ts';
import { roster, storedGroup, user } from '../support/builders.ts';
import { compareWith, convergeWith } from '../support/converge-target.ts';
import { verdicts } from '../support/postfix/ask-rcpt.ts';
import { run, startGateway, type TablesFolder, tablesFolder } from '../support/postfix/gateway.ts';
import { numberedRoster } from '../support/postfix/numbered-roster.ts';
import { convergeCramped } from '../support/postfix/target-process.ts';
import { verifiedDomain } from '../support/roster-builders.ts';
import { asNobody } from '../support/unprivileged.ts';

const DOMAINS = [verifiedDomain('acme.example')];
const acme = (...addresses: readonly string[]) =>
  roster(
    addresses.map((address) => user(address)),
    { domains: DOMAINS },
  );
const FIRST = acme('ann@acme.example');
const SECOND = acme('ann@acme.example', 'ben@acme.example');

const shell = (script: string): Command => ['sh', '-c', script];

/** All files of the folder with what is in them. */
async function contents({ dir }: TablesFolder): Promise<Readonly<Record<string, string>>> {
  const names = (await readdir(dir)).sort();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(dir, name), 'latin1')] as const)),
  );
}

/** Nothing was put in place, nothing is left beside, and without the trouble the same is done. */
async function expectUnharmed(
  folder: TablesFolder,
  parts: Parameters<TablesFolder['open']>[0],
  problem: Readonly<Record<string, unknown>>,
): Promise<void> {
  const before = await contents(folder);
  await expect(convergeWith(folder.open(parts), SECOND)).rejects.toMatchObject({
    name: 'TargetProblem',
    hint: expect.stringMatching(/\.$|\?$/),
    ...problem,
  });
  expect(await contents(folder)).toEqual(before);
  expect(await convergeWith(folder.open(), SECOND)).toMatchObject({ failures: [] });
  expect((await compareWith(folder.open(), SECOND)).changes.filter(isWrite)).toEqual([]);
}

describe('postmap', () => {
  test('is missing', async () => {
    await using folder = await tablesFolder('lmdb');
    await convergeWith(folder.open(), FIRST);
    await expectUnharmed(
      folder,
      { postmap: ['/nowhere/postmap'] },
      {
        code: 'POSTFIX_POSTMAP',
        message: expect.stringMatching(/^\/nowhere\/postmap was not run: there is no such program\./),
      },
    );
  });

  test('may not be run', async () => {
    await using folder = await tablesFolder('lmdb');
    await convergeWith(folder.open(), FIRST);
    await expectUnharmed(
      folder,
      { postmap: [join(folder.dir, 'recipients')] },
      {
        code: 'POSTFIX_POSTMAP',
        message: expect.stringContaining('it cannot be run (EACCES)'),
      },
    );
  });

  test('fails: what it said is quoted, and moves no cursor', async () => {
    await using folder = await tablesFolder('lmdb');
    await convergeWith(folder.open(), FIRST);
    const postmap = shell(`printf 'fatal: \\033[2Jno room\\r\\nmore %01000d' 0 >&2; exit 7`);
    const message = expect.stringMatching(/failed with code 7: fatal: \[2Jno room \/ more 0{300,400}0* …\. The tables/);
    await expectUnharmed(folder, { postmap }, { code: 'POSTFIX_POSTMAP', message });
  });

  test('knows nothing of the type of map', async () => {
    await using folder = await tablesFolder('lmdb');
    const postmap: Command = [...folder.postmap, '-c', '/nowhere'];
    await expect(convergeWith(folder.open({ postmap }), FIRST)).rejects.toMatchObject({ code: 'POSTFIX_POSTMAP' });
    expect(await contents(folder)).toEqual({});
  });

  test('warns of a line of somebody else, which concerns nobody; but none of ours may be left out', async () => {
    await using folder = await tablesFolder('lmdb');
    await writeFile(join(folder.dir, 'recipients'), 'alone@hand.example\n');
    expect(await convergeWith(folder.open(), FIRST)).toMatchObject({ failures: [] });
    expect(folder.log.join('\n')).toContain('expected format: key whitespace value');
    const postmap = shell(`echo "postmap: warning: $0, line 5: no good" >&2; exec "$@"`);
    const message = expect.stringMatching(/line 4 of Rollcall's part of recipients: postmap: warning: .* no good/);
    const words = [...postmap, 'recipients', ...folder.postmap] as unknown as Command;
    await expectUnharmed(folder, { postmap: words }, { code: 'POSTFIX_POSTMAP', message });
  });
});

describe('check', () => {
  test('fails: the old tables stay live, and are followed by the new ones when it passes', async () => {
    await using folder = await tablesFolder('lmdb');
    await using gateway = await startGateway(folder.dir, 'lmdb');
    const { check, reload, postmap } = gateway;
    await convergeWith(folder.open({ check, reload, postmap }), FIRST);
    const answers = () => verdicts(gateway.postfix.port, ['ann@acme.example', 'ben@acme.example']);
    const before = { 'ann@acme.example': 'taken', 'ben@acme.example': 'unknown' };
    await expect.poll(answers, { timeout: 45_000 }).toEqual(before);
    const broken = join(gateway.postfix.etc, 'main.cf');
    const good = await readFile(broken, 'utf8');
    await writeFile(broken, `${good}compatibility_level = nonsense\n`);
    await expect(convergeWith(folder.open({ check, reload, postmap: folder.postmap }), SECOND)).rejects.toMatchObject({
      code: 'POSTFIX_CHECK',
      message: expect.stringMatching(/mail log\. The tables before are still in place\.$/),
    });
    await writeFile(broken, good);
    expect(await answers()).toEqual(before);
    await convergeWith(folder.open({ check, reload, postmap }), SECOND);
    await expect.poll(answers, { timeout: 45_000 }).toEqual({ ...before, 'ben@acme.example': 'taken' });
  });

  test.each(['texthash', 'sqlite'] as const)('fails with %s: nothing is put in place', async (maps) => {
    await using folder = await tablesFolder(maps);
    await convergeWith(folder.open(), FIRST);
    const check = shell('echo "fatal: bad parameter" >&2; exit 1');
    const message = expect.stringContaining('fatal: bad parameter');
    await expectUnharmed(folder, { check }, { code: 'POSTFIX_CHECK', message });
  });
});

describe('reload', () => {
  test('fails after the tables are in place: said, seen as a fault, and repeated by the next run until it goes well', async () => {
    await using folder = await tablesFolder('texthash');
    const reload = shell('echo "the mail system is not running" >&2; exit 1');
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const { failures } = await convergeWith(folder.open({ reload }), FIRST);
      expect(failures).toMatchObject([
        {
          customer: null,
          key: null,
          problem: {
            code: 'POSTFIX_RELOAD',
            message: expect.stringContaining('the mail system is not running'),
            hint: expect.stringContaining('apply again'),
          },
        },
      ]);
      const { reading, changes } = await compareWith(folder.open(), FIRST);
      expect(changes).toEqual([]);
      expect(reading.faults).toEqual([expect.objectContaining({ key: 'tables' })]);
    }
    const told = join(folder.dir, '..', 'told');
    await convergeWith(folder.open({ reload: shell(`echo once >>${told}`) }), FIRST);
    expect(await readFile(told, 'utf8')).toBe('once\n');
    expect((await compareWith(folder.open(), FIRST)).reading.faults).toEqual([]);
  });

  test('is done where the type needs it, and where a table is new', async () => {
    for (const [maps, again] of [
      ['texthash', 2],
      ['lmdb', 1],
      ['sqlite', 1],
    ] as const) {
      await using folder = await tablesFolder(maps);
      const told = join(folder.dir, '..', 'told');
      const reload = shell(`echo once >>${told}`);
      await convergeWith(folder.open({ reload }), FIRST);
      expect(await readFile(told, 'utf8')).toBe('once\n');
      await convergeWith(folder.open({ reload }), SECOND);
      expect(await readFile(told, 'utf8')).toBe('once\n'.repeat(again));
      // Networks are text, whatever the type of the others.
      await convergeWith(folder.open({ reload }), {
        ...SECOND,
        relays: [{ name: 'out', addresses: ['192.0.2.0/24'] }],
      });
      expect(await readFile(told, 'utf8')).toBe('once\n'.repeat(again + 1));
    }
  });

  // What class a domain is of, a process of Postfix remembers for as long as it lives, whatever the tables say by then.
  test.each(['texthash', 'lmdb', 'sqlite'] as const)('is done where a domain comes or goes: %s', async (maps) => {
    await using folder = await tablesFolder(maps);
    const told = join(folder.dir, '..', 'told');
    const reload = shell(`echo once >>${told}`);
    await convergeWith(folder.open({ reload }), FIRST);
    await convergeWith(folder.open({ reload }), {
      ...FIRST,
      domains: [...DOMAINS, verifiedDomain('second.example')],
    });
    expect(await readFile(told, 'utf8')).toBe('once\n'.repeat(2));
    await convergeWith(folder.open({ reload }), FIRST);
    expect(await readFile(told, 'utf8')).toBe('once\n'.repeat(3));
  });
});

describe('the folder', () => {
  test('is missing, or a file', async () => {
    await using folder = await tablesFolder('lmdb');
    await rm(folder.dir, { recursive: true });
    const problem = { code: 'POSTFIX_FOLDER', message: expect.stringContaining(folder.dir) };
    await expect(compareWith(folder.open(), FIRST)).rejects.toMatchObject(problem);
    await writeFile(folder.dir, '');
    await expect(compareWith(folder.open(), FIRST)).rejects.toMatchObject(problem);
  });

  test.each(['texthash', 'lmdb', 'sqlite'] as const)('may not be written: %s', async (maps) => {
    await using folder = await tablesFolder(maps);
    await convergeWith(folder.open(), FIRST);
    const before = await contents(folder);
    await expect(asNobody(() => convergeWith(folder.open(), SECOND))).rejects.toMatchObject({
      code: 'POSTFIX_PERMISSION',
      message: expect.stringMatching(new RegExp(`^${folder.dir}/.*may not be written.*still in place`)),
    });
    expect(await contents(folder)).toEqual(before);
    expect((await asNobody(() => compareWith(folder.open(), SECOND))).changes).toHaveLength(1);
  });

  test.each(['texthash', 'sqlite'] as const)('holds tables that may not be read: %s', async (maps) => {
    await using folder = await tablesFolder(maps);
    await convergeWith(folder.open(), FIRST);
    await chmod(join(folder.dir, maps === 'sqlite' ? 'rollcall.sqlite' : 'recipients'), 0o600);
    await expect(asNobody(() => compareWith(folder.open(), FIRST))).rejects.toMatchObject({
      code: 'POSTFIX_PERMISSION',
    });
  });

  test.each(['texthash', 'lmdb', 'sqlite'] as const)(
    'gets files that Postfix can read, whatever the umask: %s',
    async (maps) => {
      await using folder = await tablesFolder(maps);
      const umask = process.umask(0o077);
      try {
        await convergeWith(folder.open(), FIRST);
      } finally {
        process.umask(umask);
      }
      for (const name of await readdir(folder.dir)) {
        expect([name, (await stat(join(folder.dir, name))).mode & 0o777]).toEqual([name, 0o644]);
      }
    },
  );

  test.each(['texthash', 'lmdb', 'sqlite'] as const)('is on a disk that is full: %s', async (maps) => {
    await using folder = await tablesFolder(maps);
    await convergeWith(folder.open(), numberedRoster(0, 50));
    const before = await contents(folder);
    const kilobytes = 48;
    const cramped = await convergeCramped(folder.config(), { number: 1, size: 9000, kilobytes });
    expect(cramped.problem).toMatchObject({
      code: expect.stringMatching(/^POSTFIX_(DISK_FULL|POSTMAP|FILE)$/),
      message: expect.stringContaining('still in place'),
    });
    expect(await contents(folder)).toEqual(before);
    const wanted = numberedRoster(1, 9000);
    expect(await convergeWith(folder.open(), wanted)).toMatchObject({ failures: [] });
    expect(await compareWith(folder.open(), wanted)).toMatchObject({ changes: [], reading: { faults: [] } });
  });

  test('has leftovers of a writing that was cut off: they go with the next one', async () => {
    await using folder = await tablesFolder('lmdb');
    await convergeWith(folder.open(), FIRST);
    await writeFile(join(folder.dir, '.rollcall-new-1234-recipients'), 'half');
    await convergeWith(folder.open(), SECOND);
    expect((await readdir(folder.dir)).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

describe('an index', () => {
  test.each(['lmdb', 'cdb', 'hash'] as const)(
    'that is older than its text, or missing, is built anew: %s',
    async (maps) => {
      await using folder = await tablesFolder(maps);
      await convergeWith(folder.open(), FIRST);
      const index = join(folder.dir, `recipients.${maps === 'hash' ? 'db' : maps}`);
      const look = async () => {
        const [program, ...words] = folder.postmap;
        return run(program, [...words, '-q', 'ann@acme.example', `${maps}:${join(folder.dir, 'recipients')}`]);
      };
      for (const spoil of [() => rm(index), () => utimes(index, 1, 1)]) {
        await spoil();
        const { reading, changes } = await compareWith(folder.open(), FIRST);
        expect(changes).toEqual([]);
        expect(reading.faults).toEqual([expect.objectContaining({ key: 'recipients' })]);
        expect(await convergeWith(folder.open(), FIRST)).toMatchObject({ failures: [] });
        expect((await compareWith(folder.open(), FIRST)).reading.faults).toEqual([]);
        expect((await look()).stdout).toBe('OK\n');
      }
    },
  );
});

describe('a table', () => {
  test.each(['texthash', 'sqlite'] as const)('that was taken away is made anew: %s', async (maps) => {
    await using folder = await tablesFolder(maps);
    await convergeWith(folder.open(), FIRST);
    for (const name of await readdir(folder.dir)) {
      await rm(join(folder.dir, name));
      expect((await compareWith(folder.open(), FIRST)).reading.faults).not.toEqual([]);
      await convergeWith(folder.open(), FIRST);
      expect(await compareWith(folder.open(), FIRST)).toMatchObject({ changes: [], reading: { faults: [] } });
    }
  });

  test('of SQLite with a write-ahead log is put right, and a query of the admin is left alone', async () => {
    await using folder = await tablesFolder('sqlite');
    await convergeWith(folder.open(), FIRST);
    const database = openDatabase(join(folder.dir, 'rollcall.sqlite'));
    database.pragma('journal_mode = WAL');
    database.close();
    await writeFile(join(folder.dir, 'aliases.cf'), '# mine\n');
    const recipients = join(folder.dir, 'recipients.cf');
    await writeFile(recipients, `${await readFile(recipients, 'utf8')}expansion_limit = 1\n`);
    const { reading } = await compareWith(folder.open(), FIRST);
    expect(reading.faults.map(({ key }) => key)).toEqual(['rollcall.sqlite', 'recipients.cf']);
    await convergeWith(folder.open(), FIRST);
    expect((await compareWith(folder.open(), FIRST)).reading.faults).toEqual([]);
    expect(await readFile(join(folder.dir, 'aliases.cf'), 'utf8')).toBe('# mine\n');
  });

  test('of SQLite that is something else is not touched', async () => {
    await using folder = await tablesFolder('sqlite');
    const path = join(folder.dir, 'rollcall.sqlite');
    await writeFile(path, 'This is no database at all, but longer than the header of one would be. '.repeat(9));
    const before = await readFile(path);
    await expect(compareWith(folder.open(), FIRST)).rejects.toMatchObject({ code: 'POSTFIX_DATABASE' });
    expect(await readFile(path)).toEqual(before);
    await rm(path);
    await mkdir(path);
    await expect(compareWith(folder.open(), FIRST)).rejects.toMatchObject({ name: 'TargetProblem' });
  });
});

test('a list with more members than Postfix expands is not put in, and said by name', async () => {
  await using folder = await tablesFolder('lmdb');
  const addresses = Array.from({ length: 1001 }, (_, index) => `u${index}@acme.example`);
  const wanted = {
    ...acme(...addresses),
    entries: [
      ...acme(...addresses).entries,
      storedGroup('all@acme.example', addresses),
      storedGroup('most@acme.example', addresses.slice(1)),
    ],
  };
  const target = folder.open({ expandGroups: true });
  const { failures } = await convergeWith(target, wanted);
  expect(failures.map(({ key, problem }) => [key, problem.code])).toEqual([
    ['aliases all@acme.example', 'POSTFIX_LIST_TOO_LONG'],
  ]);
  expect((await compareWith(target, wanted)).changes.map(({ key }) => key)).toEqual(['aliases all@acme.example']);
});
