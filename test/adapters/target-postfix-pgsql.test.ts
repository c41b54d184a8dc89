/** Tables of Postfix in a real PostgreSQL. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeTarget } from '../contract/target.ts';
import { roster, user } from '../support/builders.ts';
import { compareWith, convergeWith } from '../support/converge-target.ts';
import { NOWHERE } from '../support/port.ts';
import { verdicts } from '../support/postfix/ask-rcpt.ts';
import { startGateway, type TablesFolder, tableSettings, tablesFolder } from '../support/postfix/gateway.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { verifiedDomain } from '../support/roster-builders.ts';

const FOREIGN = 'postmaster@hand.example';
const DOMAINS = [verifiedDomain('acme.example')];
const acme = (...addresses: readonly string[]) =>
  roster(
    addresses.map((address) => user(address)),
    { domains: DOMAINS },
  );

let postgres: Postgres;

beforeAll(async () => {
  postgres = await startPostgres();
});

afterAll(() => postgres?.stop());

async function emptyTables(): Promise<TablesFolder> {
  await postgres.query('DROP TABLE IF EXISTS rollcall_postfix');
  return tablesFolder('pgsql', postgres.url);
}

describeTarget('postfix, pgsql', async () => {
  const folder = await emptyTables();
  return {
    open: async () => folder.open(),
    putForeign: async () => {
      await postgres.query("INSERT INTO rollcall_postfix VALUES ('recipients', $1, 'by hand', NULL)", [FOREIGN]);
      return `recipients ${FOREIGN}`;
    },
    tamper: async (customer) => {
      await postgres.query('DELETE FROM rollcall_postfix WHERE customer = $1', [customer]);
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
});

/** Where Postfix is told how to ask: by the admin, for the files hold a password. */
async function queryFiles(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'rollcall-queries-'));
  await chmod(dir, 0o755);
  for (const table of ['domains', 'recipients', 'transport', 'senders', 'aliases']) {
    const lines = [
      `hosts = 127.0.0.1:${postgres.port}`,
      `user = ${postgres.user}`,
      `password = ${postgres.password}`,
      'dbname = postgres',
      `query = SELECT value FROM rollcall_postfix WHERE map = '${table}' AND key = '%s'`,
    ];
    await writeFile(join(dir, `${table}.cf`), `${lines.join('\n')}\n`);
  }
  return dir;
}

test('a real Postfix sees each apply at once', async () => {
  await using folder = await emptyTables();
  const queries = await queryFiles();
  await convergeWith(folder.open(), acme('ann@acme.example'));
  await using gateway = await startGateway(folder.dir, 'pgsql', tableSettings(folder.dir, 'pgsql', queries));
  const { port } = gateway.postfix;
  const odd = `"'; DROP TABLE rollcall_postfix; --"@acme.example`;
  const all = ['ann@acme.example', 'ben@acme.example', '#hash@acme.example', 'straße@acme.example', odd];
  expect(Object.values(await verdicts(port, all))).toEqual(['taken', 'unknown', 'unknown', 'unknown', 'unknown']);
  const { check, reload } = gateway;
  expect(await convergeWith(folder.open({ check, reload }), acme(...all.slice(1)))).toMatchObject({ failures: [] });
  expect(Object.values(await verdicts(port, all))).toEqual(['unknown', 'taken', 'taken', 'taken', 'taken']);
  expect(await gateway.postfix.log()).not.toContain('fatal');
  await rm(queries, { recursive: true });
});

describe('a database', () => {
  test('that breaks off in the middle leaves what was there', async () => {
    await using folder = await emptyTables();
    await convergeWith(folder.open(), acme('ann@acme.example'));
    await postgres.query("ALTER TABLE rollcall_postfix ADD CONSTRAINT no_ben CHECK (key <> 'ben@acme.example')");
    const wanted = acme('cy@acme.example', 'ben@acme.example');
    await expect(convergeWith(folder.open(), wanted)).rejects.toMatchObject({
      code: 'POSTFIX_DATABASE',
      message: expect.stringContaining('no_ben'),
    });
    expect((await compareWith(folder.open(), acme('ann@acme.example'))).changes).toEqual([]);
    await postgres.query('ALTER TABLE rollcall_postfix DROP CONSTRAINT no_ben');
    await convergeWith(folder.open(), wanted);
    expect((await compareWith(folder.open(), wanted)).changes).toEqual([]);
  });

  test.each([
    ['is not there', async () => `postgresql://app:${encodeURIComponent(postgres.password)}@127.0.0.1:${NOWHERE}/x`],
    ['has no such name', async () => postgres.url.replace(/postgres$/, 'nothing')],
    ['has a URL that is none', async () => `nonsense ${postgres.password}`],
  ])('that %s is said without its password', async (_, url) => {
    await using folder = await tablesFolder('pgsql', await url());
    const error = await compareWith(folder.open(), acme('ann@acme.example')).catch((problem: unknown) => problem);
    expect(error).toMatchObject({ name: 'TargetProblem', code: 'POSTFIX_DATABASE' });
    const { message, hint } = error as { readonly message: string; readonly hint: string };
    const said = [message, hint, ...folder.log].join('\n');
    expect(said).not.toContain(postgres.password);
    expect(said).not.toContain(encodeURIComponent(postgres.password));
  });
});
