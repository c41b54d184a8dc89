/** A query as Graph reads it: the options, and the properties that `$select` names. */
import { DEFAULTS, type Kind, NOT_LISTABLE, PROPERTIES, unset } from './schema.ts';
import { type Json, type JsonObject, Refusal, type WireRequest } from './wire.ts';

export interface Query {
  /** Decoded; by name, `$select`. */
  readonly options: ReadonlyMap<string, string>;
  /** Byte for byte; by decoded name. */
  readonly raw: ReadonlyMap<string, string>;
}

const KNOWN: ReadonlySet<string> = new Set([
  ...['$select', '$filter', '$top', '$count', '$orderby', '$expand', '$search', '$skip', '$skiptoken', '$deltatoken'],
]);

export function parseQuery(text: string): Query {
  const options = new Map<string, string>();
  const raw = new Map<string, string>();
  for (const piece of text === '' ? [] : text.split('&')) {
    const at = piece.indexOf('=');
    const name = decode(at < 0 ? piece : piece.slice(0, at));
    if (!name.startsWith('$')) continue;
    if (!KNOWN.has(name)) throw new Refusal(400, 'BadRequest', `The query parameter '${name}' is not supported.`);
    if (options.has(name)) {
      throw new Refusal(
        400,
        'BadRequest',
        `Query option '${name}' was specified more than once, but it must be specified at most once.`,
      );
    }
    raw.set(name, at < 0 ? '' : piece.slice(at + 1));
    options.set(name, decode(raw.get(name) ?? ''));
  }
  return { options, raw };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new Refusal(400, 'BadRequest', 'The query is not properly encoded.');
  }
}

/** Both halves of an advanced query: the header, and `$count=true`. */
export function isAdvanced(request: WireRequest, query: Query): boolean {
  return isEventual(request) && query.options.get('$count') === 'true';
}

export function isEventual(request: WireRequest): boolean {
  return request.headers['consistencylevel']?.toLowerCase() === 'eventual';
}

/** The properties that `$select` names, in its order; null without `$select`. `also` are names that stand beside properties. */
export function selected(
  kinds: readonly Kind[],
  option: string | undefined,
  also: readonly string[] = [],
): readonly string[] | null {
  if (option === undefined) return null;
  const names = option.split(',').map((name) => name.trim());
  for (const name of names) {
    if (also.includes(name) || kinds.some((kind) => PROPERTIES[kind].has(name))) continue;
    const type = kinds.length === 1 ? kinds[0] : 'directoryObject';
    const fault = name === '' ? "Syntax error: character ',' is not valid" : unknownProperty(name, type ?? '');
    throw new Refusal(400, 'BadRequest', `Parsing OData Select and Expand failed: ${fault}`);
  }
  return [...new Set(names)];
}

export function unknownProperty(name: string, type: string): string {
  return `Could not find a property named '${name}' on type 'microsoft.graph.${type}'.`;
}

/** Refuses what only the request for one user gives. */
export function refuseUnlistable(names: readonly string[] | null): void {
  if (names?.some((name) => NOT_LISTABLE.has(name))) {
    throw new Refusal(501, 'NotImplemented', 'This operation target is not yet supported.');
  }
}

/** Writes objects of one kind with the selected properties, or the default ones. */
export function projection(
  kind: Kind,
  select: readonly string[] | null,
): (fields: Readonly<Record<string, Json>>) => JsonObject {
  const names = (select ?? DEFAULTS[kind]).filter((name) => PROPERTIES[kind].has(name));
  const pairs = names.map((name) => [name, unset(kind, name)] as const);
  return (fields) => {
    const written: Record<string, Json> = {};
    for (const [name, without] of pairs) written[name] = fields[name] ?? without;
    return written;
  };
}

/** `$metadata#users(id,displayName)`, as it stands in `@odata.context`. */
export function context(request: WireRequest, set: string, select: readonly string[] | null): string {
  return `https://${request.host}/v1.0/$metadata#${set}${select === null ? '' : `(${select.join(',')})`}`;
}
