/** Tables as text, with an index built by postmap(1) or without. */
import type { CustomerId } from '../../../domain/roster.ts';
import type { FoundEntry, TargetFault } from '../../../domain/target.ts';
import {
  type IndexType,
  readTableFile,
  type StagedFile,
  type Staging,
  stageTable,
  type TableFile,
} from './table-files.ts';
import type { StoreReading, StoreTask, TableStore } from './table-store.ts';
import type { OwnLine, TableText } from './table-text.ts';
import { entryKey, type LineWrite, type Table } from './tables.ts';

export interface TextStoreOptions extends Omit<Staging, 'signal'> {
  readonly index: IndexType;
  /** The tables that may be there. */
  readonly tables: readonly Table[];
  /** Of these, those that are always made: main.cf names them, and Postfix answers 451 where one is missing. */
  readonly needed: ReadonlySet<Table>;
}

export function textStore(options: TextStoreOptions): TableStore {
  const { dir, index, tables, needed } = options;
  const readAll = () => Promise.all(tables.map((table) => readTableFile(dir, table, index)));
  return {
    async read(customers): Promise<StoreReading> {
      const files = await readAll();
      return {
        entries: files.flatMap((file) => entriesOf(file, customers)),
        faults: files.flatMap(faultsOf),
        missing: files.filter(({ exists, table }) => !exists && needed.has(table)).map(({ table }) => table),
        begun: files.some(({ exists }) => exists),
      };
    },
    async prepare(task: StoreTask) {
      const files = await readAll();
      const changed = files.filter((file) => isToBeMade(file, task, needed));
      const staged: StagedFile[] = [];
      for (const { table, text } of changed) {
        const after = withWrites(text, task.writes.get(table) ?? []);
        staged.push(await stageTable(table, after, { ...options, signal: task.signal }));
      }
      // What a running Postfix has not found once, it does not look for again.
      const reload = changed.some(({ exists, index: fault }) => index === null || !exists || fault === 'missing');
      return { staged, reload, commit: null };
    },
  };
}

function isToBeMade(file: TableFile, { writes, mend }: StoreTask, needed: ReadonlySet<Table>): boolean {
  if (writes.has(file.table)) return true;
  if (!file.exists) return needed.has(file.table);
  return mend || faultsOf(file).length > 0;
}

function entriesOf({ table, text }: TableFile, customers: ReadonlySet<CustomerId>): readonly FoundEntry[] {
  const entries: FoundEntry[] = [];
  for (const [key, { customer, value }] of text.ours) {
    if (customers.has(customer)) entries.push({ owner: 'ours', customer, key: entryKey(table, key), value });
  }
  for (const { key, value } of [...text.before, ...text.after]) {
    if (key !== null) entries.push({ owner: 'nobody', customer: null, key: entryKey(table, key), value });
  }
  return entries;
}

function faultsOf({ table, text, index }: TableFile): readonly TargetFault[] {
  const faults = text.wrong.slice(0, 1).map((found): TargetFault => {
    const more = text.wrong.length === 1 ? '' : `, and ${text.wrong.length - 1} more like it`;
    return { key: table, expected: 'whole sections', found: `${found}${more}` };
  });
  if (index === null) return faults;
  const found = index === 'missing' ? 'no index' : 'an index that is older than its text';
  return [...faults, { key: table, expected: 'an index of its text', found }];
}

function withWrites(text: TableText, writes: readonly LineWrite[]): TableText {
  const ours = new Map<string, OwnLine>(text.ours);
  for (const { key, customer, value } of writes) {
    if (value !== null) ours.set(key, { customer, value });
    else if (ours.get(key)?.customer === customer) ours.delete(key);
  }
  return { ...text, ours };
}
