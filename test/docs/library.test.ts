/** What docs/library.md shows is TypeScript that compiles, and runs against the example as the page has it. */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { programPath } from '../support/rollcall.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PAGE = readFileSync(join(ROOT, 'docs/library.md'), 'utf8');
const EXAMPLES = [...PAGE.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = '']) => code);
let folder = '';

beforeAll(async () => {
  await programPath();
  folder = mkdtempSync(join(tmpdir(), 'rollcall-library-page-'));
  // The folder of a program that has the package installed.
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(ROOT, join(folder, 'node_modules/rollcall'));
  mkdirSync(join(folder, 'node_modules/@types'));
  symlinkSync(join(ROOT, 'node_modules/@types/node'), join(folder, 'node_modules/@types/node'));
  cpSync(join(ROOT, 'examples/msp'), join(folder, 'examples/msp'), {
    recursive: true,
    filter: (path) => !path.endsWith('.rollcall'),
  });
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}\n');
  for (const [index, code] of EXAMPLES.entries()) writeFileSync(join(folder, `example-${index + 1}.ts`), code);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the page of the library', () => {
  it('shows programs that compile, and that run one after the other', async () => {
    expect(EXAMPLES.length).toBeGreaterThan(2);
    const options =
      '--target es2023 --module nodenext --moduleResolution nodenext --strict --skipLibCheck --types node';
    const files = EXAMPLES.map((_, index) => `example-${index + 1}.ts`);
    await run(join(ROOT, 'node_modules/typescript/bin/tsc'), ...options.split(' '), ...files);
    const said: string[] = [];
    for (const file of files) said.push(await run(file.replace('.ts', '.js')));
    const all = said.join('');
    expect(all).toContain('Nothing stands in the way of a plan.');
    expect(all).toContain('birch ready 27 26');
    expect(all).toContain('DOM-1 Pending and verified');
    expect(all).toMatch(/^sha256:[0-9a-f]{64} \d+$/m);
    expect(all).toContain('acme [] [ 25 ]');
  });

  it('names everything that programs can call', async () => {
    const library = await import('../../src/index.ts');
    const functions = ['validate', 'loadWorkspace', 'plan', 'readState', 'readRecordings', 'readPlan', 'writePlan'];
    expect(Object.keys(library)).toEqual(expect.arrayContaining(functions));
    for (const name of functions) expect(PAGE).toContain(name);
  });
});

/** Rejects, with what it said, if it ends with anything but 0. */
async function run(...args: readonly string[]): Promise<string> {
  const running = promisify(execFile)(process.execPath, [...args], { cwd: folder });
  const { stdout } = await running.catch((failure: Error & { stdout: string; stderr: string }) => {
    throw new Error(`${failure.message}\n${failure.stdout}${failure.stderr}`);
  });
  return stdout;
}
