/** One object: a user, a group, the settings of a mailbox, the organization. */
import { type Grant, requirePermission } from './access-token.ts';
import { ok } from './answers.ts';
import { guid } from './guid.ts';
import type { StoredObject } from './objects.ts';
import { context, parseQuery, projection, selected } from './query.ts';
import type { Kind } from './schema.ts';
import { type Answer, type JsonObject, Refusal, type WireRequest } from './wire.ts';

export function notFound(id: string): Refusal {
  return new Refusal(
    404,
    'Request_ResourceNotFound',
    `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
  );
}

/** `mailboxSettings` may be selected here, of a user. */
export function oneObject(grant: Grant, request: WireRequest, kind: Kind, object: StoredObject): Answer {
  const select = selected([kind], parseQuery(request.query).options.get('$select'));
  const written = projection(kind, select)(object.fields);
  const settings = select?.includes('mailboxSettings') ? { mailboxSettings: mailboxSettings(grant, object) } : {};
  const set = `${context(request, `${kind}s`, select)}/$entity`;
  return ok({ '@odata.context': set, ...written, ...settings });
}

/** All settings, or the one that `name` is. */
export function mailbox(grant: Grant, request: WireRequest, user: StoredObject, name: string | null): Answer {
  const settings = mailboxSettings(grant, user);
  const set = `users('${user.id}')/mailboxSettings`;
  if (name === null) return ok({ '@odata.context': context(request, set, null), ...settings });
  const value = settings[name];
  if (value === undefined) throw new Refusal(400, 'BadRequest', `Resource not found for the segment '${name}'.`);
  return ok({ '@odata.context': context(request, `${set}/${name}`, null), value });
}

/** What the app may know of the tenant itself. */
export function organization(grant: Grant, request: WireRequest): Answer {
  requirePermission(grant, 'Organization.Read.All', 'Directory.Read.All');
  const { tenant } = grant;
  const organizations = [
    {
      id: tenant.id,
      deletedDateTime: null,
      createdDateTime: '2023-02-01T08:00:00Z',
      displayName: tenant.displayName,
      tenantType: 'AAD',
      verifiedDomains: tenant.domains.map((name) => ({
        capabilities: 'Email, OfficeCommunicationsOnline',
        isDefault: name === tenant.defaultDomain,
        isInitial: name === tenant.initialDomain,
        name,
        type: 'Managed',
      })),
    },
  ];
  const select = parseQuery(request.query).options.get('$select')?.split(',') ?? null;
  const value = organizations.map((each) => pick(each, select));
  return ok({ '@odata.context': context(request, 'organization', select), value });
}

function mailboxSettings(grant: Grant, user: StoredObject): JsonObject {
  if (!grant.permissions.has('MailboxSettings.Read')) {
    throw new Refusal(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.');
  }
  const purpose = grant.tenant.directory.mailboxOf(user);
  if (purpose === null) {
    throw new Refusal(
      404,
      'MailboxNotEnabledForRESTAPI',
      'The mailbox is either inactive, soft-deleted, or is hosted on-premise.',
    );
  }
  return {
    archiveFolder: guid('archive', user.id),
    timeZone: 'UTC',
    delegateMeetingMessageDeliveryOptions: 'sendToDelegateOnly',
    dateFormat: 'yyyy-MM-dd',
    timeFormat: 'HH:mm',
    userPurpose: purpose,
  };
}

function pick(object: JsonObject, names: readonly string[] | null): JsonObject {
  if (names === null) return object;
  const type = 'organization';
  for (const name of names) {
    if (object[name] !== undefined) continue;
    const message = `Could not find a property named '${name}' on type 'microsoft.graph.${type}'.`;
    throw new Refusal(400, 'BadRequest', `Parsing OData Select and Expand failed: ${message}`);
  }
  return Object.fromEntries(names.map((name) => [name, object[name] ?? null]));
}
