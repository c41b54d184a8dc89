/** The text of one file in, its raw value out: the shape that the schema promises, with the place of every part. */
import { mendBareNames } from './bare-dn.ts';
import type { Finding } from './finding.ts';
import type { Path, SchemaError, SchemaNode, SchemaValidator } from './schema.ts';
import { type SchemaFinding, schemaFindings } from './schema-findings.ts';
import type { RawCustomer, RawProfile, RawUsers, RawWorkspace } from './schema-types.ts';
import * as validators from './schema-validators.ts';
import { type Mend, readYaml, type YamlText } from './yaml.ts';

/** A file as it was understood. With findings, what is wrong was left out of the value, so that the rest can still be checked. */
export interface ParsedFile<T> {
  /** Relative to the workspace. */
  readonly file: string;
  /** Null if too little of the file can be used. */
  readonly value: T | null;
  readonly findings: readonly Finding[];
  /** The top-level keys of which something was left out. */
  readonly incomplete: ReadonlySet<string>;
  readonly at: YamlText['at'];
  readonly keyAt: YamlText['keyAt'];
}

export function parseWorkspace(text: string, file: string): ParsedFile<RawWorkspace> {
  return parse<RawWorkspace>(text, file, validators.workspace, validators.workspaceSchema);
}

export function parseCustomer(text: string, file: string): ParsedFile<RawCustomer> {
  return parse<RawCustomer>(text, file, validators.customer, validators.customerSchema, mendBareNames);
}

export function parseUsers(text: string, file: string): ParsedFile<RawUsers> {
  return parse<RawUsers>(text, file, validators.users, validators.usersSchema);
}

export function parseProfile(text: string, file: string): ParsedFile<RawProfile> {
  return parse<RawProfile>(text, file, validators.profile, validators.profileSchema);
}

function parse<T>(
  source: string,
  file: string,
  validate: SchemaValidator,
  schema: SchemaNode,
  mend?: Mend,
): ParsedFile<T> {
  const text = readYaml(source, file, mend);
  if (text.value === null || validate(text.value)) return parsed(file, text, text.findings, []);
  const mistakes = schemaFindings(text, schema, errorsOf(validate));
  const { usable, left } = salvage(text, mistakes, validate, schema);
  const findings = [...text.findings, ...mistakes.map(({ finding }) => finding)];
  return parsed(file, usable, findings, left);
}

/** More than this nobody reads; a file that is wrong in every one of 100,000 lines is not worth salvaging. */
const MAX_ERRORS = 2000;

function errorsOf(validate: SchemaValidator): readonly SchemaError[] {
  return (validate.errors ?? []).slice(0, MAX_ERRORS);
}

/** Blocks that lack a key go whole, which may leave the block around them lacking; no file is nested deeper than this. */
const MAX_PASSES = 10;

/** Takes out what is wrong until the rest is right. */
function salvage(text: YamlText, mistakes: readonly SchemaFinding[], validate: SchemaValidator, schema: SchemaNode) {
  const left: Path[] = [];
  let usable = text;
  let wrong = unusablePaths(mistakes);
  for (let pass = 0; pass < MAX_PASSES; pass += 1) {
    if (wrong.length === 0) return { usable, left };
    left.push(...wrong);
    if (wrong.some((path) => path.length === 0)) break;
    usable = usable.without(wrong);
    if (usable.value === null) break;
    wrong = validate(usable.value) ? [] : unusablePaths(schemaFindings(usable, schema, errorsOf(validate)));
  }
  return { usable: null, left };
}

function unusablePaths(mistakes: readonly SchemaFinding[]): readonly Path[] {
  return mistakes.flatMap(({ unusable }) => (unusable === null ? [] : [unusable]));
}

function parsed<T>(
  file: string,
  text: YamlText | null,
  findings: readonly Finding[],
  left: readonly Path[],
): ParsedFile<T> {
  const start = { file, line: 1, column: 1 };
  return {
    file,
    value: (text?.value ?? null) as T | null,
    findings,
    incomplete: new Set(left.flatMap(([key]) => (key === undefined ? [] : [String(key)]))),
    at: text?.at ?? (() => start),
    keyAt: text?.keyAt ?? (() => start),
  };
}
