/** The rows of upload files: what they hold of a roster, and how they differ from those before. */
import { acceptedAddresses, acceptedDomains } from '../../../domain/accepted.ts';
import { type AddressKey, keyOf } from '../../../domain/address.ts';
import { type CustomerId, type Entry, isUser, type Roster } from '../../../domain/roster.ts';
import type { UploadFormat, UploadValue } from '../../../domain/service.ts';
import { sameValue, type TargetEntry } from '../../../domain/target.ts';

/** Cells by the names of their columns. */
export type Cells = Readonly<Record<string, string>>;

/** One line of a file, and whom it is about. */
export interface UploadRow {
  /** The address in canonical form. */
  readonly key: AddressKey;
  readonly address: string;
  readonly cells: Cells;
}

/** What a change of a file does with a row. */
export interface RowChange extends UploadRow {
  readonly action: 'add' | 'change' | 'remove';
}

/** The name of a customer's file in the folder of the target. */
export function fileNameOf(customer: CustomerId): string {
  return `${customer}.csv`;
}

/** The name of the column that has the address. */
export function addressColumn({ columns }: UploadFormat): string {
  return columns.find((column) => 'value' in column && column.value === 'address')?.name ?? '';
}

export function entryKey(customer: CustomerId, key: AddressKey): string {
  return `${fileNameOf(customer)} ${key}`;
}

/** A row for each user, public folder and, where the format has them, group that mail is taken for (TGT-1), in no particular order. */
export function projectRows(roster: Roster, format: UploadFormat): readonly TargetEntry[] {
  const domains = acceptedDomains(roster);
  const addressOf = new Map(
    roster.entries.map((entry) => [keyOf(entry.address), acceptedAddresses(entry, domains)] as const),
  );
  return roster.entries.flatMap((entry): TargetEntry[] => {
    if (!isUser(entry) && !format.groups) return [];
    const [address, ...aliases] = addressOf.get(keyOf(entry.address)) ?? [];
    if (address === undefined) return [];
    const members = isUser(entry) ? [] : entry.members.flatMap((member) => addressOf.get(keyOf(member))?.[0] ?? []);
    const lists = { aliases: aliases.join(format.separator), members: members.join(format.separator) };
    const cells = format.columns.map((column): [string, string] => {
      const text = 'text' in column ? column.text : cellOf(column.value, entry, address, lists);
      return [column.name, wellFormed(text)];
    });
    const { customer } = roster;
    return [{ customer, key: entryKey(customer, keyOf(address)), value: Object.fromEntries(cells) }];
  });
}

function cellOf(
  value: UploadValue,
  entry: Entry,
  address: string,
  lists: { readonly aliases: string; readonly members: string },
): string {
  switch (value) {
    case 'address':
      return address;
    case 'aliases':
    case 'members':
      return lists[value];
    case 'type':
      return entry.type;
    case 'status':
      return isUser(entry) ? entry.status : 'active';
    default:
      if (isUser(entry)) return entry.attributes[value] ?? '';
      return value === 'displayName' ? (entry.displayName ?? '') : '';
  }
}

/** Half a character cannot be written as UTF-8, and would come back as another text than it was. */
function wellFormed(text: string): string {
  return text.replaceAll(/\p{Surrogate}/gu, '\ufffd');
}

/** The rows that entries stand for, in the order of their canonical addresses. */
export function rowsOf(entries: readonly TargetEntry[], format: UploadFormat): readonly UploadRow[] {
  const name = addressColumn(format);
  const rows = entries.map(({ customer, key, value }) => {
    const cells = value as Cells;
    return {
      key: key.slice(entryKey(customer, '' as AddressKey).length) as AddressKey,
      address: cells[name] ?? '',
      cells,
    };
  });
  return sortRows(rows);
}

/** In the order of their canonical addresses. */
export function sortRows<T extends UploadRow>(rows: readonly T[]): readonly T[] {
  return rows.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

/**
 * What leads from one file to the next: first what goes, then what changes, then what comes, so that an address is free before somebody
 * else gets it.
 */
export function rowChanges(before: readonly UploadRow[], after: readonly UploadRow[]): readonly RowChange[] {
  const left = new Map(before.map((row) => [row.key, row]));
  const changed: RowChange[] = [];
  const added: RowChange[] = [];
  for (const row of after) {
    const old = left.get(row.key);
    left.delete(row.key);
    if (old === undefined) added.push({ ...row, action: 'add' });
    else if (!sameValue(old.cells, row.cells)) changed.push({ ...row, action: 'change' });
  }
  const removed = [...left.values()].map((row): RowChange => ({ ...row, action: 'remove' }));
  return [removed, changed, added].flatMap(sortRows);
}
