/** Files of changes: uploaded in their order they lead to the full file, whatever happened to the process or to the folder in between. */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Entry, Roster } from '../../src/domain/roster.ts';
import { DEFAULT_UPLOAD } from '../../src/domain/service.ts';
import { roster, user } from '../support/builders.ts';
import { type CsvFolder, changesFiles, driftOf, fullFile, putInStep, uploaded } from '../support/csv-folder.ts';
import { verifiedDomain } from '../support/roster-builders.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/workspace.ts';

const NOTHING: ReturnType<typeof uploaded> = new Map();

function acme(entries: readonly Entry[], serial = 1): Roster {
  return roster(entries, { serial, domains: [verifiedDomain('acme.example')] });
}

function folderIn({ path }: TemporaryFolder): CsvFolder {
  return { dir: join(path, 'exports'), flavour: 'changes' };
}

const textOf = ({ dir }: CsvFolder, file: string) => readFileSync(join(dir, 'acme.changes', file), 'utf8');
/** Without the line of the header. */
const rowsOf = (folder: CsvFolder, file: string) => textOf(folder, file).trimEnd().split('\n').slice(1);

const ann = user('ann@acme.example', { attributes: { displayName: 'Ann' } });
const ben = user('ben@acme.example');
const cy = user('cy@acme.example');

describe('files of changes', () => {
  test('are named by the serial, and say what to do with whom: who goes first, who comes last', async () => {
    using temporary = temporaryFolder();
    const folder = folderIn(temporary);
    await putInStep(folder, acme([ann, ben], 1));
    await putInStep(folder, acme([{ ...ann, attributes: { displayName: 'Anna' } }, cy], 7));
    await putInStep(folder, acme([cy], 8));
    await putInStep(folder, acme([cy], 9));
    expect(changesFiles(folder)).toEqual(['0000000001.csv', '0000000007.csv', '0000000008.csv']);
    expect(textOf(folder, '0000000007.csv')).toBe(
      [
        'action,address,aliases,givenName,surname,displayName,homePhone,mobile,company,department,notes',
        'remove,ben@acme.example,,,,,,,,,',
        'change,ann@acme.example,,,,Anna,,,,,',
        'add,cy@acme.example,,,,,,,,,',
        '',
      ].join('\n'),
    );
    expect(uploaded(NOTHING, folder, changesFiles(folder))).toEqual(fullFile(folder));
  });

  test('are never written over: what is put back by hand makes none, a second write at one serial the next number', async () => {
    using temporary = temporaryFolder();
    const folder = folderIn(temporary);
    await putInStep(folder, acme([ann, ben], 5));
    const first = textOf(folder, '0000000005.csv');
    writeFileSync(join(folder.dir, 'acme.csv'), 'address\nzoe@acme.example\n');
    await putInStep(folder, acme([ann, ben], 5));
    expect(changesFiles(folder)).toEqual(['0000000005.csv']);
    const upload = { columns: [{ name: 'address', value: 'address' as const }] };
    await putInStep({ ...folder, upload }, acme([ann, ben], 5));
    await putInStep({ ...folder, upload }, acme([ann], 6));
    expect(changesFiles(folder)).toEqual(['0000000005.csv', '0000000006.csv', '0000000007.csv']);
    expect(textOf(folder, '0000000005.csv')).toBe(first);
    expect(rowsOf(folder, '0000000006.csv')).toEqual(['change,ann@acme.example', 'change,ben@acme.example']);
    expect(rowsOf(folder, '0000000007.csv')).toEqual(['remove,ben@acme.example']);
  });

  test('go on in order where the state began anew, and where uploaded ones were taken away', async () => {
    using temporary = temporaryFolder();
    const folder = folderIn(temporary);
    await putInStep(folder, acme([ann], 41));
    await putInStep(folder, acme([ann, ben], 42));
    const before = fullFile(folder);
    for (const file of changesFiles(folder)) rmSync(join(folder.dir, 'acme.changes', file));
    await putInStep(folder, acme([ben, cy], 1));
    expect(changesFiles(folder)).toEqual(['0000000043.csv']);
    expect(uploaded(before, folder, changesFiles(folder))).toEqual(fullFile(folder));
  });

  test('begin from the full file where there were none before, and again after a time without them', async () => {
    using temporary = temporaryFolder();
    const changes = folderIn(temporary);
    const full: CsvFolder = { ...changes, flavour: 'full' };
    await putInStep(full, acme([ann], 1));
    await putInStep(changes, acme([ann, ben], 2));
    expect(rowsOf(changes, '0000000002.csv')).toEqual(['add,ben@acme.example,,,,,,,,,']);
    await putInStep(full, acme([ben], 3));
    await putInStep(changes, acme([ben, cy], 4));
    expect(rowsOf(changes, '0000000004.csv')).toEqual(['add,cy@acme.example,,,,,,,,,']);
  });

  test('stop that customer where the rows that they lead to cannot be told', async () => {
    using temporary = temporaryFolder();
    const folder = folderIn(temporary);
    await putInStep(folder, acme([ann], 1));
    for (const text of ['', '{"format":"rollcall.csv-base/1","header":[],"address":"a","rows":[[1,2]]}']) {
      writeFileSync(join(folder.dir, 'acme.changes/.0000000001.json'), text);
      const { failures } = await putInStep(folder, acme([ann, ben], 2));
      expect(failures).toMatchObject([{ problem: { code: 'CSV_CHANGES' } }]);
    }
    rmSync(join(folder.dir, 'acme.changes/.0000000001.json'));
    expect((await putInStep(folder, acme([ann, ben], 2))).failures).toEqual([]);
    expect(uploaded(NOTHING, folder, changesFiles(folder))).toEqual(fullFile(folder));
  });
});

describe('whatever happens in between', () => {
  const people = ['ann', 'ben', 'cy', 'dee', '=eve'].map((name) => `${name}@acme.example`);
  const arbitraryEntries = fc
    .array(fc.tuple(fc.constantFrom(...people), fc.constantFrom('', 'A', 'B\nC', '=D'), fc.boolean()))
    .map((drawn) =>
      [...new Map(drawn.map((one) => [one[0], one])).values()].map(([address, displayName, isOn]) =>
        user(address, {
          attributes: displayName === '' ? {} : { displayName },
          status: isOn ? 'active' : 'deactivated',
        }),
      ),
    );
  const arbitraryStep = fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('apply' as const), entries: arbitraryEntries }) },
    fc.record({ kind: fc.constantFrom('edit' as const, 'lose' as const, 'upload' as const, 'again' as const) }),
    fc.record({ kind: fc.constant('columns' as const) }),
  );

  test('uploading the files in order leads to the full file', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(arbitraryStep, { maxLength: 10 }), async (steps) => {
        using temporary = temporaryFolder();
        let folder = folderIn(temporary);
        let now = acme([], 0);
        let service = NOTHING;
        const take = () => {
          if (!existsSync(join(folder.dir, 'acme.changes'))) return;
          service = uploaded(service, folder, changesFiles(folder));
          for (const file of changesFiles(folder)) rmSync(join(folder.dir, 'acme.changes', file));
        };
        const full = join(folder.dir, 'acme.csv');
        for (const step of steps) {
          if (step.kind === 'apply') now = acme(step.entries, now.serial + 1);
          if (step.kind === 'edit' && existsSync(full))
            writeFileSync(full, readFileSync(full, 'utf8').replace(/^b.*\n/m, ''));
          if (step.kind === 'lose') rmSync(full, { force: true });
          if (step.kind === 'upload') take();
          if (step.kind === 'columns') {
            const isShort = folder.upload !== undefined;
            const { upload: _, ...rest } = folder;
            folder = isShort ? rest : { ...rest, upload: { columns: DEFAULT_UPLOAD.columns.slice(0, 5) } };
          }
          expect((await putInStep(folder, now)).failures).toEqual([]);
        }
        take();
        expect(service).toEqual(existsSync(full) ? fullFile(folder) : NOTHING);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a write that is killed', () => {
  const worker = fileURLToPath(new URL('../support/csv-target-worker.ts', import.meta.url));

  /** Puts the folder in step in a process that kills itself before so many calls; says how that ended. */
  function killedAt(folder: CsvFolder, to: Roster, calls: number): Promise<number | NodeJS.Signals | null> {
    const child = spawn(process.execPath, ['--import', 'tsx', worker, folder.dir, JSON.stringify(to), String(calls)], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    return new Promise((resolve, reject) => {
      child.once('error', reject).once('close', (code, signal) => resolve(signal ?? code));
    });
  }

  const first = acme([ann, ben], 1);
  const second = acme([{ ...ann, attributes: { displayName: 'Anna' } }, cy], 2);
  /** What the next apply finds: the same, more than that, or what was before. */
  const next = [second, acme([ann, cy, user('dee@acme.example')], 3), { ...first, serial: 3 }];
  const last = acme([ben, user('zoe@acme.example')], 4);

  /** What the service would have. */
  const heldAfter = (folder: CsvFolder) =>
    existsSync(join(folder.dir, 'acme.changes')) ? uploaded(NOTHING, folder, changesFiles(folder)) : NOTHING;

  /** Kills a write before so many calls, and has each of the next ones finish it. Returns how the write ended. */
  async function finishAfter(calls: number, before: Roster | null) {
    using temporary = temporaryFolder();
    const whole = { ...folderIn(temporary), dir: join(temporary.path, 'whole') };
    const folder = folderIn(temporary);
    if (before !== null) for (const one of [folder, whole]) await putInStep(one, before);
    const heldBefore = heldAfter(folder);
    await putInStep(whole, second);
    const ended = await killedAt(folder, second, calls);
    for (const [index, to] of next.entries()) {
      const copy: CsvFolder = { ...folder, dir: join(temporary.path, `copy${index}`) };
      if (existsSync(folder.dir)) cpSync(folder.dir, copy.dir, { recursive: true });
      // Somebody may have uploaded what was there at that moment: it is never changed afterwards.
      const early = heldAfter(copy);
      expect([heldBefore, heldAfter(whole)]).toContainEqual(early);
      const published = existsSync(join(copy.dir, 'acme.changes')) ? changesFiles(copy) : [];
      for (const roster of [to, last]) {
        expect((await putInStep(copy, roster)).failures).toEqual([]);
        expect(await driftOf(copy, roster)).toEqual({ changes: [], faults: [] });
        const rest = changesFiles(copy).filter((file) => !published.includes(file));
        expect(uploaded(early, copy, rest)).toEqual(fullFile(copy));
      }
      const files = readdirSync(copy.dir, { recursive: true, encoding: 'utf8' });
      expect(files.filter((file) => file.endsWith('.tmp'))).toEqual([]);
    }
    return ended;
  }

  test.each([
    ['the first time', null],
    ['with a file before', first],
  ])(
    'at any point, %s: the next one finishes it, and nothing is lost or doubled',
    async (_, before) => {
      const ends: Awaited<ReturnType<typeof finishAfter>>[] = [];
      const AT_ONCE = 4;
      while (!ends.includes(0) && ends.length < 100) {
        const calls = Array.from({ length: AT_ONCE }, (_, n) => ends.length + n);
        ends.push(...(await Promise.all(calls.map((one) => finishAfter(one, before)))));
      }
      const done = ends.indexOf(0);
      expect(ends).toEqual(ends.map((_, calls) => (calls < done ? 'SIGKILL' : 0)));
      // Marks, rows, changes, the file and marks again, each opened and renamed at the least.
      expect(done).toBeGreaterThan(10);
    },
    180_000,
  );
});
