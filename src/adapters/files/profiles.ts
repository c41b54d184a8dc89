/** Reads service profiles: those that come with the package by name, others by their path. */
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { error, type Finding } from '../../config/finding.ts';
import { normalizeProfile, profileWith, type ServiceReference } from '../../config/normalize-service.ts';
import { parseProfile } from '../../config/parse.ts';
import { didYouMean } from '../../config/suggest.ts';
import type { ServiceProfile } from '../../domain/service.ts';
import { readText } from './workspace-text.ts';

const SHIPPED = fileURLToPath(new URL('../../../profiles/', import.meta.url));
const SUFFIX = '.yaml';
const NAME = /^[a-z0-9][a-z0-9-]*$/;

export interface LoadedProfile {
  readonly profile: ServiceProfile | null;
  readonly findings: readonly Finding[];
  /** Absolute; empty for one that is shipped. */
  readonly files: readonly string[];
}

/** The profile that a workspace names, with what it gives in place of it or beside it. Never rejects. */
export async function loadProfile(
  reference: ServiceReference | null,
  root: string,
  cite: (path: string) => string,
): Promise<LoadedProfile> {
  if (reference === null) return { profile: null, findings: [], files: [] };
  const { profile: name, location } = reference;
  const isShipped = NAME.test(name);
  const path = isShipped ? join(SHIPPED, `${name}${SUFFIX}`) : resolve(root, name);
  const files = isShipped ? [] : [path];
  if (isShipped && !(await shippedProfiles()).includes(name)) {
    return { profile: null, findings: [await unknownProfile(reference)], files };
  }
  const file = isShipped ? `profiles/${name}${SUFFIX}` : cite(path);
  const read = await readText(path);
  if (!read.ok) {
    // A file that is not there is the fault of the line that names it; a broken one is its own.
    const place = read.line === null ? location : { file, line: read.line, column: 1 };
    return { profile: null, findings: [error('CONFIG_FILE', place, `${file}: ${read.problem}`)], files };
  }
  const parsed = parseProfile(read.text, file);
  const { value, findings } = normalizeProfile(parsed);
  const found = [...parsed.findings, ...findings];
  if (value === null) return { profile: null, findings: found, files };
  const whole = profileWith(value, reference);
  return { profile: whole.value, findings: [...found, ...whole.findings], files };
}

/** Their names, sorted. */
async function shippedProfiles(): Promise<readonly string[]> {
  const files = await readdir(SHIPPED).catch(() => []);
  return files.flatMap((file) => (file.endsWith(SUFFIX) ? [file.slice(0, -SUFFIX.length)] : [])).toSorted();
}

async function unknownProfile({ profile, location }: ServiceReference): Promise<Finding> {
  const names = await shippedProfiles();
  const message = `There is no service profile "${profile}". Shipped: ${names.join(', ')}.${didYouMean(profile, names)} A file of your own is named by its path, as ./${profile}.yaml.`;
  return error('CONFIG_SERVICE', location, message);
}
