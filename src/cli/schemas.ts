/** The JSON Schemas that come with the package. */
import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../../schemas/', import.meta.url);
const SUFFIX = '.schema.json';

/** Sorted. */
export function schemaNames(): readonly string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => file.slice(0, -SUFFIX.length))
    .toSorted();
}

export function schemaText(name: string): string {
  return readFileSync(new URL(`${name}${SUFFIX}`, FOLDER), 'utf8');
}
