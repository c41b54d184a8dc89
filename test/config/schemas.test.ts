import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parseCustomer, parseProfile, parseUsers, parseWorkspace } from '../../src/config/parse.ts';

interface Schema {
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
  readonly type?: string;
  readonly $ref?: string;
  readonly additionalProperties?: boolean | Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly definitions?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

const NAMES = ['workspace', 'customer', 'users', 'profile'] as const;
const FOLDER = new URL('../../schemas/', import.meta.url);

async function load(name: string): Promise<Schema> {
  return JSON.parse(await readFile(new URL(`${name}.schema.json`, FOLDER), 'utf8'));
}

/** Every schema within `schema`, with the path to it; of properties those that are only a reference are left to the definition. */
function* within(
  schema: Schema,
  path: string,
  isKey = false,
): Generator<{ path: string; schema: Schema; isKey: boolean }> {
  if (schema.$ref === undefined) yield { path, schema, isKey };
  for (const [key, inner] of Object.entries(schema.properties ?? {})) yield* within(inner, `${path}.${key}`, true);
  for (const [key, inner] of Object.entries(schema.definitions ?? {})) yield* within(inner, `${path}#${key}`, true);
  const others = typeof schema.additionalProperties === 'object' ? [schema.additionalProperties] : [];
  for (const inner of [schema.items, ...others, ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])])
    if (inner) yield* within(inner, `${path}[]`);
}

function ajvFor(schema: Schema): Ajv {
  const ajv = new Ajv({ allowUnionTypes: true, discriminator: true });
  for (const keyword of ['errorMessage', 'x-secret']) ajv.addKeyword(keyword);
  return ajv.addSchema(schema, 'file');
}

describe.each(NAMES)('schemas/%s.schema.json', (name) => {
  it('is a valid schema of draft-07', async () => {
    const schema = await load(name);
    expect(schema).toMatchObject({ $schema: 'http://json-schema.org/draft-07/schema#' });
    expect(ajvFor(schema).validateSchema(schema)).toBe(true);
  });

  it('describes every key and gives an example of it that is valid', async () => {
    const schema = await load(name);
    const ajv = ajvFor(schema);
    expect(schema.description).toMatch(/\.$/);
    const keys = [...within(schema, name)].filter(({ isKey }) => isKey);
    expect(keys.length).toBeGreaterThan(5);
    for (const { path, schema: node } of keys) {
      expect(node.description, `${path} has no description`).toMatch(/\.$/);
      expect(node.examples, `${path} has no example`).not.toHaveLength(0);
      const validate = ajv.compile({ ...node, definitions: schema.definitions });
      const values = node.default === undefined ? node.examples : [...(node.examples ?? []), node.default];
      for (const value of values ?? []) expect(validate(value), `${path}: ${JSON.stringify(value)}`).toBe(true);
    }
  });

  it('allows no other keys anywhere', async () => {
    for (const { path, schema } of within(await load(name), name)) {
      if (schema.properties) expect(schema.additionalProperties, path).toBe(false);
    }
  });
});

describe.each(['plan', 'state', 'drift'])('schemas/%s.schema.json', (name) => {
  it('describes every member', async () => {
    const members = [...within(await load(name), name)].filter(({ isKey }) => isKey);
    expect(members.length).toBeGreaterThan(5);
    for (const { path, schema } of members) expect(schema.description, `${path} has no description`).toMatch(/[.?]$/);
  });
});

describe('what is generated', () => {
  it('is current', async () => {
    const script = new URL('../../scripts/generate.mjs', import.meta.url).pathname;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [script, '--check']);
    expect(stdout + stderr).toBe('');
  });

  it('has every default of the schemas', async () => {
    const reference = await readFile(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
    expect(reference).toContain('| `deleteAfter` | text | `7d` |');
    expect(reference).toContain('| `CONFIG_CLEAR_SECRET` |');
  });

  it('shows YAML that is valid', async () => {
    const reference = await readFile(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
    const blocks = [...reference.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => text);
    const parsers = {
      Workspace: parseWorkspace,
      Customer: parseCustomer,
      Users: parseUsers,
      ServiceProfile: parseProfile,
    };
    expect(blocks).toHaveLength(4);
    for (const text of blocks) {
      const kind = /kind: (\w+)/.exec(text)?.[1] as keyof typeof parsers;
      expect(parsers[kind](text, 'f').findings).toEqual([]);
    }
  });
});
