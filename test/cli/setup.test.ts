/** Starting: `init`, `schema`, and `validate` on what was written. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { rollcall } from '../support/rollcall.ts';
import { customerFile, temporaryFolder, workspace } from '../support/workspace.ts';

describe.concurrent('init', () => {
  test.each(['ldap', 'entra', 'none'])('writes a workspace that validates and plans at once (%s)', async (type) => {
    using folder = temporaryFolder();
    const root = join(folder.path, 'new', 'rosters');
    const { code, stdout } = await rollcall([
      'init',
      root,
      '--name',
      'birch',
      '--domain',
      'birch.test',
      '--type',
      type,
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain(`files written to ${root}: rollcall.yaml, customers/birch.yaml`);
    const validated = await rollcall(['-C', root, 'validate', '--format', 'json']);
    expect(validated.code).toBe(0);
    expect(JSON.parse(validated.stdout)).toEqual([]);
    const snapshot = type === 'none' ? [] : ['--snapshot', 'sample'];
    const planned = await rollcall(['-C', root, 'plan', ...snapshot]);
    expect(planned.code).toBe(0);
    expect(planned.stdout).toContain(type === 'none' ? 'postmaster@birch.test' : 'amelia.sample@birch.test');
    if (type !== 'none') expect(planned.stdout).toContain('SEL-2');
  });

  test('has git and editors in mind', async () => {
    using folder = temporaryFolder();
    const root = folder.path;
    expect((await rollcall(['init', root, '--yes'])).code).toBe(0);
    const ignored = readFileSync(join(root, '.gitignore'), 'utf8');
    expect(ignored).toContain('.rollcall/');
    const settings = JSON.parse(readFileSync(join(root, '.vscode/settings.json'), 'utf8'));
    for (const schema of Object.keys(settings['yaml.schemas'])) {
      expect(JSON.parse(readFileSync(join(root, schema), 'utf8'))).toHaveProperty('$schema');
    }
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    expect(readme).toContain('rollcall plan --snapshot sample');
    for (const [, path = ''] of readme.matchAll(/\]\(([^)]+)\)/g))
      expect(existsSync(join(root, path)), path).toBe(true);
  });

  test('keeps every file that is there', async () => {
    using folder = temporaryFolder();
    const root = folder.path;
    writeFileSync(join(root, '.gitignore'), 'mine\n');
    mkdirSync(join(root, 'customers'));
    writeFileSync(join(root, 'customers/acme.yaml'), 'mine too\n');
    const { code, stderr } = await rollcall(['init'], { cwd: root });
    expect(code).toBe(0);
    expect(stderr).toContain('.gitignore is there already: left as it is.');
    expect(readFileSync(join(root, '.gitignore'), 'utf8')).toBe('mine\n');
    expect(readFileSync(join(root, 'customers/acme.yaml'), 'utf8')).toBe('mine too\n');
  });

  test('an option that cannot be used writes nothing', async () => {
    using folder = temporaryFolder();
    const root = join(folder.path, 'rosters');
    const { code, stderr } = await rollcall(['init', root, '--yes', '--name', 'Not A Name']);
    expect(code).toBe(64);
    expect(stderr).toContain('--name cannot be used');
    expect(existsSync(root)).toBe(false);
  });

  test('a folder that cannot be made is an error with what to do', async () => {
    using folder = temporaryFolder();
    const root = folder.path;
    writeFileSync(join(root, 'file'), '');
    const { code, stderr } = await rollcall(['init', join(root, 'file', 'below')]);
    expect(code).toBe(1);
    expect(stderr).toContain('could not be written');
    expect(stderr).toContain('rollcall init DIR');
  });
});

describe.concurrent('validate', () => {
  test('prints every finding as file:line:col: error[CODE]: message, and exits 1', async () => {
    using made = await workspace({
      customers: {
        acme: customerFile('acme', { directory: 'deleteAfter: 3d\nfiltr: (mail=*)' }),
        globex: customerFile('globex').replace('name: globex\n', 'name: Globex!\n'),
      },
    });
    const { code, stdout, stderr } = await made.run('validate');
    expect(code).toBe(1);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(line).toMatch(/^customers\/(acme|globex)\.yaml:\d+:\d+: error\[CONFIG_\w+\]: .+/);
    expect(stdout).toMatch(/^customers\/acme\.yaml:10:\d+: .*deleteAfter/m);
    expect(stdout).toContain('Did you mean "filter"?');
    expect(stderr).toContain('3 findings in 3 files.');
    const findings = JSON.parse((await made.run('validate', '--format', 'json')).stdout);
    expect(findings).toHaveLength(3);
    expect(findings[0]).toMatchObject({
      severity: 'error',
      code: expect.any(String),
      message: expect.any(String),
      location: { file: 'customers/acme.yaml', line: 10 },
    });
  });

  test.each(['plan', 'apply', 'users', 'sync', 'conflicts'])(
    '%s does nothing where a file has a mistake',
    async (command) => {
      using made = await workspace({ customers: { acme: customerFile('acme', { directory: 'deleteAfter: 3d' }) } });
      const { code, stdout, stderr } = await made.run(command);
      expect(code).toBe(1);
      expect(stdout).toBe('');
      expect(stderr).toMatch(/^customers\/acme\.yaml:10:\d+: error\[/);
    },
  );
});

describe.concurrent('schema', () => {
  test('lists the schemas, and prints each as JSON Schema that compiles', async () => {
    const names = (await rollcall(['schema'])).stdout.trimEnd().split('\n');
    expect(names).toEqual(expect.arrayContaining(['workspace', 'customer', 'users', 'plan', 'state']));
    // One may refer to another by its file.
    const ajv = new Ajv({ strict: false, validateFormats: false });
    for (const name of names) {
      const { code, stdout } = await rollcall(['schema', name]);
      expect(code).toBe(0);
      ajv.addSchema(JSON.parse(stdout), `${name}.schema.json`);
    }
    for (const name of names) expect(ajv.getSchema(`${name}.schema.json`), name).toBeTypeOf('function');
  });
});
