/** The package as a project of the Terraform CDK has it installed: with `cdktf`, and with its maintained fork `cdktn` in that place. */
import { execFile } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findProgram } from '../support/requirements.ts';
import { programPath } from '../support/rollcall.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);
const PLACES: string[] = [];

/** A program like that of examples/cdktf, of which the kind of the resources can be said. */
const PROGRAM = `
import { App, TerraformStack } from 'cdktf';
import { RollcallWorkspace } from 'rollcall/cdktf';
const app = new App({ outdir: 'cdktf.out' });
const stack = new TerraformStack(app, 'mail');
await RollcallWorkspace.read(stack, 'rollcall', { folder: 'examples/onboarding', resource: process.argv[1] });
app.synth();
`;

beforeAll(async () => {
  await programPath();
});
afterAll(() => {
  for (const place of PLACES) rmSync(place, { recursive: true, force: true });
});

/** A folder with the package and its peers installed, and `library` as what \`cdktf\` is: as npm does it for \`npm:cdktn\`. */
function installed(library: 'cdktf' | 'cdktn' | null): string {
  const place = mkdtempSync(join(tmpdir(), 'rollcall-cdktf-'));
  PLACES.push(place);
  const modules = join(place, 'node_modules');
  mkdirSync(modules);
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    const isCdk = name === '@cdktf' || name === 'constructs' || name.startsWith('cdkt');
    if (!isCdk && !name.startsWith('.')) symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  }
  // Copies: what is linked would find its peers at the other end of the link.
  for (const name of ['package.json', 'dist', 'schemas', 'profiles']) {
    cpSync(join(ROOT, name), join(modules, 'rollcall', name), { recursive: true });
  }
  cpSync(join(ROOT, 'examples'), join(place, 'examples'), { recursive: true });
  writeFileSync(join(place, 'package.json'), '{"type": "module"}');
  if (library === null) return place;
  symlinkSync(join(ROOT, 'node_modules/constructs'), join(modules, 'constructs'));
  symlinkSync(dirname(fileURLToPath(import.meta.resolve(`${library}/package.json`))), join(modules, 'cdktf'));
  cpSync(join(ROOT, 'node_modules/@cdktf'), join(modules, '@cdktf'), { recursive: true });
  return place;
}

/** Runs a program of the CDK. Of Terraform it only asks the version: where there is none, another program tells it. */
async function synth(place: string, ...args: readonly string[]): Promise<void> {
  const standIn = join(place, 'terraform');
  if (findProgram('terraform') === null) {
    writeFileSync(standIn, '#!/bin/sh\necho Terraform v1.4.0\n');
    chmodSync(standIn, 0o755);
  }
  const env = existsSync(standIn) ? { ...process.env, TERRAFORM_BINARY_NAME: standIn } : process.env;
  await run(process.execPath, args, { cwd: place, env });
}

/** The stack without what the library writes about itself. */
function stackOf(place: string): { readonly version: string; readonly stack: unknown } {
  const text = readFileSync(join(place, 'cdktf.out/stacks/mail/cdk.tf.json'), 'utf8').replaceAll(place, 'PLACE');
  const { '//': about, ...stack } = JSON.parse(text);
  return { version: about.metadata.version, stack };
}

describe('cdktf and cdktn', () => {
  const places = { cdktf: '', cdktn: '' };
  beforeAll(() => {
    for (const library of ['cdktf', 'cdktn'] as const) places[library] = installed(library);
  });

  test.each(['terraform_data', 'null_resource'])('make the same stack with %s', async (kind) => {
    const made = await Promise.all(
      [places.cdktf, places.cdktn].map(async (place) => {
        await synth(place, '--input-type=module', '-e', PROGRAM, kind);
        return stackOf(place);
      }),
    );
    expect(made.map(({ version }) => version)).toEqual(['0.21.0', '0.24.0']);
    expect(made[1]?.stack).toEqual(made[0]?.stack);
    expect(made[0]?.stack).toHaveProperty(['resource', kind]);
  });

  test('make the same stack of the example', async () => {
    const made = await Promise.all(
      [places.cdktf, places.cdktn].map(async (place) => {
        await synth(place, '--import', import.meta.resolve('tsx'), 'examples/cdktf/main.ts');
        return stackOf(place);
      }),
    );
    expect(made[1]?.stack).toEqual(made[0]?.stack);
    expect(JSON.stringify(made[0]?.stack)).toContain('v=spf1 ip4:203.0.113.25 include:spf.lighthouse.example -all');
  });

  test('have the types that the example is written to', async () => {
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2023'];
    const checks = [places.cdktf, places.cdktn].map((place) =>
      run(process.execPath, [tsc, ...options, '--types', 'node', 'examples/cdktf/main.ts'], { cwd: place }),
    );
    expect((await Promise.all(checks)).map(({ stdout }) => stdout)).toEqual(['', '']);
  });
});

test('the program and the library work where the CDK is not installed', async () => {
  const place = installed(null);
  const described = `
    import { describeWorkspace } from 'rollcall';
    console.log((await describeWorkspace('examples/onboarding')).customers.map(({ name }) => name).join());
  `;
  const main = 'node_modules/rollcall/dist/cli/main.js';
  const validate = [main, '-C', 'examples/onboarding', 'validate', '--format', 'json'];
  expect((await run(process.execPath, validate, { cwd: place })).stdout).toBe('[]\n');
  const library = await run(process.execPath, ['--input-type=module', '-e', described], { cwd: place });
  expect(library.stdout).toBe('larch\n');
  const constructs = run(process.execPath, ['--input-type=module', '-e', "import 'rollcall/cdktf'"], { cwd: place });
  await expect(constructs).rejects.toThrow("Cannot find package 'cdktf'");
});
