/** The parts of a JSON Schema and of ajv's errors that the configuration uses. */

/** An error of a compiled validator. */
export interface SchemaError {
  /** A JSON pointer to the value. */
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
}

export interface SchemaValidator {
  (data: unknown): boolean;
  readonly errors?: readonly SchemaError[] | null;
}

/** A schema without references, or a part of one. */
export interface SchemaNode {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  /** What a value has to be, in words that end "must be …". */
  readonly errorMessage?: string;
  /** What stands here refers to a secret, or is one by mistake: it is never repeated in a message. */
  readonly 'x-secret'?: boolean;
}

/** Keys and indexes from the root of a file to a value in it. */
export type Path = readonly (string | number)[];

/** Reads a JSON pointer (RFC 6901) into a value: digits are an index where the value is a list. */
export function pathOf(pointer: string, root: unknown): Path {
  let value = root;
  const parts = pointer.split('/').slice(1);
  return parts.map((part) => {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    const step = Array.isArray(value) ? Number(name) : name;
    value = (value as Readonly<Record<string, unknown>> | undefined)?.[name];
    return step;
  });
}

/** The schema of the value at `path`. Of alternatives it is the one with keys: the others have nothing to walk into. */
export function schemaOf(root: SchemaNode, path: Path): SchemaNode {
  return path.reduce<SchemaNode>((node, part) => {
    const block = blockOf(node);
    const next = typeof part === 'number' ? block.items : block.properties?.[part];
    return next ?? {};
  }, root);
}

/** The alternative of a schema that has keys, or the schema itself. */
export function blockOf(node: SchemaNode): SchemaNode {
  return node.anyOf?.find(({ properties }) => properties !== undefined) ?? node;
}
