/** The YAML that the documents show is a configuration, and the examples are free of findings. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { rollcall } from '../support/rollcall.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollcall-examples-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each(['msp', 'entra', 'gateway', 'onboarding'])('examples/%s has no findings', async (name) => {
  const workspace = join(folder, name);
  cpSync(join(ROOT, 'examples', name), workspace, { recursive: true });
  expect(await rollcall(['-C', workspace, 'validate', '--format', 'json'])).toMatchObject({ code: 0, stdout: '[]\n' });
});

it('the customer in the README is valid', async () => {
  const [, yaml = ''] = /^```yaml\n(apiVersion:.*?)^```$/ms.exec(readFileSync(join(ROOT, 'README.md'), 'utf8')) ?? [];
  const workspace = join(folder, 'readme');
  mkdirSync(join(workspace, 'customers'), { recursive: true });
  writeFileSync(join(workspace, 'rollcall.yaml'), 'apiVersion: rollcall/v1\nkind: Workspace\n');
  writeFileSync(join(workspace, 'customers/acme.yaml'), yaml);
  expect(yaml).toContain('kind: Customer');
  expect(await rollcall(['-C', workspace, 'validate', '--format', 'json'])).toMatchObject({ code: 0, stdout: '[]\n' });
});
