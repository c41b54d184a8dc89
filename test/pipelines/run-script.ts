/** The scripts of the pipelines as processes, with nothing of this machine's own pipeline in their environment. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { programPath } from '../support/rollcall.ts';

export const PIPELINES = fileURLToPath(new URL('../../examples/pipelines/', import.meta.url));

const BIN = fileURLToPath(new URL('bin/', import.meta.url));

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ScriptOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
}

const INHERITED = ['HOME', 'LANG', 'TMPDIR'];

/** Runs a script of examples/pipelines to its end, with `rollcall` on its PATH. */
export async function runScript(script: string, { cwd, env = {}, args = [] }: ScriptOptions): Promise<Outcome> {
  const interpreter = script.endsWith('.mjs') ? process.execPath : 'bash';
  return await run([interpreter, join(PIPELINES, script), ...args], { cwd, env });
}

/** Runs any command in the same surroundings. */
export async function run(
  [command = '', ...args]: readonly string[],
  { cwd, env = {} }: Omit<ScriptOptions, 'args'>,
): Promise<Outcome> {
  const child = spawn(command, args, { cwd, env: { ...(await surroundings()), ...env }, timeout: 60_000 });
  child.stdin.end();
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}

async function surroundings(): Promise<Record<string, string>> {
  const inherited = INHERITED.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  return {
    ...Object.fromEntries(inherited),
    PATH: `${BIN}:${process.env['PATH']}`,
    TESTED_NODE: process.execPath,
    TESTED_PROGRAM: await programPath(),
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_AUTHOR_NAME: 'Ann',
    GIT_AUTHOR_EMAIL: 'ann@rosters.example',
    GIT_COMMITTER_NAME: 'Ann',
    GIT_COMMITTER_EMAIL: 'ann@rosters.example',
  };
}
