/** What `npm pack` makes is all that there has to be, and nothing else, and works where it is installed. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { globSync } from 'tinyglobby';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installEnvironment, type Packed, pack } from '../support/package.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
let folder = '';
let app = '';
let packed: Packed;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rollcall-package-'));
  app = join(folder, 'app');
  for (const name of ['app', 'prebuilds']) mkdirSync(join(folder, name));
  packed = await pack(folder, (copy) => {
    // What a folder in use holds beside what is kept in git.
    mkdirSync(join(copy, 'examples/msp/.rollcall'));
    writeFileSync(join(copy, 'examples/msp/.rollcall/state.db'), 'names and addresses');
  });
  env = await installEnvironment(join(folder, 'prebuilds'));
  writeFileSync(join(app, 'package.json'), '{"private": true, "type": "module"}\n');
  await run('npm', 'install', join(folder, packed.filename));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a command in the folder that the package is installed in. Rejects, with all that it said, unless it ends with 0. */
async function run(command: string, ...args: readonly string[]): Promise<string> {
  try {
    return (await promisify(execFile)(command, [...args], { cwd: app, env, maxBuffer: 2 ** 26 })).stdout;
  } catch (error) {
    const { message, stdout, stderr } = error as Error & { stdout: string; stderr: string };
    throw new Error(`${message}\n${stdout}${stderr}`);
  }
}

function installed(path: string): string {
  return join(app, 'node_modules/rollcall', path);
}

describe('the package', () => {
  it('holds every file that the program needs, and no others', () => {
    const paths = packed.files.map(({ path }) => path);
    const needed = globSync(['schemas/*.json', 'profiles/*.yaml', 'docs/**/*.md', 'examples/**/rollcall.yaml'], {
      cwd: ROOT,
    });
    expect(needed.length).toBeGreaterThan(20);
    expect(paths).toEqual(
      expect.arrayContaining([
        ...needed,
        'README.md',
        'CHANGELOG.md',
        'LICENSE',
        'package.json',
        'dist/man/rollcall.1',
      ]),
    );
    const first = new Set(paths.map((path) => path.split('/')[0]));
    expect([...first].toSorted()).toEqual(
      [
        'CHANGELOG.md',
        'LICENSE',
        'README.md',
        'dist',
        'docs',
        'examples',
        'package.json',
        'profiles',
        'schemas',
      ].toSorted(),
    );
    expect(
      paths.filter((path) => /\.test\.|(^|\/)(\.rollcall|node_modules|cdktf\.out)\/|\.map$|\.tgz$/.test(path)),
    ).toEqual([]);
  });

  it('holds no secret, and no map to sources that are not in it', () => {
    const texts = packed.files.map(({ path }) => [path, readFileSync(installed(path), 'utf8')] as const);
    const holding = (what: RegExp) => texts.filter(([, text]) => what.test(text)).map(([path]) => path);
    expect(holding(/-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s+[A-Za-z0-9+/=]{20}/)).toEqual([]);
    expect(holding(/_authToken|\/\/# sourceMappingURL=/)).toEqual([]);
  });

  it('says in the changelog what its version is', () => {
    const { version } = JSON.parse(readFileSync(installed('package.json'), 'utf8'));
    expect(readFileSync(installed('CHANGELOG.md'), 'utf8')).toContain(version);
  });
});

describe('where the package is installed', () => {
  it('the program runs, and finds its schemas, profiles and manual page', async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(await run('npx', 'rollcall', '--version')).toBe(`${version}\n`);
    expect(JSON.parse(await run('npx', 'rollcall', 'schema', 'customer'))).toHaveProperty('title', 'Customer');
    expect(readFileSync(installed('dist/man/rollcall.1'), 'utf8')).toContain(`"rollcall ${version}"`);
    expect(await run('npx', 'rollcall', '-C', installed('examples/msp'), 'validate')).toBe('');
    const plan = ['-C', installed('examples/msp'), 'plan', '--snapshot', 'recordings/1-first-day', '-q'];
    expect(await run('npx', 'rollcall', ...plan)).toContain('Plan for 2 customers: 278 to create');
    writeFileSync(join(app, 'rollcall.yaml'), 'apiVersion: rollcall/v1\nkind: Workspace\nservice: vipre\n');
    expect(JSON.parse(await run('npx', 'rollcall', 'validate', '--format', 'json'))).toEqual([
      expect.objectContaining({ code: 'CONFIG_NO_CUSTOMERS' }),
    ]);
  });

  it('programs import the library, and the database comes with it', async () => {
    const library = await run(
      process.execPath,
      '--input-type=module',
      '--eval',
      `import { loadWorkspace, readState, validate } from 'rollcall';
       const { config } = await loadWorkspace(${JSON.stringify(installed('examples/msp'))});
       const { valid } = await validate(${JSON.stringify(installed('examples/msp'))});
       console.log(valid, (await readState(config)).rosters.size);`,
    );
    expect(library).toBe('true 2\n');
  });

  it('programs import the constructs only beside a CDK, and are told which package is missing', async () => {
    expect(existsSync(join(app, 'node_modules/cdktf'))).toBe(false);
    await expect(run(process.execPath, '--input-type=module', '--eval', "import 'rollcall/cdktf';")).rejects.toThrow(
      "Cannot find package 'cdktf'",
    );
  });

  it('the types of the library are whole', async () => {
    writeFileSync(
      join(app, 'consumer.ts'),
      `import { type Config, type Finding, type Plan, type PlanInputs, plan, readPlan, validate } from 'rollcall';
export const plansOf = (inputs: PlanInputs): Plan['customers'] => plan(inputs).customers;
export const findingsOf = async (folder: string): Promise<readonly Finding[]> => (await validate(folder)).findings;
export const customersOf = ({ customers }: Config): readonly string[] => customers.map(({ name }) => name);
export const digestOf = async (path: string): Promise<string> => (await readPlan(path)).digest;
// @ts-expect-error A plan is not made from nothing.
plan({});
// @ts-expect-error A moment is not any text.
plan({ now: 'tomorrow' });
`,
    );
    const compilerOptions = {
      strict: true,
      noEmit: true,
      target: 'es2022',
      lib: ['es2022'],
      module: 'nodenext',
      moduleResolution: 'nodenext',
      types: [],
      skipLibCheck: false,
    };
    writeFileSync(join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['consumer.ts'] }));
    expect(await run(process.execPath, join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', app)).toBe('');
  });
});
