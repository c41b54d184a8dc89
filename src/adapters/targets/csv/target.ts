/** Upload files, one a customer, for services that take nothing else: they are written here, and uploaded by somebody. */
import { DEFAULT_UPLOAD } from '../../../domain/service.ts';
import type { CsvTargetConfig } from '../../../domain/target-config.ts';
import type { Target } from '../../../ports/target.ts';
import type { TargetOpening } from '../opening.ts';
import { peopleIn } from './import.ts';
import { personalColumns } from './personal.ts';
import { readUploads } from './read.ts';
import { projectRows } from './rows.ts';
import { writeUploads } from './write.ts';

export function csvTarget({ name, dir, flavour }: CsvTargetConfig, { service, log }: TargetOpening): Target {
  const uploads = { dir, flavour, format: service?.upload ?? DEFAULT_UPLOAD, log };
  return {
    name,
    personal: personalColumns(uploads.format),
    project: (roster) => projectRows(roster, uploads.format),
    people: (entries) => peopleIn(entries, uploads.format),
    read: (customers, signal) => readUploads(uploads, customers, signal),
    write: (task, signal) => writeUploads(uploads, task, signal),
  };
}
