/** Which columns of upload files are personal. */
import { PERSONAL_ATTRIBUTES } from '../../../domain/pseudonym.ts';
import type { UploadFormat, UploadValue } from '../../../domain/service.ts';
import type { Personal } from '../../../ports/target.ts';

const KINDS: Readonly<Record<UploadValue, ReturnType<Personal['field']>>> = {
  address: 'called',
  aliases: null,
  ...PERSONAL_ATTRIBUTES,
  type: null,
  status: null,
  members: null,
};

/** A column that the format does not have may hold anything: somebody put it there by hand, or it is of a former format. */
export function personalColumns({ columns }: UploadFormat): Personal {
  const kinds = new Map(
    columns.map((column) => [column.name, 'value' in column ? KINDS[column.value] : null] as const),
  );
  return {
    field: (name) => {
      const kind = kinds.get(name);
      return kind === undefined ? 'notes' : kind;
    },
    calledInKeys: false,
  };
}
