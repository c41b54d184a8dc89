/** What a profile or a workspace says of upload files. */
import type { Location } from '../domain/diagnostic.ts';
import type { UploadColumn, UploadFormat } from '../domain/service.ts';
import { error, type Finding } from './finding.ts';
import { repeated } from './repeated.ts';
import type { RawUpload } from './schema-types.ts';

/** What a block says; what it does not say is absent. */
export type UploadFacts = Partial<UploadFormat>;

export function uploadFacts(raw: RawUpload = {}): UploadFacts {
  const { columns, delimiter, separator, groups, bom, lineEnd } = raw;
  return {
    ...(columns === undefined ? {} : { columns: columns.map(columnOf) }),
    ...(delimiter === undefined ? {} : { delimiter: delimiter === 'tab' ? '\t' : delimiter }),
    ...(separator === undefined ? {} : { separator: separator === 'space' ? ' ' : separator }),
    ...(groups === undefined ? {} : { groups }),
    ...(bom === undefined ? {} : { bom }),
    ...(lineEnd === undefined ? {} : { lineEnd: lineEnd === 'crlf' ? '\r\n' : '\n' }),
  };
}

function columnOf({ name, value, text }: NonNullable<RawUpload['columns']>[number]): UploadColumn {
  return value === undefined ? { name, text: text ?? '' } : { name, value };
}

/** Of the files that list changes alone. */
const ACTION = 'action';

/** What is wrong with columns beside each other. */
export function uploadFindings({ columns, groups }: UploadFormat, location: Location): readonly Finding[] {
  const refuse = (message: string) => error('CONFIG_VALUE', location, message);
  const holds = (value: string) => columns.some((column) => 'value' in column && column.value === value);
  return [
    ...repeated(columns, ({ name }) => name).map(([{ name }]) => refuse(`The upload has two columns "${name}".`)),
    ...(holds('address') ? [] : [refuse('The upload needs a column with the address: {name: Email, value: address}')]),
    ...(groups && !holds('type')
      ? [refuse('An upload with groups needs a column that tells them from users: {name: Type, value: type}')]
      : []),
    ...(columns.some(({ name }) => name === ACTION)
      ? [refuse(`A column of the upload cannot be named "${ACTION}": the files of what has changed have it already.`)]
      : []),
  ];
}
