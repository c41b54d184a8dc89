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
  /** Of a block with keys of the user's own: what stands under each. */
  readonly additionalProperties?: false | SchemaNode;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  /** Of these, the one whose `discriminator` property has the value's own value as its const. */
  readonly oneOf?: readonly SchemaNode[];
  readonly discriminator?: { readonly propertyName: string };
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

/** The schema of the value at `path` in `value`. Of alternatives it is the one with keys: the others have nothing to walk into. */
export function schemaOf(root: SchemaNode, path: Path, value: unknown): SchemaNode {
  let node = root;
  let inner = value;
  for (const part of path) {
    const block = blockOf(node, inner);
    node = (typeof part === 'number' ? block.items : propertyOf(block, part)) ?? {};
    inner = (inner as Readonly<Record<string | number, unknown>> | undefined)?.[part];
  }
  return node;
}

function propertyOf({ properties, additionalProperties }: SchemaNode, name: string): SchemaNode | undefined {
  if (Object.hasOwn(properties ?? {}, name)) return properties?.[name];
  return additionalProperties === false ? undefined : additionalProperties;
}

/** The alternative of a schema that has keys and that the value says it is, or the schema itself. */
export function blockOf(node: SchemaNode, value: unknown): SchemaNode {
  const kind = (value as Readonly<Record<string, unknown>> | null | undefined)?.[
    node.discriminator?.propertyName ?? ''
  ];
  return (
    node.oneOf?.find((branch) => kindOf(node, branch) === kind) ??
    node.anyOf?.find(({ properties }) => properties !== undefined) ??
    node
  );
}

/** What the discriminator of `node` must be for this branch. */
export function kindOf({ discriminator }: SchemaNode, branch: SchemaNode): unknown {
  return branch.properties?.[discriminator?.propertyName ?? '']?.const;
}
