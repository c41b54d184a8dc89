/** A process killed while it writes the tables of Postfix: nobody ever reads half a table, and the next one finishes. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { MapType } from '../../src/domain/target-config.ts';
import { compareWith, convergeWith } from '../support/converge-target.ts';
import { run, type TablesFolder, tablesFolder } from '../support/postfix/gateway.ts';
import { ALWAYS, numberedRoster } from '../support/postfix/numbered-roster.ts';
import { startLoop } from '../support/postfix/target-process.ts';

const SIZE = 2000;
const FOREIGN = 'hand@acme.example by hand\n';

function tableOf({ dir }: TablesFolder, maps: MapType): string {
  return maps === 'sqlite' ? `sqlite:${join(dir, 'recipients.cf')}` : `${maps}:${join(dir, 'recipients')}`;
}

/** What Postfix finds under a key; null where that is nothing. */
async function lookUp(folder: TablesFolder, maps: MapType, key: string): Promise<string | null> {
  const [program, ...words] = folder.postmap;
  try {
    return (await run(program, [...words, '-q', key, tableOf(folder, maps)])).stdout.trim();
  } catch (error) {
    const { code, stderr } = error as { readonly code?: number; readonly stderr?: string };
    if (code === 1 && stderr === '') return null;
    throw error;
  }
}

async function putByHand({ dir, postmap }: TablesFolder, maps: MapType): Promise<void> {
  if (maps === 'sqlite') return;
  const path = join(dir, 'recipients');
  await writeFile(path, FOREIGN + (await readFile(path, 'utf8')));
  if (maps !== 'texthash') await run(postmap[0], [...postmap.slice(1), `${maps}:${path}`]);
}

describe.each(['lmdb', 'cdb', 'texthash', 'sqlite'] as const)('SIGKILL, %s', (maps) => {
  test('at six points of the writing', async () => {
    await using folder = await tablesFolder(maps);
    await convergeWith(folder.open(), numberedRoster(0, SIZE));
    await putByHand(folder, maps);
    for (let kill = 0; kill < 6; kill += 1) {
      const worker = startLoop(folder.config(), SIZE);
      // A first round, so that it writes and does not begin any more.
      expect(await worker.line()).toBe('0');
      const dead = sleep(kill * 31).then(() => worker.process.kill('SIGKILL'));
      expect(await lookUp(folder, maps, ALWAYS)).toBe('OK');
      await dead;
      expect(await worker.ended).toBe('SIGKILL');
      expect(await lookUp(folder, maps, ALWAYS)).toBe('OK');

      const wanted = numberedRoster(kill, SIZE);
      expect(await convergeWith(folder.open(), wanted)).toMatchObject({ failures: [] });
      const { reading, changes } = await compareWith(folder.open(), wanted);
      expect(reading.faults).toEqual([]);
      expect(changes.filter(({ action }) => action !== 'foreign')).toEqual([]);
      expect(await lookUp(folder, maps, `u7.${kill % 3}@acme.example`)).toBe('OK');
      expect(await lookUp(folder, maps, `u7.${(kill + 1) % 3}@acme.example`)).toBeNull();
      if (maps !== 'sqlite') expect(await readFile(join(folder.dir, 'recipients'), 'utf8')).toContain(FOREIGN);
    }
    await convergeWith(folder.open(), numberedRoster(7, SIZE));
    expect((await readdir(folder.dir)).filter((name) => name.startsWith('.'))).toEqual([]);
  }, 240_000);
});
