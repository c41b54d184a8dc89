/** The configuration reference, docs/configuration.md, out of the descriptions in the schemas. */

const FILES = {
  workspace: { title: 'The workspace: `rollcall.yaml`', kind: 'Workspace' },
  customer: { title: 'A customer: `customers/*.yaml`', kind: 'Customer' },
  users: { title: 'A file of users', kind: 'Users' },
  profile: { title: 'A service profile', kind: 'ServiceProfile' },
};

const INTRODUCTION = `<!-- Written by scripts/generate.mjs from schemas/. Change the schemas, then: npm run generate -->

# Configuration reference

A workspace is a folder with \`rollcall.yaml\` and the customer files that it names. Rollcall finds it from the current folder upwards, or
with \`-C DIR\`. \`rollcall validate\` checks all of it and names every mistake with file, line and column.

- Relative paths are relative to the file that they stand in.
- The files are YAML 1.2 in UTF-8, up to 10 MB each, one document a file. \`off\`, \`no\` and \`2027-02-12\` are plain text; \`007\` and
  \`+44700\` are numbers, so telephone numbers need quotes. Tabs do not indent, a key stands once in a block, and tags (\`!name\`) and
  merge keys (\`<<\`) do not exist. Anchors and aliases do.
- Put distinguished names in quotes where they stand in \`[ ]\` or \`{ }\`: \`baseDN: ["ou=Staff,dc=acme,dc=example"]\`. YAML ends an unquoted value at its first comma
  there; Rollcall puts such a name together again, and warns.
- For completion and checks in an editor, begin a file with \`# yaml-language-server: $schema=…/schemas/customer.schema.json\`.
`;

const CSV = `## CSV files

The first row names the columns, in any order: \`address\` (or \`email\`), \`aliases\` (with \`;\` between), and \`givenName\`, \`surname\`,
\`displayName\`, \`homePhone\`, \`mobile\`, \`company\`, \`department\`, \`notes\`. Only the address is needed. Cells are separated by \`,\` or \`;\`
or tabs, and the text is UTF-8, with or without a byte-order mark. Cells in quotes may hold delimiters and line ends. A cell that looks like a formula is text,
and the apostrophe that Rollcall puts before one when it writes CSV is taken off again.

A file with a bad row is taken not at all, so that half an export never deletes the users of the other half (MRG-5).

\`\`\`csv
address,displayName,aliases
scanner@acme.example,Scanner 2nd floor,copier@acme.example;fax@acme.example
\`\`\`
`;

const SECRETS = `## Secrets

A secret never stands in a file of the workspace; a reference does, and it is followed when the secret is needed, not before:
\`{env: NAME}\`, \`{file: PATH}\` or \`{command: [PROGRAM, ARGUMENT, …]}\`. One line end at the end is dropped. A command is run without a shell, in the folder where Rollcall was started, and
has 10 seconds. Secrets are never part of a plan, the state, a log or a message.
`;

/** Markdown for the schemas by name, and for the codes of the findings. */
export function configurationReference(schemas, codes) {
  // What two kinds of file share is described once, where it comes first.
  const seen = new Map();
  const files = Object.entries(schemas).map(([name, schema]) => fileReference(FILES[name], schema, seen));
  const rows = Object.entries(codes).map(([code, title]) => `| \`${code}\` | ${cell(title)} |`);
  const findings = ['## Findings', '', '| Code | What it means |', '|---|---|', ...rows, ''].join('\n');
  return [INTRODUCTION, ...files, CSV, SECRETS, findings].join('\n');
}

function fileReference({ title, kind }, schema, seen) {
  const needed = schema.required.filter((key) => !['apiVersion', 'kind'].includes(key));
  const example = [
    'apiVersion: rollcall/v1',
    `kind: ${kind}`,
    ...needed.map((key) => exampleLine(key, schema.properties[key])),
  ];
  return [
    `## ${title}`,
    '',
    schema.description,
    '',
    needed.length > 0 ? 'The least that it can hold:' : 'It begins with:',
    '',
    '```yaml',
    ...example,
    '```',
    '',
    ...blocks(schema, schema, [], seen),
  ].join('\n');
}

/** One table for a block of keys, then one for each block inside it. */
function blocks(schema, root, path, seen) {
  const properties = Object.entries(schema.properties).map(([key, node]) => [key, resolve(node, root)]);
  const rows = properties.map(([key, node]) => {
    const needed = schema.required?.includes(key) ? ' (required)' : '';
    const fallback = node.default === undefined || isEmpty(node.default) ? '' : `\`${yaml(node.default)}\``;
    return `| \`${key}\`${needed} | ${cell(typeName(node, root))} | ${fallback} | ${cell(node.description)} | \`${cell(yaml(node.examples[0]))}\` |`;
  });
  const inner = properties.flatMap(([key, node]) => innerBlock(node, root, [...path, key], seen));
  return ['| Key | Value | Default | What it is | Example |', '|---|---|---|---|---|', ...rows, '', ...inner];
}

function innerBlock(node, root, path, seen) {
  const kinds = node.oneOf?.map((branch) => resolve(branch, root)) ?? [];
  if (kinds.length > 0)
    return kinds.flatMap((kind) => kindOfBlock(kind, node.discriminator.propertyName, root, path, seen));
  if (node.additionalProperties)
    return innerBlock(resolve(node.additionalProperties, root), root, [...path, 'NAME'], seen);
  const entry = node.items ? resolve(node.items, root) : null;
  const branches = (node.anyOf ?? []).map((branch) => resolve(branch, root));
  const block = [node, entry, ...branches].find((candidate) => candidate?.properties);
  if (!block) return [];
  const title = `### \`${path.join('.')}\`${entry ? ', each entry' : ''}`;
  const text = JSON.stringify(block);
  if (seen.has(text)) return [title, '', `As \`${seen.get(text)}\`, above.`, ''];
  seen.set(text, path.join('.'));
  return [title, '', block.description, '', ...blocks(block, root, path, seen)];
}

function kindOfBlock(kind, name, root, path, seen) {
  const title = `### \`${path.join('.')}\` of \`${name}: ${kind.properties[name].const}\``;
  return [title, '', kind.description, '', ...blocks(kind, root, path, seen)];
}

function typeName(node, root) {
  if (node.anyOf)
    return node.anyOf
      .map((branch) => (branch.const ? `\`${branch.const}\`` : typeName(resolve(branch, root), root)))
      .join(' or ');
  if (node.const) return `\`${node.const}\``;
  if (node.enum) return node.enum.map((value) => `\`${value}\``).join(' ');
  if (node.type === 'array') return `list of ${plural(resolve(node.items, root))}`;
  if (node.type === 'object') return 'block';
  if (node.type === 'boolean') return '`true` `false`';
  if (node.type === 'integer' && node.maximum) return `number, ${node.minimum} to ${node.maximum}`;
  if (node.type === 'integer') return `number, ${node.minimum} or more`;
  return Array.isArray(node.type) ? 'number or text' : 'text';
}

function plural(node) {
  return node.type === 'object' ? 'blocks' : 'texts';
}

function exampleLine(key, node) {
  return `${key}: ${yaml(node.examples[0])}`;
}

/** YAML in one line, quoted where it must be. */
function yaml(value) {
  if (Array.isArray(value)) return `[${value.map(yaml).join(', ')}]`;
  if (value !== null && typeof value === 'object')
    return `{${Object.entries(value)
      .map(([key, inner]) => `${key}: ${yaml(inner)}`)
      .join(', ')}}`;
  if (typeof value !== 'string') return String(value);
  return /^[\w@./(][\w@./:*()=+% -]*$/.test(value) && !/: |^[\d.]+$/.test(value) ? value : JSON.stringify(value);
}

function resolve(node, root) {
  return node.$ref ? root.definitions[node.$ref.replace('#/definitions/', '')] : node;
}

function isEmpty(value) {
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function cell(text) {
  return text.replaceAll('|', '\\|');
}
