/** Secrets, had from where their references point, at the moment they are needed. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { SecretReference } from '../../domain/config.ts';

/** A secret could not be had. The message names the reference and never what stands behind it. */
export class SecretError extends Error {
  override readonly name = 'SecretError';
}

const COMMAND_TIMEOUT_MS = 10_000;
const MAX_BYTES = 64 * 1024;

/** The secret that `reference` stands for, less one line end at its end. Rejects with SecretError. */
export async function resolveSecret(reference: SecretReference): Promise<string> {
  const secret = trimLineEnd(await contentOf(reference));
  if (secret === '') throw new SecretError(`${describeReference(reference)} is empty.`);
  return secret;
}

/** A reference in words, for messages. */
export function describeReference(reference: SecretReference): string {
  if ('env' in reference) return `The environment variable ${reference.env}`;
  if ('file' in reference) return `The file ${reference.file}`;
  return `The command ${reference.command[0]}`;
}

async function contentOf(reference: SecretReference): Promise<string> {
  if ('env' in reference) {
    const value = process.env[reference.env];
    if (value === undefined) throw new SecretError(`${describeReference(reference)} is not set.`);
    return value;
  }
  if ('file' in reference) return readSecretFile(reference.file);
  return run(reference.command);
}

async function readSecretFile(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((problem: NodeJS.ErrnoException) => {
    throw new SecretError(
      `The file ${file}, which holds a secret, cannot be read (${problem.code ?? 'unknown reason'}).`,
    );
  });
  if (text.length > MAX_BYTES) throw new SecretError(`The file ${file} is too large to be a secret.`);
  return text;
}

function run([program, ...args]: readonly [string, ...string[]]): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = {
      timeout: COMMAND_TIMEOUT_MS,
      killSignal: 'SIGKILL',
      maxBuffer: MAX_BYTES,
      encoding: 'utf8',
    } as const;
    const child = execFile(program, args, options, (problem, stdout) => {
      if (problem === null) resolve(stdout);
      else reject(new SecretError(`The command ${program}, which gives a secret, ${failureOf(problem)}.`));
    });
    child.stdin?.end();
  });
}

function failureOf({ code, killed, signal }: Error & { code?: unknown; killed?: boolean; signal?: unknown }): string {
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return 'printed too much';
  if (killed === true) return `did not end within ${COMMAND_TIMEOUT_MS / 1000} seconds`;
  if (code === 'ENOENT') return 'does not exist';
  if (typeof code === 'number') return `ended with exit code ${code}`;
  return `could not be run (${code ?? signal ?? 'unknown reason'})`;
}

function trimLineEnd(text: string): string {
  return text.replace(/\r?\n$/, '');
}
