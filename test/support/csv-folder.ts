/** A folder of upload files: written as an apply would, and read as the service that they are uploaded to would. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { csvTarget } from '../../src/adapters/targets/csv/target.ts';
import type { CustomerId, Roster } from '../../src/domain/roster.ts';
import { DEFAULT_UPLOAD, type ServiceProfile, type UploadFormat } from '../../src/domain/service.ts';
import {
  diffTarget,
  isWrite,
  type TargetChange,
  type TargetFailure,
  type TargetFault,
} from '../../src/domain/target.ts';
import type { Target } from '../../src/ports/target.ts';

export interface CsvFolder {
  readonly dir: string;
  readonly flavour?: 'full' | 'changes';
  readonly upload?: Partial<UploadFormat>;
}

const NEVER = new AbortController().signal;

export function openCsv({ dir, flavour = 'full', upload = {} }: CsvFolder): Target {
  const service: ServiceProfile = {
    name: 'portal',
    displayName: 'Portal',
    ownership: { label: '', value: '{token}' },
    ports: { delivery: 25, smartHost: 25 },
    regions: [],
    upload: { ...DEFAULT_UPLOAD, ...upload },
  };
  const location = { file: 'rollcall.yaml', line: 1, column: 1 };
  const opening = { resolveSecret: () => Promise.reject(new Error('no secrets')), log: () => {}, service };
  return csvTarget({ name: 'portal', type: 'csv', customers: [], dir, flavour, location }, opening);
}

export interface Compared {
  readonly changes: readonly TargetChange[];
  readonly faults: readonly TargetFault[];
}

/** What drift would tell. */
export async function driftOf(folder: CsvFolder, ...rosters: readonly Roster[]): Promise<Compared> {
  const target = openCsv(folder);
  const chosen = new Set(rosters.map(({ customer }) => customer));
  const reading = await target.read([...chosen], NEVER);
  const desired = rosters.flatMap((one) => target.project(one));
  const served = new Set([...chosen, 'acme' as CustomerId, 'globex' as CustomerId]);
  return { changes: diffTarget(desired, reading.entries, { chosen, served }), faults: reading.faults };
}

/** What an apply would do. */
export async function putInStep(
  folder: CsvFolder,
  ...rosters: readonly Roster[]
): Promise<Compared & { readonly failures: readonly TargetFailure[] }> {
  const compared = await driftOf(folder, ...rosters);
  const target = openCsv(folder);
  const changes = compared.changes.filter(isWrite);
  const desired = rosters.flatMap((one) => target.project(one));
  const serials = new Map(rosters.map(({ customer, serial }) => [customer, serial]));
  const isIdle = changes.length === 0 && compared.faults.length === 0;
  const failures = isIdle ? [] : await target.write({ changes, desired, serials }, NEVER);
  return { ...compared, failures };
}

/** The files of changes in the order to upload them in. */
export function changesFiles({ dir }: CsvFolder, customer = 'acme'): readonly string[] {
  const names = readdirSync(join(dir, `${customer}.changes`));
  return names.filter((name) => !name.startsWith('.') && name.endsWith('.csv')).sort();
}

type Record = { readonly [column: string]: string };

export function recordsOf(path: string, delimiter = ','): readonly Record[] {
  return parse(readFileSync(path), { columns: true, delimiter, bom: true }) as Record[];
}

/**
 * What a service holds after these files were uploaded to it, each action taken by its word: adds somebody it does not have, changes and
 * removes somebody it has.
 */
export function uploaded(
  held: ReadonlyMap<string, Record>,
  folder: CsvFolder,
  files: readonly string[],
): ReadonlyMap<string, Record> {
  const service = new Map(held);
  for (const file of files) {
    for (const { action, ...record } of recordsOf(join(folder.dir, 'acme.changes', file))) {
      const address = String(record['address']);
      if (service.has(address) !== (action !== 'add')) throw new Error(`${file} cannot ${action} ${address}`);
      if (action === 'remove') service.delete(address);
      else service.set(address, record);
    }
  }
  return service;
}

/** What the full file holds, as the service would. */
export function fullFile({ dir }: CsvFolder): ReadonlyMap<string, Record> {
  return new Map(recordsOf(join(dir, 'acme.csv')).map((record) => [String(record['address']), record]));
}
