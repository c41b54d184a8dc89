/** What a service can do, by its own word (RFC 7643 5 and 7, RFC 7644 4). Where it says nothing the least is assumed. */
import type { ScimAnswer, ScimClient } from './client.ts';
import { isObject } from './problems.ts';
import { USER_FIELDS, type UserField } from './project.ts';

export interface Service {
  readonly filter: boolean;
  /** How many resources are asked for at once. */
  readonly pageSize: number;
  readonly etag: boolean;
  readonly bulk: { readonly maxOperations: number; readonly maxPayloadSize: number } | null;
  readonly patch: boolean;
  /** The fields of users that its schemas have and that may be written; null where it shows no schemas. */
  readonly fields: ReadonlySet<UserField> | null;
}

export const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const MOST_AT_ONCE = 500;

/** Rejects with what any request would meet, and for nothing else. */
export async function discover(client: ScimClient, log: (line: string) => void): Promise<Service> {
  const [config, schemas] = await Promise.all([
    client.request({ method: 'GET', path: '/ServiceProviderConfig' }),
    client.request({ method: 'GET', path: '/Schemas' }),
  ]);
  const service = { ...abilities(config, client.host, log), fields: fieldsIn(schemas) };
  if (service.fields === null) {
    log(`# ${client.host} shows no schemas (${schemas.status}): only what it gives back is compared`);
  }
  return service;
}

function abilities(answer: ScimAnswer, host: string, log: (line: string) => void): Omit<Service, 'fields'> {
  const body = answer.status === 200 ? answer.body : null;
  if (body === null) {
    log(
      `# ${host} has no ServiceProviderConfig (${answer.status}): neither PATCH, filters, Bulk nor versions are used`,
    );
  }
  const part = (name: string) => (isObject(body?.[name]) ? body[name] : {});
  const supported = (name: string) => part(name)['supported'] === true;
  const { maxOperations, maxPayloadSize } = part('bulk');
  const { maxResults } = part('filter');
  const operations = whole(maxOperations);
  const payload = whole(maxPayloadSize);
  return {
    patch: supported('patch'),
    filter: supported('filter'),
    etag: supported('etag'),
    pageSize: Math.min(whole(maxResults) ?? MOST_AT_ONCE, MOST_AT_ONCE),
    bulk:
      supported('bulk') && operations !== null && operations > 1 && payload !== null
        ? { maxOperations: operations, maxPayloadSize: payload }
        : null,
  };
}

function whole(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : null;
}

/** Where each field stands: the schema, the attribute, and the sub-attribute that has to be there. */
const PLACES: Readonly<Record<UserField, readonly [schema: string, attribute: string, sub: string | null]>> = {
  givenName: [USER, 'name', 'givenName'],
  familyName: [USER, 'name', 'familyName'],
  displayName: [USER, 'displayName', null],
  emails: [USER, 'emails', 'value'],
  homePhone: [USER, 'phoneNumbers', 'value'],
  mobile: [USER, 'phoneNumbers', 'value'],
  department: [ENTERPRISE, 'department', null],
  organization: [ENTERPRISE, 'organization', null],
};

function fieldsIn({ status, body }: ScimAnswer): ReadonlySet<UserField> | null {
  const list = body?.['Resources'];
  if (status !== 200 || !Array.isArray(list)) return null;
  const schemas = new Map(
    list.filter(isObject).flatMap((one) => (typeof one['id'] === 'string' ? [[one['id'], one] as const] : [])),
  );
  if (attributeOf(schemas.get(USER), 'userName') === null) return null;
  return new Set(
    USER_FIELDS.filter((field) => {
      const [schema, name, sub] = PLACES[field];
      const attribute = attributeOf(schemas.get(schema), name);
      if (!isKept(attribute)) return false;
      return sub === null || isKept(attributeOf(attribute, sub, 'subAttributes'));
    }),
  );
}

type Json = Readonly<Record<string, unknown>>;

function attributeOf(holder: Json | null | undefined, name: string, list = 'attributes'): Json | null {
  const attributes = holder?.[list];
  if (!Array.isArray(attributes)) return null;
  const wanted = name.toLowerCase();
  return attributes.filter(isObject).find((one) => String(one['name']).toLowerCase() === wanted) ?? null;
}

function isKept(attribute: Json | null): attribute is Json {
  return attribute !== null && attribute['mutability'] !== 'readOnly' && attribute['returned'] !== 'never';
}
