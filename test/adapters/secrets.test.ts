import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { resolveSecret, SecretError } from '../../src/adapters/files/secrets.ts';
import type { SecretReference } from '../../src/domain/secret-reference.ts';

const SECRET = 'Sommer-2026-geheim';
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-secrets-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A command that runs this JavaScript. */
function node(script: string, ...args: readonly string[]): SecretReference {
  return { command: [process.execPath, '-e', script, ...args] };
}

async function failure(reference: SecretReference): Promise<string> {
  const problem = await resolveSecret(reference).then(
    () => new Error('it was resolved'),
    (caught: unknown) => caught,
  );
  expect(problem).toBeInstanceOf(SecretError);
  return (problem as SecretError).message;
}

describe('a secret is had', () => {
  it('from the environment, as it is', async () => {
    vi.stubEnv('ROLLCALL_TEST_SECRET', ` ${SECRET} `);
    expect(await resolveSecret({ env: 'ROLLCALL_TEST_SECRET' })).toBe(` ${SECRET} `);
    vi.unstubAllEnvs();
  });

  it.each([
    ['no line end', SECRET, SECRET],
    ['one line end', `${SECRET}\n`, SECRET],
    ['a Windows line end', `${SECRET}\r\n`, SECRET],
    ['two line ends, of which one is its own', `${SECRET}\n\n`, `${SECRET}\n`],
    ['umlauts', 'Schlüssel', 'Schlüssel'],
    ['a byte-order mark', `\ufeff${SECRET}\n`, SECRET],
  ])('from a file with %s', async (_, content, secret) => {
    const file = join(folder, 'secret');
    await writeFile(file, content);
    expect(await resolveSecret({ file })).toBe(secret);
  });

  it('from a command, whose arguments no shell sees', async () => {
    expect(await resolveSecret(node('console.log(process.argv[1])', '$HOME; `id` "x"'))).toBe('$HOME; `id` "x"');
  });

  it('from a command that waits for the end of its input', async () => {
    expect(await resolveSecret(node(`process.stdin.resume().on('end', () => console.log('${SECRET}'))`))).toBe(SECRET);
  });
});

describe('a secret that is not to be had is told of by its reference', () => {
  it.each([
    [
      'no variable',
      { env: 'ROLLCALL_NO_SUCH' },
      'The environment variable ROLLCALL_NO_SUCH, which should hold a secret, is not set.',
    ],
    ['no file', { file: '/no/such/file' }, 'The file /no/such/file, which should hold a secret, is not there.'],
    ['a folder', { file: tmpdir() }, `The file ${tmpdir()}, which should hold a secret, cannot be read (EISDIR).`],
    [
      'no program',
      { command: ['/no/such/program', 'x'] as const },
      'The command /no/such/program, which should give a secret, does not exist.',
    ],
  ])('%s', async (_, reference, message) => {
    expect(await failure(reference)).toBe(message);
  });

  it('a program that may not be run', async () => {
    const program = join(folder, 'not-a-program');
    await writeFile(program, SECRET, { mode: 0o600 });
    expect(await failure({ command: [program] })).toMatch(
      /not-a-program, which should give a secret, could not be run \(EACCES\)\.$/,
    );
  });

  it('an empty one', async () => {
    vi.stubEnv('ROLLCALL_TEST_SECRET', '');
    expect(await failure({ env: 'ROLLCALL_TEST_SECRET' })).toMatch(
      /ROLLCALL_TEST_SECRET, which should hold a secret, is empty/,
    );
    vi.unstubAllEnvs();
    expect(await failure(node(''))).toMatch(/is empty/);
  });

  it('a file too large to be one', async () => {
    const file = join(folder, 'large');
    await writeFile(file, SECRET.repeat(10_000));
    expect(await failure({ file })).toMatch(/large, which should hold a secret, is longer than 64 KB\.$/);
  });
});

describe('a command that fails says how, and nothing of what it printed', () => {
  const program = process.execPath;

  it.each([
    ['an exit code', `console.log('${SECRET}'); console.error('${SECRET}'); process.exit(7)`, 'ended with exit code 7'],
    ['a signal', `console.log('${SECRET}'); process.kill(process.pid, 'SIGTERM')`, 'was ended by SIGTERM'],
    ['too much', `console.log('${SECRET}'.repeat(100000))`, 'printed more than 64 KB'],
  ])('%s', async (_, script, how) => {
    const message = await failure(node(script, SECRET));
    expect(message).toBe(`The command ${program}, which should give a secret, ${how}.`);
  });

  it('waiting for ever', async () => {
    const waiting = resolveSecret(node('setInterval(() => {}, 1000)'), 500);
    await expect(waiting).rejects.toThrow(
      `The command ${program}, which should give a secret, did not end within 0.5 seconds.`,
    );
  });
});
