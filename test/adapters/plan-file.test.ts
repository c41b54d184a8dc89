/** Plans as files: whole or not at all, and believed only if they are what their digest says. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planFiles } from '../../src/adapters/files/plan-file.ts';
import type { CustomerPlan } from '../../src/domain/plan.ts';
import type { CustomerId } from '../../src/domain/roster.ts';
import type { PlanRecord } from '../../src/planner/document.ts';
import { arbitraryRoster, arbitraryWishes, stepFor } from '../support/arbitrary-roster.ts';
import { customer, NOW, person, planOf, reading, roster, user } from '../support/builders.ts';
import { planOfText, withDigest } from '../support/rollcall-plan.ts';
import { temporaryFolder } from '../support/workspace.ts';

const CONFIG = `sha256:${'0'.repeat(64)}`;

function recordOf(...customers: readonly CustomerPlan[]): PlanRecord {
  return { plan: { at: NOW, lineage: 'one', customers }, configDigest: CONFIG };
}

const READING = reading([person('ann', 'ann@acme.example'), person('new', 'new@acme.example')]);
const READING_PROOF = { ...READING.proof, digest: `sha256:${'1'.repeat(64)}` };
const BLOCKED = planOf({
  customer: customer({ safety: { maxRemovals: { count: 0, percent: null } } }),
  roster: roster([user('ann@acme.example'), user('bob@acme.example')]),
  reading: { ...READING, proof: READING_PROOF },
});
const FAILED: CustomerPlan = {
  customer: 'globex' as CustomerId,
  status: 'failed',
  problem: { code: 'LDAP_CONNECT', message: 'nobody there', hint: 'try again' },
  diagnostics: [],
};

/** Plans with whatever changes a roster may see. */
const arbitraryRecord: fc.Arbitrary<PlanRecord> = fc
  .array(fc.tuple(arbitraryRoster, arbitraryWishes), { maxLength: 3 })
  .map((worlds) =>
    recordOf(
      ...worlds.map(([one, wishes], n): CustomerPlan => {
        if (BLOCKED.status === 'failed') return BLOCKED;
        const { stateSerial, directory, summary, diagnostics } = BLOCKED;
        const planned = { stateSerial, directory, summary, diagnostics, changes: stepFor(one, wishes).changes };
        return { ...planned, customer: `customer-${n}` as CustomerId, status: 'ready' };
      }),
    ),
  );

async function refusal(path: string): Promise<string> {
  const error: unknown = await planFiles.load(path).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ code: 'PLAN_UNREADABLE', hint: expect.stringContaining('rollcall plan -o FILE') });
  return error instanceof Error ? error.message : '';
}

describe('a saved plan', () => {
  test('is canonical JSON with its digest, and is read back as what it was', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'plan.json');
    const record = recordOf(BLOCKED, FAILED);
    const digest = await planFiles.save(path, record);
    const text = readFileSync(path, 'utf8');
    expect(planOfText(text).digest).toBe(digest);
    expect([...planFiles.text(record)].join('')).toBe(text);
    expect(planFiles.digest(record)).toBe(digest);
    expect(await planFiles.load(path)).toEqual({ ...record, digest });
  });

  test('is read back as what it was, whatever is in it', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'plan.json');
    await fc.assert(
      fc.asyncProperty(arbitraryRecord, async (record) => {
        const digest = await planFiles.save(path, record);
        planOfText(readFileSync(path, 'utf8'));
        expect(await planFiles.load(path)).toEqual({ ...record, digest });
      }),
      { numRuns: 50 },
    );
  });

  test('is read back as what it was, whatever the lengths of its lines', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'plan.json');
    const notes = Array.from({ length: 60 }, (_, n) => ['a', 'ö', '美', '😀'][n % 4]?.repeat(1 + n * 977) ?? '');
    const long = ['b', '咲', '🎈'].map((text) => text.repeat(300_000));
    const people = [...notes, ...long].map((text, n) =>
      person(`u${n}`, `u${n}@acme.example`, { attributes: { notes: text } }),
    );
    const read = { ...reading(people), proof: READING_PROOF };
    const record = recordOf(planOf({ customer: customer(), roster: roster([]), reading: read }));
    const digest = await planFiles.save(path, record);
    expect(planOfText(readFileSync(path, 'utf8')).digest).toBe(digest);
    const { plan } = await planFiles.load(path);
    expect(plan.customers[0]).toMatchObject({ status: 'ready', changes: { length: people.length } });
    expect(planFiles.digest({ ...record, plan })).toBe(digest);
  });

  test('laid out anew with the same content is the same plan', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'plan.json');
    const record = recordOf(BLOCKED, FAILED);
    const digest = await planFiles.save(path, record);
    const text = readFileSync(path, 'utf8');
    const anew = [
      JSON.stringify(JSON.parse(text)),
      JSON.stringify(JSON.parse(text), null, '\t'),
      text.replaceAll('\n', '\r\n'),
    ];
    for (const layout of anew) {
      writeFileSync(path, layout);
      expect(await planFiles.load(path)).toEqual({ ...record, digest });
    }
  });

  test('is for its owner alone, and no other file is left beside it', async () => {
    using folder = temporaryFolder();
    await planFiles.save(join(folder.path, 'plan.json'), recordOf(BLOCKED));
    expect(statSync(join(folder.path, 'plan.json')).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder.path)).toEqual(['plan.json']);
  });
});

describe('a file is refused', () => {
  test('whatever byte of it is changed', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'plan.json');
    await planFiles.save(path, recordOf(BLOCKED, FAILED));
    const bytes = readFileSync(path);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 2), fc.integer({ min: 1, max: 255 }), async (at, bits) => {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ bits;
        if (isSameJson(changed.toString(), bytes.toString())) return;
        writeFileSync(path, changed);
        await refusal(path);
      }),
      { numRuns: 300 },
    );
  });

  test('wherever it is cut off', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'plan.json');
    await planFiles.save(path, recordOf(BLOCKED, FAILED));
    const text = readFileSync(path, 'utf8').trimEnd();
    for (let length = 0; length < text.length; length += 37) {
      writeFileSync(path, text.slice(0, length));
      await refusal(path);
    }
  });

  test('with lines put in, taken out, doubled or in another order', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'plan.json');
    await planFiles.save(path, recordOf(BLOCKED, FAILED));
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    for (let n = 0; n < lines.length; n += 1) {
      for (const changed of [
        lines.toSpliced(n, 1),
        lines.toSpliced(n, 0, lines[n] ?? ''),
        [...lines, lines[n] ?? ''],
      ]) {
        if (isSameJson(changed.join(''), lines.join(''))) continue;
        writeFileSync(path, changed.join('\n'));
        await refusal(path);
      }
    }
  });

  test('whose digest fits, but whose content is of another format or none', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'plan.json');
    await planFiles.save(path, recordOf(BLOCKED));
    const plan = planOfText(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify(withDigest({ ...plan, format: 'rollcall.plan/9' })));
    expect(await refusal(path)).toContain('rollcall.plan/1');
    writeFileSync(path, JSON.stringify(withDigest({ ...plan, at: 'yesterday' })));
    expect(await refusal(path)).toContain('/at');
  });

  test('of a newer format, which is named, however it is laid out', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'plan.json');
    await planFiles.save(path, recordOf(BLOCKED));
    const newer = signedLines(
      readFileSync(path, 'utf8').replaceAll('{"action":', '{"actor":"ann","action":').replace('plan/1', 'plan/2'),
    );
    for (const text of [newer, JSON.stringify(JSON.parse(newer), null, 2)]) {
      writeFileSync(path, text);
      expect(await refusal(path)).toContain(
        'its format is "rollcall.plan/2", and this version reads "rollcall.plan/1"',
      );
    }
  });

  test('with a member that this version does not know, since it may change what an apply should do', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'plan.json');
    await planFiles.save(path, recordOf(BLOCKED));
    const text = readFileSync(path, 'utf8');
    const places = ['{"at":', '{"blocked":', '{"action":', '"errors":'];
    for (const place of places) {
      const [before, after] = place.startsWith('{') ? ['{"above":1,', place.slice(1)] : ['"above":1,', place];
      const unknown = signedLines(text.replace(place, `${before}${after}`));
      for (const layout of [unknown, JSON.stringify(JSON.parse(unknown))]) {
        writeFileSync(path, layout);
        expect(await refusal(path), place).toContain('must NOT have additional properties, such as "above"');
      }
    }
  });

  test('with a second list of customers or changes behind the first, which other readers would believe', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'plan.json');
    await planFiles.save(path, recordOf(BLOCKED));
    const text = readFileSync(path, 'utf8');
    for (const [before, twice] of [
      ['"errors":', '"customers":[],"errors":'],
      ['"customer":', '"changes":[],"customer":'],
    ] as const) {
      writeFileSync(path, signedLines(text.replace(before, twice)));
      await refusal(path);
    }
  });

  test('that is not there, or is a folder', async () => {
    using folder = temporaryFolder();
    expect(await refusal(join(folder.path, 'nothing.json'))).toContain('ENOENT');
    mkdirSync(join(folder.path, 'folder'));
    expect(await refusal(join(folder.path, 'folder'))).toContain('EISDIR');
  });
});

/** The lines of a saved plan with the digest that they give. */
function signedLines(text: string): string {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => line.startsWith('"digest":'));
  const digest = createHash('sha256').update(lines.toSpliced(at, 1).join('')).digest('hex');
  return lines.with(at, `"digest":"sha256:${digest}",`).join('\n');
}

/** Other white space, or the same member twice, is no other plan. */
function isSameJson(a: string, b: string): boolean {
  try {
    return JSON.stringify(JSON.parse(a)) === JSON.stringify(JSON.parse(b));
  } catch {
    return false;
  }
}
