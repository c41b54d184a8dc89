/** The simulator as a program: over HTTPS, with orders, ended by a signal. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { WorldFile } from '../support/graph/world-file.ts';

interface Ready {
  readonly login: string;
  readonly graph: string;
  readonly control: string;
  readonly ca: string;
  readonly tenant: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly secret: string;
}

const PROGRAM = fileURLToPath(new URL('../support/graph/serve.ts', import.meta.url));

let dir: string;
let program: ChildProcess | null = null;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'graph-program-'));
});

afterEach(async () => {
  await stop();
  await rm(dir, { recursive: true });
});

/** How it ended: code and signal. */
async function stop(): Promise<unknown> {
  const child = program;
  program = null;
  if (child === null) return null;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  return await exit;
}

async function start(...args: readonly string[]): Promise<Ready> {
  const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  program = child;
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return JSON.parse(line) as Ready;
}

/** With no trust but in the simulator's own authority. */
async function send(ready: Ready, url: string, body: string | null, headers: Readonly<Record<string, string>> = {}) {
  const ca = await readFile(ready.ca);
  const asked = request(url, { ca, method: body === null ? 'GET' : 'POST', headers }).end(body ?? '');
  const [response] = await once(asked, 'response');
  return JSON.parse(await text(response)) as Record<string, unknown>;
}

async function mails(ready: Ready): Promise<readonly string[]> {
  const { clientId: client_id, secret: client_secret, graph, login, tenant } = ready;
  const form = { grant_type: 'client_credentials', scope: `${graph}/.default`, client_id, client_secret };
  const { access_token } = await send(ready, `${login}/${tenant}/oauth2/v2.0/token`, String(new URLSearchParams(form)));
  const authorization = { Authorization: `Bearer ${access_token}` };
  const { value } = await send(ready, `${graph}/v1.0/users?$select=mail,accountEnabled`, null, authorization);
  return (value as { mail: string; accountEnabled: boolean }[])
    .map(({ mail, accountEnabled }) => (accountEnabled ? mail : `(${mail})`))
    .sort();
}

test('a world file is served, changed by orders, and all is gone after SIGTERM', async () => {
  const world: WorldFile = {
    tenant: { name: 'birch', domains: ['birch.example'] },
    apps: [{ secrets: ['of-the-file'], permissions: ['User.Read.All', 'GroupMember.Read.All'] }],
    users: [
      { mail: 'ann@birch.example' },
      { mail: 'bob@birch.example' },
      { mail: 'room@birch.example', mailbox: 'room' },
    ],
    groups: [{ displayName: 'All', mail: 'all@birch.example', members: ['ann@birch.example', 'bob@birch.example'] }],
  };
  await writeFile(join(dir, 'world.json'), JSON.stringify(world));
  const ready = await start('--world', join(dir, 'world.json'));
  expect(ready).toMatchObject({ tenant: 'birch.onmicrosoft.com', secret: 'of-the-file', login: ready.graph });
  const order = async (body: object) => await send(ready, ready.control, JSON.stringify(body));
  for (const body of [
    { op: 'hire', user: { mail: 'eve@birch.example' } },
    { op: 'disable', user: 'room@birch.example' },
    { op: 'rename', user: 'ann@birch.example', mail: 'anna@birch.example' },
    { op: 'delete', user: 'bob@birch.example' },
    { op: 'addMember', group: 'all@birch.example', member: 'eve@birch.example' },
    { op: 'throttle', times: 1, retryAfter: 0, path: '/groups' },
    { op: 'expireDeltaTokens' },
  ]) {
    expect(await order(body)).toMatchObject({ ok: true });
  }
  expect(await order({ op: 'restore', user: 'nobody@birch.example' })).toEqual({
    ok: false,
    error: 'Nobody in the tenant is nobody@birch.example.',
  });
  expect(await order({ op: 'sack', user: 'bob@birch.example' })).toEqual({
    ok: false,
    error: 'There is no order sack.',
  });
  expect(await mails(ready)).toEqual(['(room@birch.example)', 'anna@birch.example', 'eve@birch.example']);
  expect(await stop()).toEqual([0, null]);
  await expect(access(ready.ca)).rejects.toThrow('ENOENT');
});

test('without a file there are made-up people', async () => {
  const ready = await start('--people', '3', '--groups', '1');
  expect(await mails(ready)).toEqual([
    '(u000000@contoso.example)',
    'u000001@contoso.example',
    'u000002@contoso.example',
  ]);
});
