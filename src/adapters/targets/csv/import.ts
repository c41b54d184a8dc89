/** Whom upload files serve already, for an import. */
import type { ImportedUser } from '../../../domain/imported-user.ts';
import { ATTRIBUTE_NAMES } from '../../../domain/roster.ts';
import type { UploadFormat, UploadValue } from '../../../domain/service.ts';
import type { FoundEntry } from '../../../domain/target.ts';

/** The users of rows in this format, with what its columns tell of them. Groups are told apart where there is a column of the type. */
export function peopleIn(
  entries: readonly FoundEntry[],
  { columns, separator }: UploadFormat,
): readonly ImportedUser[] {
  const names = new Map(columns.flatMap((column) => ('value' in column ? [[column.value, column.name] as const] : [])));
  return entries.flatMap(({ value: cells }): ImportedUser[] => {
    if (typeof cells === 'string') return [];
    const cellOf = (value: UploadValue) => {
      const cell = cells[names.get(value) ?? ''];
      return typeof cell === 'string' ? cell : '';
    };
    const address = cellOf('address');
    if (address === '' || cellOf('type') === 'group') return [];
    const attributes = ATTRIBUTE_NAMES.map((name) => [name, cellOf(name)] as const).filter(([, text]) => text !== '');
    const aliases = cellOf('aliases')
      .split(separator)
      .filter((alias) => alias.trim() !== '');
    return [{ address, aliases, attributes: Object.fromEntries(attributes) }];
  });
}
