/** How a tenant of Entra ID is reached and asked: what the schema cannot say about credentials is checked here. */
import type { EntraConnection, EntraCredential } from '../domain/config.ts';
import { addDays, parseInstant } from '../domain/instant.ts';
import { type ConnectionContext, secretReference } from './connection-context.ts';
import { durationMs } from './duration.ts';
import { error } from './finding.ts';
import type { RawEntraDirectory } from './schema-types.ts';

type Context = ConnectionContext<RawEntraDirectory>;

/** What is wrong goes to `report`; what is returned then stands in for it. */
export function normalizeEntra(context: Context): EntraConnection {
  const { raw } = context;
  return {
    type: 'entra',
    tenant: raw.tenant.toLowerCase(),
    clientId: raw.clientId.toLowerCase(),
    credential: credentialOf(context),
    expires: expiresOf(context),
    cloud: raw.cloud ?? 'global',
    filter: filterOf(context),
    timeouts: {
      pageMs: durationMs(raw.timeouts?.page ?? '60s'),
      throttledMs: durationMs(raw.timeouts?.throttled ?? '5m'),
    },
    fullEveryMs: durationMs(raw.sync?.fullEvery ?? '7d'),
  };
}

/** LDAP filters are in brackets and have no blanks around their operators. */
function filterOf({ file, raw, report }: Context): string | null {
  if (raw.filter !== undefined && /^\(.*[^ ]=[^ ]*\)$/.test(raw.filter))
    report(
      error(
        'CONFIG_FILTER',
        file.at('directory', 'filter'),
        '"directory.filter" is an LDAP filter. Entra ID takes OData: accountEnabled eq true and userType eq \'Member\'.',
      ),
    );
  return raw.filter ?? null;
}

function credentialOf({ file, raw, resolve, report }: Context): EntraCredential {
  const { secret, certificate, key, federated } = raw.credential;
  const refuse = (message: string) => report(error('CONFIG_VALUE', file.keyAt('directory', 'credential'), message));
  // What the schema found wrong has been taken out.
  const isWhole = !file.incomplete.has('directory');
  const given = [secret, certificate ?? key, federated].filter((way) => way !== undefined).length;
  if (isWhole && given !== 1)
    refuse('"directory.credential" must have exactly one of secret, certificate (with key) and federated.');
  else if (isWhole && (certificate === undefined) !== (key === undefined))
    refuse(
      '"directory.credential" needs certificate and key together: the one is public, the other proves that it is yours.',
    );
  if (secret !== undefined) return { kind: 'secret', secret: secretReference(secret, resolve) };
  if (federated !== undefined)
    return {
      kind: 'federated',
      token: typeof federated === 'string' ? federated : { file: resolve(federated.file) },
    };
  return {
    kind: 'certificate',
    certificate: resolve(certificate?.file ?? ''),
    key: secretReference(key ?? {}, resolve),
  };
}

/** The day is the last on which the credential is good. */
function expiresOf({ file, raw, report }: Context): EntraConnection['expires'] {
  const { expires } = raw.credential;
  if (expires === undefined) return null;
  const location = file.at('directory', 'credential', 'expires');
  const day = parseInstant(expires);
  if (day !== null) return { at: addDays(day, 1), location };
  report(error('CONFIG_VALUE', location, `"directory.credential.expires" is no day that exists: "${expires}".`));
  return null;
}
