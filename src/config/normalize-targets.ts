/** The targets of a workspace: every default filled in. */
import type { CsvTargetConfig, PostfixTargetConfig, ScimTargetConfig, TargetConfig } from '../domain/target-config.ts';
import { type ResolvePath, secretReference } from './connection-context.ts';
import { durationMs } from './duration.ts';
import { error, type Finding } from './finding.ts';
import type { ParsedFile } from './parse.ts';
import type { RawCsvTarget, RawPostfixTarget, RawScimTarget, RawWorkspace } from './schema-types.ts';

type Report = (finding: Finding) => void;

/** What the normalizing of one target is given. */
interface Place<T> {
  readonly raw: T;
  readonly at: (...path: readonly (string | number)[]) => TargetConfig['location'];
  readonly resolve: ResolvePath;
  readonly report: Report;
}

/** In the order of the file. */
export function targetsOf(
  file: ParsedFile<RawWorkspace>,
  resolve: ResolvePath,
  report: Report,
): readonly TargetConfig[] {
  return (file.value?.targets ?? []).map((raw, index) => {
    const place = {
      resolve,
      report,
      at: (...path: readonly (string | number)[]) => file.at('targets', index, ...path),
    };
    if (raw.type === 'postfix') return postfixTarget({ ...place, raw: raw as RawPostfixTarget });
    if (raw.type === 'scim') return scimTarget({ ...place, raw: raw as RawScimTarget });
    return csvTarget({ ...place, raw: raw as RawCsvTarget });
  });
}

function common({ raw, at }: Place<RawPostfixTarget | RawScimTarget | RawCsvTarget>) {
  return { name: raw.name, customers: raw.customers ?? [], location: at('name') };
}

function postfixTarget(place: Place<RawPostfixTarget>): PostfixTargetConfig {
  const { raw, at, resolve, report } = place;
  const { maps, database, expandGroups = false } = raw;
  if (maps === 'pgsql' && database === undefined) {
    const message = 'Tables in PostgreSQL need "database": where the URL of the database is to be had.';
    report(error('CONFIG_MISSING', at('maps'), message));
  }
  if (maps !== 'pgsql' && database !== undefined) {
    report(error('CONFIG_TARGET', at('database'), `Only maps: pgsql has a database, and these are ${maps}.`));
  }
  return {
    ...common(place),
    type: 'postfix',
    dir: resolve(raw.dir),
    maps,
    database: database === undefined ? null : secretReference(database, resolve),
    expandGroups,
    postmap: raw.postmap ?? ['postmap'],
    check: raw.check === false ? null : (raw.check ?? ['postfix', 'check']),
    reload: raw.reload === false ? null : (raw.reload ?? ['postfix', 'reload']),
  };
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

function scimTarget(place: Place<RawScimTarget>): ScimTargetConfig {
  const { raw, at, resolve, report } = place;
  const url = URL.canParse(raw.url) ? new URL(raw.url) : null;
  if (url === null || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    const message = 'This is not the URL that a SCIM service begins with, such as https://scim.example/v2.';
    report(error('CONFIG_VALUE', at('url'), message));
  } else if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname)) {
    report(error('CONFIG_VALUE', at('url'), 'Over http: the token would go in clear. Use https:.'));
  }
  return {
    ...common(place),
    type: 'scim',
    url: raw.url.replace(/\/+$/, ''),
    token: secretReference(raw.token, resolve),
    groups: raw.groups ?? true,
    ca: raw.ca === undefined ? null : resolve(raw.ca),
    parallelism: raw.parallelism ?? 4,
    timeoutMs: durationMs(raw.timeout ?? '30s'),
  };
}

function csvTarget(place: Place<RawCsvTarget>): CsvTargetConfig {
  const { raw, resolve } = place;
  return { ...common(place), type: 'csv', dir: resolve(raw.dir), flavour: raw.flavour ?? 'full' };
}
