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
  /** All are made, be they empty: Postfix answers 451 where main.cf names one that is missing. */
  readonly tables: readonly Table[];
}

export function textStore(options: TextStoreOptions): TableStore {
  const { dir, index, tables } = options;
  const known = new Map<Table, TableFile>();
  const readAll = () =>
    Promise.all(
      tables.map(async (table) => {
        const file = await readTableFile(dir, table, { index, known: known.get(table) });
        known.set(table, file);
        return file;
      }),
    );
  return {
    async read(customers): Promise<StoreReading> {
      const files = await readAll();
      return {
        entries: files.flatMap((file) => entriesOf(file, customers)),
        faults: files.flatMap(faultsOf),
        missing: files.filter(({ stamp }) => stamp === null).map(({ table }) => table),
        begun: files.some(({ stamp }) => stamp !== null),
      };
    },
    async prepare(task: StoreTask) {
      const files = await readAll();
      const changed = files.filter((file) => isToBeMade(file, task));
      const staged: StagedFile[] = [];
      for (const { table, text } of changed) {
        const after = withWrites(text, task.writes.get(table) ?? []);
        staged.push(await stageTable(table, after, { ...options, signal: task.signal }));
      }
      // What a running Postfix has not found once, it does not look for again.
      const reload = changed.some(({ stamp, index: fault }) => index === null || stamp === null || fault === 'missing');
      return { staged, reload, commit: null };
    },
  };
}

function isToBeMade(file: TableFile, { writes, mend }: StoreTask): boolean {
  return mend || file.stamp === null || writes.has(file.table) || faultsOf(file).length > 0;
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
