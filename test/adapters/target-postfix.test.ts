/** Postfix as a target: the contract, for each type of table, with the programs of a real Postfix. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDatabase } from '../../src/adapters/sqlite-database.ts';
import type { CustomerId } from '../../src/domain/roster.ts';
import type { MapType } from '../../src/domain/target-config.ts';
import { describeTarget, type TargetUnderTest } from '../contract/target.ts';
import { run, type TablesFolder, tablesFolder } from '../support/postfix/gateway.ts';

const FOREIGN = 'postmaster@hand.example';

/** Edits one table by hand, as an admin would: and builds its index anew. */
async function editTable({ dir, postmap }: TablesFolder, maps: MapType, edit: (text: string) => string): Promise<void> {
  const path = join(dir, 'recipients');
  await writeFile(path, edit(await readFile(path, 'utf8')));
  if (maps !== 'texthash') await run(postmap[0], [...postmap.slice(1), `${maps}:${path}`]);
}

function ofFiles(maps: MapType): () => Promise<TargetUnderTest> {
  return async () => {
    const folder = await tablesFolder(maps);
    return {
      cannotHold: ['#hash'],
      open: async () => folder.open(),
      putForeign: async () => {
        await editTable(folder, maps, (text) => `${FOREIGN} by hand\n${text}`);
        return `recipients ${FOREIGN}`;
      },
      tamper: (customer: CustomerId) =>
        editTable(folder, maps, (text) => text.replace(new RegExp(`(# rollcall begin ${customer}\n).*\n`), '$1')),
      [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
    };
  };
}

for (const maps of ['texthash', 'lmdb', 'cdb', 'hash'] as const) describeTarget(`postfix, ${maps}`, ofFiles(maps));

describeTarget('postfix, sqlite', async () => {
  const folder = await tablesFolder('sqlite');
  const change = (sql: string, ...values: readonly string[]) => {
    const database = openDatabase(join(folder.dir, 'rollcall.sqlite'));
    database.prepare(sql).run(...values);
    database.close();
  };
  return {
    open: async () => folder.open(),
    putForeign: async () => {
      change("INSERT INTO entry VALUES ('recipients', ?, 'by hand', NULL)", FOREIGN);
      return `recipients ${FOREIGN}`;
    },
    tamper: async (customer) => change('DELETE FROM entry WHERE customer = ?', customer),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
});
