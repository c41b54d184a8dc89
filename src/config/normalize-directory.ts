/** The directory section: defaults filled in, and what the schema cannot say about a connection checked. */
import { parseAddress } from '../domain/address.ts';
import type { AdditionConfig, DirectoryConfig, ExceptionConfig, IncludePolicy } from '../domain/config.ts';
import type { ObjectId } from '../domain/roster.ts';
import type { ConnectionContext, ResolvePath } from './connection-context.ts';
import { durationMs } from './duration.ts';
import { error, type Finding } from './finding.ts';
import { normalizeEntra } from './normalize-entra.ts';
import { normalizeLdap } from './normalize-ldap.ts';
import type { ParsedFile } from './parse.ts';
import type { RawCustomer, RawDirectory, RawEntraDirectory, RawLdapDirectory } from './schema-types.ts';

const SHORTEST_DELETE_AFTER_DAYS = 7;
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** What is wrong goes to `report`; something stands in its place, so that the rest can be checked. */
export function normalizeDirectory(
  file: ParsedFile<RawCustomer>,
  raw: RawDirectory,
  resolve: ResolvePath,
  report: (finding: Finding) => void,
): DirectoryConfig {
  const context = { file, raw, resolve, report };
  const location = file.keyAt('directory');
  const placeOf = (key: keyof RawLdapDirectory & keyof RawEntraDirectory) =>
    raw[key] === undefined ? location : file.keyAt('directory', key);
  const include: Partial<IncludePolicy> = raw.include ?? {};
  return {
    enabled: raw.enabled ?? true,
    connection: raw.type === 'entra' ? normalizeEntra({ ...context, raw }) : normalizeLdap({ ...context, raw }),
    include: {
      disabled: include.disabled ?? false,
      guests: include.guests ?? false,
      publicFolders: include.publicFolders ?? false,
      sharedMailboxes: include.sharedMailboxes ?? false,
      resources: include.resources ?? false,
    },
    syncEveryMs: durationMs(raw.sync?.every ?? '24h'),
    deleteAfterDays: deleteAfterOf(context),
    exceptions: exceptionsOf(context),
    additions: additionsOf(context),
    location,
    locations: { filter: placeOf('filter'), include: placeOf('include'), deleteAfter: placeOf('deleteAfter') },
  };
}

function deleteAfterOf({ file, raw, report }: ConnectionContext<RawDirectory>): number | 'never' {
  const text = raw.deleteAfter ?? '7d';
  if (text === 'never') return text;
  const days = Number.parseInt(text, 10);
  if (days < SHORTEST_DELETE_AFTER_DAYS)
    report(
      error(
        'CONFIG_VALUE',
        file.at('directory', 'deleteAfter'),
        `"directory.deleteAfter" must be 7d or more, or never (DEL-2).`,
      ),
    );
  return days;
}

function exceptionsOf({ file, raw, report }: ConnectionContext<RawDirectory>): readonly ExceptionConfig[] {
  return (raw.exceptions ?? []).flatMap((exception, index): ExceptionConfig[] => {
    const kind = (['user', 'group', 'alias'] as const).find((key) => exception[key] !== undefined) ?? 'user';
    const text = exception[kind] ?? '';
    const location = file.at('directory', 'exceptions', index, kind);
    if (UUID.test(text)) {
      if (kind !== 'alias') return [{ kind, subject: { objectId: text.toLowerCase() as ObjectId }, text, location }];
      report(error('CONFIG_VALUE', location, 'An alias has no object id. Name it by its address.'));
      return [];
    }
    const result = parseAddress(text);
    if (result.ok) return [{ kind, subject: { address: result.address.key }, text, location }];
    report(
      error(
        'CONFIG_VALUE',
        location,
        `"${text}" is not an address${kind === 'alias' ? '' : ' or object id'}: ${result.problem}.`,
      ),
    );
    return [];
  });
}

function additionsOf({ file, raw, report }: ConnectionContext<RawDirectory>): readonly AdditionConfig[] {
  return (raw.additions ?? []).flatMap((text, index): AdditionConfig[] => {
    const location = file.at('directory', 'additions', index);
    const result = parseAddress(text);
    if (result.ok) return [{ key: result.address.key, address: text, location }];
    report(error('CONFIG_VALUE', location, `"${text}" is not an address: ${result.problem}.`));
    return [];
  });
}
