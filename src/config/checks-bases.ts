/** Checks over the base DNs of one customer's directory. */
import type { CustomerConfig, DirectoryConfig } from '../domain/config.ts';
import type { Location } from '../domain/diagnostic.ts';
import { type Finding, warning } from './finding.ts';

/** Below a base lies everything: a base within another reads those objects twice. */
export function overlappingBases({ directory }: CustomerConfig): readonly Finding[] {
  const bases = basesOf(directory);
  return bases.flatMap((base, index) => {
    const outer = bases.find(
      (other, place) => place !== index && isWithin(base, other) && (place < index || !isWithin(other, base)),
    );
    return outer === undefined || directory === null ? [] : [overlap(directory.location, base, outer)];
  });
}

function overlap(location: Location, base: string, outer: string): Finding {
  const how =
    fold(base) === fold(outer) ? 'stands there twice' : `is part of "${outer}", which is read with everything below it`;
  return warning('CONFIG_BASES', location, `The base DN "${base}" ${how}. Take one out.`);
}

/** Several bases of one part each are mostly one DN that YAML split at its commas. */
export function baseNamesApart({ directory }: CustomerConfig): readonly Finding[] {
  const bases = basesOf(directory);
  if (directory === null || bases.length < 2 || bases.some((base) => base.includes(','))) return [];
  const message = `Each of the ${bases.length} base DNs has one part only. If they are one DN, put it in quotes: "${bases.join(',')}".`;
  return [warning('CONFIG_BASES', directory.location, message)];
}

function basesOf(directory: DirectoryConfig | null): readonly string[] {
  return directory?.connection.type === 'ldap' ? directory.connection.baseDN : [];
}

function isWithin(inner: string, outer: string): boolean {
  return fold(inner) === fold(outer) || fold(inner).endsWith(`,${fold(outer)}`);
}

function fold(dn: string): string {
  return dn.toLowerCase().replaceAll(/\s*([,=])\s*/g, '$1');
}
