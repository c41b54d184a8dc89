/** Programs that embed Rollcall, by the public entry alone. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  configDigest,
  instantOf,
  loadWorkspace,
  parseInstant,
  plan,
  planDocument,
  readPlan,
  readRecordings,
  readState,
  validate,
  WorkspaceNotValid,
  writePlan,
} from '../../src/index.ts';
import { rollcall } from '../support/rollcall.ts';

const EXAMPLE = fileURLToPath(new URL('../../examples/msp', import.meta.url));
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollcall-library-'));
  cpSync(EXAMPLE, folder, { recursive: true, filter: (path) => !path.endsWith('.rollcall') });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Plans the example from the recording of its first day. */
async function planExample() {
  const { config } = await loadWorkspace(folder);
  const made = plan({
    config,
    readings: await readRecordings(join(folder, 'recordings/1-first-day'), config),
    state: await readState(config),
    now: instantOf(Date.now()),
    allowRemovals: null,
  });
  return { plan: made, configDigest: configDigest(config) };
}

describe('the library', () => {
  it('makes a plan that the program shows and applies', async () => {
    const record = await planExample();
    const path = join(folder, 'plan.json');
    const digest = await writePlan(path, record);
    const saved = await readPlan(path);
    expect(saved).toEqual({ ...record, author: undefined, digest });
    expect(planDocument(record)).toContain(`"digest":"${digest}"`);
    expect(saved.plan.customers.map(({ customer, status }) => [customer, status])).toEqual([
      ['acme', 'ready'],
      ['birch', 'ready'],
    ]);

    expect(await rollcall(['-C', folder, 'apply', path])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Run 1: 278 changes applied to 2 customers.'),
    });
    // What was applied is there to be read, and leaves nothing to be planned.
    const again = await planExample();
    expect(again.plan.customers.map((customer) => customer.status === 'ready' && customer.changes)).toEqual([[], []]);
  });

  it('believes no plan that was changed after it was made', async () => {
    const path = join(folder, 'changed.json');
    writeFileSync(path, planDocument(await planExample()).replace('"lineage":"', '"lineage":"0'));
    await expect(readPlan(path)).rejects.toMatchObject({
      code: 'PLAN_UNREADABLE',
      message: expect.stringContaining('does not match its digest'),
    });
  });

  it('says of a recording that is missing what is to be done, and plans nothing for its customer', async () => {
    const { config } = await loadWorkspace(folder);
    const readings = await readRecordings(join(folder, 'recordings/none'), config);
    const state = await readState(config);
    const made = plan({
      config,
      readings,
      state,
      now: parseInstant('2026-11-21') ?? expect.fail(),
      allowRemovals: null,
    });
    expect(made.customers).toMatchObject([
      { customer: 'acme', status: 'failed', problem: { code: 'RECORDING_MISSING' } },
      { customer: 'birch', status: 'failed', problem: { code: 'RECORDING_MISSING' } },
    ]);
  });

  it('finds all mistakes, with their places', async () => {
    const broken = join(folder, 'customers/broken.yaml');
    writeFileSync(broken, 'apiVersion: rollcall/v1\nkind: Customer\nname: acme\ndomain: []\n');
    try {
      const { valid, root, findings, files } = await validate(folder);
      expect({ valid, root }).toEqual({ valid: false, root: folder });
      expect(files).toContain('customers/broken.yaml');
      expect(findings).toContainEqual({
        severity: 'error',
        code: 'CONFIG_UNKNOWN_KEY',
        message: expect.stringContaining('domain'),
        location: { file: 'customers/broken.yaml', line: 4, column: 1 },
      });
      expect(findings).toContainEqual(expect.objectContaining({ code: 'CONFIG_DUPLICATE_CUSTOMER' }));
      await expect(loadWorkspace(folder)).rejects.toThrow(WorkspaceNotValid);
    } finally {
      rmSync(broken);
    }
    expect(await validate(folder)).toMatchObject({ valid: true, findings: [] });
  });
});
