/**
 * Writes what follows from schemas/*.schema.json: the TypeScript types, the compiled validators and the reference in docs/; and what follows
 * from src/report/: the script and the style of HTML pages.
 * With --check it writes nothing and exits 1 if a file is not current.
 */
import { readFile, writeFile } from 'node:fs/promises';
import Ajv from 'ajv';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { compile } from 'json-schema-to-typescript';
import ts from 'typescript';
import { configurationReference } from './configuration-reference.mjs';
import { reportModule } from './report.mjs';

const ROOT = new URL('../', import.meta.url);
const NAMES = ['workspace', 'customer', 'users', 'profile'];
const ANNOTATIONS = ['$schema', 'title', 'description', 'default', 'examples', 'definitions'];
// The other types are parts of these.
const USED_TYPES = [
  'RawWorkspace',
  'RawCustomer',
  'RawUsers',
  'RawProfile',
  'RawDirectory',
  'RawEntraDirectory',
  'RawLdapDirectory',
  'RawImport',
  'RawGates',
  'RawMaxRemovals',
  'RawRegion',
  'RawUpload',
  'RawSecretReference',
  'RawTarget',
  'RawPostfixTarget',
  'RawScimTarget',
  'RawCsvTarget',
  'RawUser',
];
const BANNER = '// Written by scripts/generate.mjs from schemas/. Change the schemas, then: npm run generate\n';

const UNCHECKED =
  '// @ts-nocheck: ajv compiles schemas to JavaScript without types. What it takes and refuses is held by tests.';

/** Documents that the program itself writes and reads, and the parts of them that are read one at a time. */
const DOCUMENTS = {
  plan: 'plan',
  planCustomer: 'plan#/definitions/customer',
  planChange: 'plan#/definitions/change',
  state: 'state',
};

const schemas = {};
for (const name of NAMES) schemas[name] = JSON.parse(await read(`schemas/${name}.schema.json`));
const documents = {};
for (const name of ['plan', 'state']) documents[name] = JSON.parse(await read(`schemas/${name}.schema.json`));

const outputs = new Map([
  ['src/config/schema-types.ts', await types()],
  ['src/config/schema-validators.ts', validators()],
  ['src/adapters/files/document-validators.ts', documentValidators()],
  ['src/cli/html/report.generated.ts', await reportModule()],
  ['docs/configuration.md', configurationReference(schemas, await findingCodes())],
]);

const stale = [];
for (const [path, text] of outputs) {
  if ((await read(path).catch(() => null)) !== text) stale.push(path);
}
if (!process.argv.includes('--check')) {
  for (const path of stale) await writeFile(new URL(path, ROOT), outputs.get(path));
  console.log(stale.length === 0 ? 'Everything was current.' : `Wrote ${stale.join(', ')}.`);
} else if (stale.length > 0) {
  console.error(`Not current: ${stale.join(', ')}. Run: npm run generate`);
  process.exitCode = 1;
}

/** One declaration per schema and per definition; a definition that two schemas share is the same in both. */
async function types() {
  const definitions = {};
  for (const name of NAMES) {
    const { definitions: own, $schema: _, ...root } = schemas[name];
    for (const [key, definition] of Object.entries({ ...own, [name]: root })) {
      const named = { ...definition, title: `Raw ${key}` };
      if (definitions[key] && JSON.stringify(definitions[key]) !== JSON.stringify(named))
        throw new Error(`The definition "${key}" is not the same in all schemas.`);
      definitions[key] = named;
    }
  }
  const all = { title: 'Raw files', type: 'object', additionalProperties: false, properties: {}, definitions };
  for (const name of NAMES) all.properties[name] = { $ref: `#/definitions/${name}` };
  const text = await compile(withoutTitles(all), 'RawFiles', {
    bannerComment: BANNER,
    style: { singleQuote: true, printWidth: 120 },
  });
  return text
    .replace(/export interface RawFiles \{[^}]*\}\n/, '')
    .replaceAll(/^export (\w+ (\w+))/gm, (whole, declaration, name) =>
      USED_TYPES.includes(name) ? whole : declaration,
    );
}

/** Titles of properties would become names of types; only definitions have one. */
function withoutTitles(schema, keep = true) {
  if (Array.isArray(schema)) return schema.map((item) => withoutTitles(item, false));
  if (schema === null || typeof schema !== 'object') return schema;
  const entries = Object.entries(schema).filter(([key, value]) => keep || key !== 'title' || typeof value !== 'string');
  return Object.fromEntries(
    entries.map(([key, value]) => [
      key,
      key === 'definitions'
        ? Object.fromEntries(Object.entries(value).map(([name, definition]) => [name, withoutTitles(definition, true)]))
        : withoutTitles(value, false),
    ]),
  );
}

/** Compiling the schemas takes ajv longer than all the rest of the loading, so it is done here. */
function validators() {
  const ajv = new Ajv({
    allErrors: true,
    unicodeRegExp: true,
    allowUnionTypes: true,
    discriminator: true,
    code: { source: true, esm: true },
  });
  for (const keyword of ['errorMessage', 'x-secret']) ajv.addKeyword(keyword);
  const whole = Object.fromEntries(NAMES.map((name) => [name, bare(schemas[name], schemas[name].definitions)]));
  for (const name of NAMES) ajv.addSchema(whole[name], name);
  const code = standaloneCode(ajv, Object.fromEntries(NAMES.map((name) => [name, name])));
  const exported = inTypeScript(code);
  const lines = NAMES.map((name) => `export const ${name}Schema: SchemaNode = ${constantOf(exported, whole[name])};`);
  const imports = "import type { SchemaNode, SchemaValidator } from './schema.ts';";
  return [UNCHECKED, BANNER.trim(), imports, '', exported, ...lines, ''].join('\n');
}

/** The validators of plans and states. They stop at the first error: such a document is as we wrote it, or it is refused. */
function documentValidators() {
  const ajv = new Ajv({
    unicodeRegExp: true,
    allowUnionTypes: true,
    strictTypes: false,
    code: { source: true, esm: true },
  });
  for (const [name, schema] of Object.entries(documents)) ajv.addSchema(withoutText(schema), name);
  const imports = "import type { SchemaValidator } from '../../config/schema.ts';";
  return [UNCHECKED, BANNER.trim(), imports, '', inTypeScript(standaloneCode(ajv, DOCUMENTS)), ''].join('\n');
}

/** A schema without what is only for people. */
function withoutText(schema) {
  if (Array.isArray(schema)) return schema.map(withoutText);
  if (schema === null || typeof schema !== 'object') return schema;
  const entries = Object.entries(schema).filter(([key, value]) => key !== 'description' || typeof value !== 'string');
  return Object.fromEntries(entries.map(([key, value]) => [key, withoutText(value)]));
}

function inTypeScript(code) {
  if (code.includes('require('))
    throw new Error('The validators need code of ajv at run time; avoid the keyword that does.');
  return code
    .replace('"use strict";', '')
    .replaceAll(/export const (\w+) = (\w+);/g, '\nexport const $1: SchemaValidator = $2;\n')
    .replaceAll(/(const|function) (schema|validate|func|pattern)\d+\b/g, '\n$&')
    .trim();
}

/**
 * What of a schema decides, with its definitions put where they are referred to: across references ajv copies all errors with each
 * new one.
 */
function bare(schema, definitions) {
  if (schema.$ref) return bare(definitions[schema.$ref.replace('#/definitions/', '')], definitions);
  const entries = Object.entries(schema).filter(([key]) => !ANNOTATIONS.includes(key));
  return Object.fromEntries(
    entries.map(([key, value]) => {
      if (key === 'items' || (key === 'additionalProperties' && value !== false))
        return [key, bare(value, definitions)];
      if (key === 'anyOf' || key === 'oneOf') return [key, value.map((branch) => bare(branch, definitions))];
      if (key !== 'properties') return [key, value];
      const properties = Object.entries(value).map(([name, node]) => [name, bare(node, definitions)]);
      return [key, Object.fromEntries(properties)];
    }),
  );
}

/** The compiled code holds the schemas already: this is the name of one in it. */
function constantOf(code, schema) {
  const text = JSON.stringify(schema);
  const match = [...code.matchAll(/const (schema\d+) = (.*?);?$/gm)].find(([, , value]) => value === text);
  if (!match) throw new Error(`The compiled code does not hold this schema: ${text}`);
  return match[1];
}

/** The table of codes stands in TypeScript, which Node.js 20 does not read. */
async function findingCodes() {
  const { outputText } = ts.transpileModule(await read('src/config/finding.ts'), {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  const module = await import(`data:text/javascript,${encodeURIComponent(outputText)}`);
  return module.FINDING_CODES;
}

function read(path) {
  return readFile(new URL(path, ROOT), 'utf8');
}
