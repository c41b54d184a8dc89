/** A plan as the first release saved it, of `rollcall.plan/1` without any member that came later, is still a plan (docs/versions.md). */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configDigest, instantOf, loadWorkspace, readPlan, readState, writePlan } from '../../src/index.ts';
import { type Outcome, rollcall } from '../support/rollcall.ts';

const OLD = fileURLToPath(new URL('../fixtures/plan-1.json', import.meta.url));
const EXAMPLE = fileURLToPath(new URL('../../examples/msp', import.meta.url));
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollcall-old-plan-'));
  cpSync(EXAMPLE, folder, { recursive: true, filter: (path) => !path.endsWith('.rollcall') });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(...args: readonly string[]): Promise<Outcome> {
  return rollcall(['-C', folder, ...args]);
}

describe('a plan of the oldest format', () => {
  it('is read whole, and shown', async () => {
    const { plan, author, digest } = await readPlan(OLD);
    expect({ author, redacted: plan.redacted }).toEqual({ author: undefined, redacted: undefined });
    expect(digest).toBe('sha256:65d7346b846436f8a26e6c55033c7ab8125ba2346e1160003a91a1e2544e599f');
    const { code, stdout } = await run('show', OLD);
    expect(code).toBe(0);
    expect(stdout).toContain('! flag       stefan.brandt@acme.example  gone from the sync; due on 2026-12-05');
    expect(stdout).toContain('> rename     rosa.lindqvist@acme.example  was rosa.keane@acme.example;');
    expect(stdout).toContain('1 to flag, 1 to create, 1 to rename, 3 to update; billable users 241 -> 242');
  });

  it('is refused for its age and its state like any other, and does nothing then', async () => {
    expect(await run('apply', OLD)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/PLAN_(EXPIRED|OTHER_STATE)/),
    });
    const { rosters } = await readState((await loadWorkspace(folder)).config);
    expect([...rosters.values()].filter(({ serial }) => serial > 0)).toEqual([]);
  });

  it('is applied where it fits', async () => {
    await run('apply', '--snapshot', 'recordings/1-first-day', '--customer', 'acme', '--auto-approve', '-q');
    const { config } = await loadWorkspace(folder);
    const { lineage } = await readState(config);
    const { plan } = await readPlan(OLD);
    const path = join(folder, 'plan.json');
    await writePlan(path, {
      plan: { ...plan, at: instantOf(Date.now()), lineage },
      configDigest: configDigest(
        config,
        plan.customers.map(({ customer }) => customer),
      ),
    });
    expect(await run('apply', path)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Run 2: 6 changes applied to 1 customer.'),
    });
  });
});
