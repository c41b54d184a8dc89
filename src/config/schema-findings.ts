/** ajv's errors as findings: one a mistake, at its place, in words for people. */
import type { Location } from '../domain/diagnostic.ts';
import { error, type Finding } from './finding.ts';
import { blockOf, kindOf, type Path, pathOf, type SchemaError, type SchemaNode, schemaOf } from './schema.ts';
import { closest, didYouMean } from './suggest.ts';
import type { YamlText } from './yaml.ts';

/** A mistake, and the part of the file that cannot be used because of it; null if all of it can. */
export interface SchemaFinding {
  readonly finding: Finding;
  readonly unusable: Path | null;
}

interface Mistake {
  readonly error: SchemaError;
  readonly path: Path;
  readonly schema: SchemaNode;
}

/** What the errors of one validation say about `text`. */
export function schemaFindings(
  text: YamlText,
  root: SchemaNode,
  errors: readonly SchemaError[],
): readonly SchemaFinding[] {
  const mistakes = errors.filter(isOfItsOwn(text)).map((error) => {
    const path = pathOf(error.instancePath, text.value);
    const schema = schemaOf(root, path, text.value);
    if (error.keyword === 'discriminator') return ofNoKind(error, path, schema);
    return { error, path, schema: error.keyword === 'anyOf' ? schema : blockOf(schema, valueAt(text.value, path)) };
  });
  const telling = withoutEchoes(withoutOtherFormats(withoutOtherBranches(mistakes)));
  return telling.map((mistake) => ({
    finding: findingOf(text, root, mistake),
    unusable: unusablePart(mistake),
  }));
}

/** That the key which says the kind of a block is missing is said once, by "required". */
function isOfItsOwn(text: YamlText): (error: SchemaError) => boolean {
  return ({ keyword, instancePath, params }) =>
    keyword !== 'discriminator' ||
    valueAt(text.value, [...pathOf(instancePath, text.value), String(params['tag'])]) !== undefined;
}

/** A block of no kind that there is: it is the value of its discriminator that is wrong. */
function ofNoKind(error: SchemaError, path: Path, schema: SchemaNode): Mistake {
  const kinds = schema.oneOf?.map((branch) => kindOf(schema, branch)) ?? [];
  const name = schema.discriminator?.propertyName ?? '';
  return { error: { ...error, keyword: 'enum' }, path: [...path, name], schema: { type: 'string', enum: kinds } };
}

/** Of the branches of an anyOf only the one that was meant counts; where none was, the anyOf itself speaks. */
function withoutOtherBranches(mistakes: readonly Mistake[]): readonly Mistake[] {
  let left = mistakes;
  for (const choice of mistakes.filter(({ error }) => error.keyword === 'anyOf')) {
    const branches = left.filter((other) => other !== choice && isWithin(other.path, choice.path));
    const meant = branches.filter(({ error, path }) => path.length > choice.path.length || !isKindError(error));
    const drop = new Set<Mistake>(meant.length > 0 ? branches.filter((other) => !meant.includes(other)) : branches);
    if (meant.length > 0) drop.add(choice);
    left = left.filter((mistake) => !drop.has(mistake));
  }
  return left;
}

/** In a file of another kind or version everything else is wrong because of that. */
function withoutOtherFormats(mistakes: readonly Mistake[]): readonly Mistake[] {
  const format = mistakes.filter(({ error, path }) => error.keyword === 'const' && path.length === 1);
  return format.length > 0 ? format.slice(0, 1) : mistakes;
}

/** A misspelt key makes its right name missing, and too many or too few: that is one mistake. */
function withoutEchoes(mistakes: readonly Mistake[]): readonly Mistake[] {
  const seen = new Set<string>();
  const misspelt = new Set<string>();
  const unknownAt = new Set<string>();
  for (const { error, path, schema } of mistakes) {
    if (error.keyword !== 'additionalProperties') continue;
    unknownAt.add(path.join('/'));
    const meant = closest(String(error.params['additionalProperty']), Object.keys(schema.properties ?? {}));
    if (meant !== null) misspelt.add([...path, meant].join('/'));
  }
  return mistakes.filter(({ error, path }) => {
    const place = path.join('/');
    if (error.keyword === 'required') return !misspelt.has([...path, error.params['missingProperty']].join('/'));
    if (error.keyword === 'additionalProperties') return true;
    if (error.keyword.endsWith('Properties') && unknownAt.has(place)) return false;
    if (seen.has(place)) return false;
    seen.add(place);
    return true;
  });
}

function isWithin(path: Path, outer: Path): boolean {
  return outer.every((part, index) => part === path[index]);
}

function isKindError(error: SchemaError): boolean {
  return error.keyword === 'type' || error.keyword === 'const' || error.keyword === 'enum';
}

/** Without these the rest of the file still means what it says. */
const DISPENSABLE: readonly unknown[] = ['apiVersion', 'kind', 'domains'];

function unusablePart({ error, path }: Mistake): Path | null {
  if (error.keyword === 'additionalProperties') return [...path, String(error.params['additionalProperty'])];
  if (error.keyword === 'required' && path.length === 0 && DISPENSABLE.includes(error.params['missingProperty']))
    return null;
  return error.keyword === 'const' && path.length === 1 ? [] : path;
}

function findingOf(text: YamlText, root: SchemaNode, mistake: Mistake): Finding {
  const { keyword, params } = mistake.error;
  const { path, schema } = mistake;
  const name = capital(nameOf(path));
  if (keyword === 'additionalProperties') return unknownKey(text, root, mistake);
  if (keyword === 'required')
    return error('CONFIG_MISSING', text.keyAt(...path), `${name} needs "${params['missingProperty']}".`);
  const value = valueAt(text.value, path);
  if (value === null)
    return error('CONFIG_TYPE', text.keyAt(...path), `${name} is empty. Give it a value, or take the line out.`);
  if (schema['x-secret'] === true && keyword === 'type') return clearSecret(name, text.at(...path));
  const code = isTypeMismatch(keyword, schema, value) ? 'CONFIG_TYPE' : 'CONFIG_VALUE';
  const message = `${name} must be ${expected(schema)}${but(schema, value)}.${hint(schema, value)}`;
  return error(code, text.at(...path), message);
}

/** A secret where a reference to one belongs. What stands there is not repeated. */
function clearSecret(name: string, location: Location): Finding {
  return error(
    'CONFIG_CLEAR_SECRET',
    location,
    `${name} stands here in clear. Put a reference in its place, {env: NAME}, {file: PATH} or {command: [PROGRAM]}, and change the secret if this file was ever shared.`,
  );
}

function unknownKey(text: YamlText, root: SchemaNode, { error: { params }, path, schema }: Mistake): Finding {
  const key = String(params['additionalProperty']);
  const location = text.keyAt(...path, key);
  if (schema['x-secret'] === true)
    return error(
      'CONFIG_UNKNOWN_KEY',
      location,
      `A reference to a secret must have ${schema.errorMessage}, and no other key.`,
    );
  const where = path.length === 0 ? '' : ` ${typeof path.at(-1) === 'number' ? 'in' : 'under'} ${nameOf(path)}`;
  const what = `There is no "${key}"${where}.`;
  if (key === '<<') return error('CONFIG_UNKNOWN_KEY', location, `${what} Merge keys are not part of YAML 1.2.`);
  const meant = closest(key, Object.keys(schema.properties ?? {}));
  if (meant !== null) return error('CONFIG_UNKNOWN_KEY', location, `${what} Did you mean "${meant}"?`);
  const kind = otherKindWith(key, schemaOf(root, path, text.value), valueAt(text.value, path));
  if (kind !== null) return error('CONFIG_UNKNOWN_KEY', location, `${what} ${kind}`);
  const home = homeOf(key, root);
  if (home !== null) return error('CONFIG_UNKNOWN_KEY', location, `${what} It belongs ${home}.`);
  const known = Object.keys(schema.properties ?? {}).join(', ');
  return error('CONFIG_UNKNOWN_KEY', location, `${what} Known here: ${known}.`);
}

/** Where blocks are of several kinds: that the key is one of another kind. */
function otherKindWith(key: string, node: SchemaNode, value: unknown): string | null {
  const other = node.oneOf?.find(({ properties }) => Object.hasOwn(properties ?? {}, key));
  if (other === undefined) return null;
  const name = node.discriminator?.propertyName;
  return `It goes with "${name}: ${kindOf(node, other)}", not with "${name}: ${kindOf(node, blockOf(node, value))}".`;
}

/** Where else in this kind of file a key of that name belongs: mostly it is the indentation that is wrong. */
function homeOf(key: string, root: SchemaNode): string | null {
  if (Object.hasOwn(root.properties ?? {}, key)) return 'to the top level of the file';
  for (const [parent, property] of Object.entries(root.properties ?? {})) {
    const blocks = [property, ...(property.oneOf ?? [])];
    if (blocks.some(({ properties }) => Object.hasOwn(properties ?? {}, key))) return `under "${parent}"`;
    if (Object.hasOwn(property.items?.properties ?? {}, key)) return `to an entry under "${parent}"`;
  }
  return null;
}

function isTypeMismatch(keyword: string, schema: SchemaNode, value: unknown): boolean {
  return keyword === 'type' || keyword === 'anyOf' || !types(schema).includes(typeOf(value));
}

function types(schema: SchemaNode): readonly string[] {
  return typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a block of keys',
};

function expected(schema: SchemaNode): string {
  if (schema.errorMessage !== undefined) return schema.errorMessage;
  if (schema.const !== undefined) return `"${schema.const}"`;
  if (schema.enum !== undefined) return `${schema.enum.length > 1 ? 'one of ' : ''}${schema.enum.join(', ')}`;
  if (schema.minimum !== undefined && schema.maximum !== undefined)
    return `a whole number from ${schema.minimum} to ${schema.maximum}`;
  if (schema.minimum !== undefined) return `a whole number of ${schema.minimum} or more`;
  return types(schema)
    .map((type) => KINDS[type])
    .join(' or ');
}

/** What it is instead. Only values of enumerations are repeated: those are short words and no secrets. */
function but(schema: SchemaNode, value: unknown): string {
  if (!types(schema).includes(typeOf(value)) && !(typeOf(value) === 'integer' && types(schema).includes('number')))
    return `, but it is ${KINDS[typeOf(value)]}`;
  if (typeof value === 'string' && value.trim() === '') return ', but it is empty';
  if (Array.isArray(value) && value.length === 0) return ' with something in it, but it is empty';
  if ((schema.enum ?? schema.const) !== undefined && typeof value === 'string' && value.length <= 40)
    return `, but it is "${value}"`;
  return typeof value === 'number' ? `, but it is ${value}` : '';
}

/** Where a file of each kind is named, for one that was named elsewhere. */
const HOMES: ReadonlyMap<string, string> = new Map([
  ['Customer', ' A customer is named under "customers" in rollcall.yaml.'],
  ['Users', ' A file of users is named under "imports" of a customer.'],
]);

function hint(schema: SchemaNode, value: unknown): string {
  const wanted = types(schema);
  if (typeof value === 'string') return hintForText(schema, wanted, value);
  const isScalar = typeof value === 'number' || typeof value === 'boolean';
  const plainText = wanted.includes('string') && schema.errorMessage === undefined && schema.const === undefined;
  return plainText && isScalar ? ' Put it in quotes to make it text.' : '';
}

function hintForText(schema: SchemaNode, wanted: readonly string[], text: string): string {
  if (wanted.includes('array')) return ' Put it in [ ] to make it a list of one.';
  if (wanted.includes('boolean') && /^(yes|on|no|off)$/i.test(text))
    return ` In YAML 1.2 "${text}" is text: write ${/^(yes|on)$/i.test(text) ? 'true' : 'false'}.`;
  if (schema.const !== undefined) return HOMES.get(text) ?? '';
  return schema.enum === undefined ? '' : didYouMean(text, schema.enum.map(String));
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, part) => (inner as Record<string | number, unknown>)[part], value);
}

/** A path as people write it: `"directory.exceptions.user"`. Which entry of a list it is, the place says. */
function nameOf(path: Path): string {
  const keys = path.filter((part) => typeof part === 'string');
  if (keys.length === 0) return 'the file';
  return `${typeof path.at(-1) === 'number' ? 'an entry of ' : ''}"${keys.join('.')}"`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
