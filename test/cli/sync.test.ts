/** `sync`: who is due is planned and applied without being asked for. */
import { describe, expect, test } from 'vitest';
import { person } from '../support/builders.ts';
import { customerFile, type TestWorkspace, workspace } from '../support/workspace.ts';

const EVERY: Readonly<Record<string, string>> = { hourly: '1h', daily: '24h', weekly: '7d' };

function customers(): Promise<TestWorkspace> {
  return workspace({
    customers: Object.fromEntries(
      Object.entries(EVERY).map(([name, every]) => [
        name,
        customerFile(name, { directory: `sync: {every: ${every}}` }),
      ]),
    ),
    directories: Object.fromEntries(
      Object.keys(EVERY).map((name) => [name, [person(`ann-${name}`, `ann@${name}.example`)]]),
    ),
  });
}

/** Syncs at a moment; the customers that were. */
async function syncedAt(
  made: TestWorkspace,
  moment: string,
  ...options: readonly string[]
): Promise<readonly string[]> {
  const { code, stderr } = await made.run('sync', '--snapshot', 'recordings', '--at', moment, ...options);
  expect(code, stderr).toBe(0);
  const [run] = JSON.parse((await made.run('history', '--format', 'json', '--limit', '1')).stdout);
  return run.at === new Date(moment).toISOString()
    ? run.outcomes.map(({ customer }: { customer: string }) => customer)
    : [];
}

describe('sync', () => {
  test('picks the customers whose sync.every has passed; --now picks all', async () => {
    using made = await customers();
    expect(await syncedAt(made, '2026-11-23T09:00:00Z')).toEqual(['daily', 'hourly', 'weekly']);
    expect(await syncedAt(made, '2026-11-23T09:59:59Z')).toEqual([]);
    expect(await syncedAt(made, '2026-11-23T10:00:00Z')).toEqual(['hourly']);
    expect(await syncedAt(made, '2026-11-24T09:30:00Z')).toEqual(['daily', 'hourly']);
    expect(await syncedAt(made, '2026-11-24T09:31:00Z', '--now')).toEqual(['daily', 'hourly', 'weekly']);
    expect(await syncedAt(made, '2026-11-24T09:32:00Z', '--now', '--customer', 'we*')).toEqual(['weekly']);
    expect(await syncedAt(made, '2026-12-01T09:31:00Z', '--customer', 'weekly')).toEqual([]);
    expect(await syncedAt(made, '2026-12-01T09:32:00Z', '--customer', 'weekly')).toEqual(['weekly']);
  });

  test('says that nobody is due, and not with -q', async () => {
    using made = await customers();
    await syncedAt(made, '2026-11-23T09:00:00Z');
    const idle = await made.run('sync', '--snapshot', 'recordings', '--at', '2026-11-23T09:01:00Z');
    expect(idle).toMatchObject({ code: 0, stdout: '', stderr: 'Nothing to sync: 3 customers, none due.\n' });
    const quiet = await made.run('sync', '-q', '--snapshot', 'recordings', '--at', '2026-11-23T09:01:00Z');
    expect(quiet).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });

  test('shows what it does, and its run is a sync', async () => {
    using made = await customers();
    const { stdout } = await made.run('sync', '--snapshot', 'recordings', '--customer', 'daily');
    expect(stdout).toContain('+ create     ann@daily.example');
    expect(stdout).toContain('Run 1: 2 changes applied to 1 customer.');
    expect((await made.run('history')).stdout).toMatch(/^1 +sync /m);
  });

  test('a customer that fails or is blocked is due again the next time', async () => {
    using made = await customers();
    const recording = made.read('recordings/hourly.ndjson');
    made.write('recordings/hourly.ndjson', 'broken');
    const { code, stdout } = await made.run('sync', '--snapshot', 'recordings', '--at', '2026-11-23T09:00:00Z');
    expect(code).toBe(1);
    expect(stdout).toContain('4 changes applied to 2 customers, 1 customer failed.');
    made.write('recordings/hourly.ndjson', recording);
    expect(await syncedAt(made, '2026-11-23T09:05:00Z')).toEqual(['hourly']);
    await made.record('hourly', []);
    expect((await made.run('sync', '--snapshot', 'recordings', '--at', '2026-11-23T11:00:00Z')).code).toBe(3);
    await made.record('hourly', [person('ann-hourly', 'ann@hourly.example')]);
    expect(await syncedAt(made, '2026-11-23T11:05:00Z')).toEqual(['hourly']);
  });

  test('a customer without a directory is synced once a day: its configuration may change, and deletions fall due', async () => {
    using made = await workspace({
      customers: {
        acme: `apiVersion: rollcall/v1
kind: Customer
name: acme
domains: [{name: acme.example, verification: none}]
users: [{address: info@acme.example}]
`,
      },
    });
    expect(await syncedAt(made, '2026-11-23T09:00:00Z')).toEqual(['acme']);
    expect(await syncedAt(made, '2026-11-24T08:59:59Z')).toEqual([]);
    expect(await syncedAt(made, '2026-11-24T09:00:00Z')).toEqual(['acme']);
  });
});
