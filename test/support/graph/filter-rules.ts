/** What Graph refuses of a filter that can be read: unknown properties, wrong types, too many values, and operators of advanced queries. */
import { type Expression, invalidFilter, type Literal, type Path } from './filter-syntax.ts';
import { unknownProperty } from './query.ts';
import { type Kind, PROPERTIES } from './schema.ts';
import { Refusal } from './wire.ts';

interface Scope {
  readonly kind: Kind;
  /** The lambda's variable, and the type of what it stands for. */
  readonly variables: ReadonlyMap<string, string>;
}

const MOST_VALUES = 15;

/** The only properties that `endsWith` takes. */
const ENDS_WITH: ReadonlySet<string> = new Set(['mail', 'otherMails', 'proxyAddresses', 'userPrincipalName']);

/** `startsWith` on these needs no advanced query. */
const STARTS_WITH: ReadonlySet<string> = new Set([
  ...['city', 'companyName', 'country', 'department', 'displayName', 'employeeId', 'givenName', 'jobTitle', 'mail'],
  ...['mailNickname', 'onPremisesImmutableId', 'otherMails', 'proxyAddresses', 'state', 'surname', 'usageLocation'],
  ...['userPrincipalName'],
]);

/** What no filter can name, of the properties that a user has. */
const NOT_FILTERABLE: ReadonlySet<string> = new Set([
  ...['aboutMe', 'birthday', 'hireDate', 'interests', 'mailboxSettings', 'mySite', 'passwordProfile', 'pastProjects'],
  ...['preferredName', 'responsibilities', 'schools', 'skills', 'print', 'authorizationInfo', 'employeeOrgData'],
  ...['onPremisesDistinguishedName', 'onPremisesDomainName', 'onPremisesUserPrincipalName', 'streetAddress'],
]);

const LICENSE: Readonly<Record<string, string>> = { skuId: 'Edm.Guid', disabledPlans: 'Collection(Edm.Guid)' };

/** Refuses it, or says with which refusal it is answered unless the query is an advanced one. */
export function judgeFilter(kind: Kind, expression: Expression): Refusal | null {
  return judge(expression, { kind, variables: new Map() });
}

function judge(expression: Expression, scope: Scope): Refusal | null {
  switch (expression.kind) {
    case 'and':
    case 'or':
      if (expression.kind === 'or') refuseTooMany(expression.parts.length);
      return first(expression.parts.map((part) => judge(part, scope)));
    case 'not':
      judge(expression.part, scope);
      return unsupported('Unsupported Query.');
    case 'compare':
      return judgeCompare(expression, scope);
    case 'in':
      refuseTooMany(expression.values.length);
      for (const value of expression.values) checkTypes(typeOf(expression.path, scope), value, 'Equal');
      return null;
    case 'any':
      return judgeAny(expression, scope);
    default:
      return judgeCall(expression, scope);
  }
}

function judgeCompare(expression: Expression & { kind: 'compare' }, scope: Scope): Refusal | null {
  const { operator, path, value } = expression;
  if (path.at(-1)?.toLowerCase() === '$count') {
    collectionOf(path.slice(0, -1), scope);
    if (value.type !== 'number') throw incompatible('Edm.Int64', value, KINDS[operator]);
    return new Refusal(400, 'Request_BadRequest', '$count is not currently supported.');
  }
  checkTypes(typeOf(path, scope), value, KINDS[operator]);
  return operator === 'ne' ? unsupported("Unsupported property filter clause operator 'NotEqualsMatch'.") : null;
}

const KINDS = {
  eq: 'Equal',
  ne: 'NotEqual',
  gt: 'GreaterThan',
  ge: 'GreaterThanOrEqual',
  lt: 'LessThan',
  le: 'LessThanOrEqual',
} as const;

function judgeAny(expression: Expression & { kind: 'any' }, scope: Scope): Refusal | null {
  const element = collectionOf(expression.path, scope);
  if (expression.part === null) return unsupported('Unsupported Query.');
  const variables = new Map([...scope.variables, [expression.variable, element] as const]);
  const inner = judge(expression.part, { ...scope, variables });
  // Two conditions on one element are an advanced query as well.
  const isComplex = expression.part.kind === 'and' || expression.part.kind === 'or';
  return (
    inner ??
    (isComplex ? unsupported(`Complex query on property ${expression.path.join('/')} is not supported.`) : null)
  );
}

function judgeCall(expression: Expression & { kind: 'startsWith' | 'endsWith' }, scope: Scope): Refusal | null {
  const { kind, path, value } = expression;
  if (typeOf(path, scope) !== 'Edm.String' || value.type !== 'string') {
    throw invalidFilter(
      `No function signature for the function with name '${kind.toLowerCase()}' matches the specified arguments.`,
    );
  }
  // In a lambda the judgement is of the collection, which is one of those that it is allowed on.
  const property = scope.variables.has(path[0] ?? '') ? 'proxyAddresses' : (path[0] ?? '');
  if (kind === 'startsWith') return STARTS_WITH.has(property) ? null : unsupported('Unsupported Query.');
  if (!ENDS_WITH.has(property)) throw unsupported('Unsupported Query.');
  return unsupported('Unsupported Query.');
}

function typeOf(path: Path, scope: Scope): string {
  const [head = '', next, ...more] = path;
  const variable = scope.variables.get(head);
  const type = variable ?? propertyType(head, scope.kind);
  if (next === undefined) return type;
  if (type === 'graph.assignedLicense' && more.length === 0 && LICENSE[next] !== undefined) return LICENSE[next];
  throw invalidFilter(
    `Could not find a property named '${next}' on type '${type.replace('graph.', 'microsoft.graph.')}'.`,
  );
}

function propertyType(name: string, kind: Kind): string {
  const property = PROPERTIES[kind].get(name);
  if (property === undefined) throw invalidFilter(unknownProperty(name, kind));
  if (!NOT_FILTERABLE.has(name)) return property.type;
  const resource = kind === 'user' ? 'User' : 'Group';
  throw unsupported(
    `Unsupported or invalid query filter clause specified for property '${name}' of resource '${resource}'.`,
  );
}

function collectionOf(path: Path, scope: Scope): string {
  const element = /^Collection\((.*)\)$/.exec(typeOf(path, scope))?.[1];
  if (element !== undefined) return element;
  throw invalidFilter('Any/All may only be used following a collection.');
}

function checkTypes(type: string, value: Literal, operator: string): void {
  if (value.type === 'null') return;
  const fits =
    (type === 'Edm.String' && value.type === 'string') ||
    (type === 'Edm.Boolean' && value.type === 'boolean') ||
    (type === 'Edm.Int32' && value.type === 'number') ||
    (type === 'Edm.DateTimeOffset' && value.type === 'date') ||
    (type === 'Edm.Guid' && (value.type === 'guid' || value.type === 'string'));
  if (!fits) throw incompatible(type, value, operator);
}

function incompatible(type: string, value: Literal, operator: string): Refusal {
  const other = {
    string: 'String',
    guid: 'Guid',
    date: 'DateTimeOffset',
    boolean: 'Boolean',
    number: 'Int32',
    null: 'Null',
  }[value.type];
  return invalidFilter(
    `A binary operator with incompatible types was detected. Found operand types '${type}' and 'Edm.${other}' for operator kind '${operator}'.`,
  );
}

function refuseTooMany(count: number): void {
  if (count <= MOST_VALUES) return;
  throw unsupported(
    `Too many child clauses specified in search filter expression containing 'OR' operators: ${count}. Max allowed: ${MOST_VALUES}.`,
  );
}

function unsupported(message: string): Refusal {
  return new Refusal(400, 'Request_UnsupportedQuery', message);
}

function first(refusals: readonly (Refusal | null)[]): Refusal | null {
  return refusals.find((each) => each !== null) ?? null;
}
