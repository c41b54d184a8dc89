/** Secrets, had from where their references point, at the moment they are needed. */
import { execFile } from 'node:child_process';
import { open } from 'node:fs/promises';
import type { SecretReference } from '../../domain/secret-reference.ts';

/** A secret could not be had. The message names the reference and never what stands behind it, nor what a command printed. */
export class SecretError extends Error {
  override readonly name = 'SecretError';
  constructor(reference: SecretReference, problem: string) {
    super(`${described(reference)} ${problem}.`);
  }
}

const COMMAND_TIMEOUT_MS = 10_000;
const MAX_BYTES = 64 * 1024;

/** The secret that `reference` stands for, less one line end at its end. A command has `timeoutMs`. Rejects with SecretError. */
export async function resolveSecret(reference: SecretReference, timeoutMs = COMMAND_TIMEOUT_MS): Promise<string> {
  const secret = await contentOf(reference, timeoutMs);
  if (secret === '') throw new SecretError(reference, 'is empty');
  return secret;
}

function contentOf(reference: SecretReference, timeoutMs: number): Promise<string> {
  if ('env' in reference) return fromEnvironment(reference);
  return 'file' in reference ? fromFile(reference) : fromCommand(reference, timeoutMs);
}

function described(reference: SecretReference): string {
  if ('env' in reference) return `The environment variable ${reference.env}, which should hold a secret,`;
  if ('file' in reference) return `The file ${reference.file}, which should hold a secret,`;
  return `The command ${reference.command[0]}, which should give a secret,`;
}

async function fromEnvironment(reference: { readonly env: string }): Promise<string> {
  const value = process.env[reference.env];
  if (value === undefined) throw new SecretError(reference, 'is not set');
  return value;
}

async function fromFile(reference: { readonly file: string }): Promise<string> {
  const bytes = await readStart(reference.file).catch((problem: NodeJS.ErrnoException) => {
    const missing = problem.code === 'ENOENT' || problem.code === 'ENOTDIR';
    throw new SecretError(reference, missing ? 'is not there' : `cannot be read (${problem.code ?? 'unknown reason'})`);
  });
  if (bytes.length > MAX_BYTES) throw new SecretError(reference, 'is longer than 64 KB');
  return textOf(bytes);
}

/** As much of a file as a secret may have, and a byte more. Pipes and devices, which some secret stores use, have no size. */
async function readStart(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const chunks: Buffer[] = [];
    for (let size = 0; size <= MAX_BYTES; ) {
      const { bytesRead, buffer } = await file.read({ buffer: Buffer.alloc(MAX_BYTES + 1), position: null });
      if (bytesRead === 0) break;
      chunks.push(buffer.subarray(0, bytesRead));
      size += bytesRead;
    }
    return Buffer.concat(chunks);
  } finally {
    await file.close();
  }
}

function fromCommand(
  reference: { readonly command: readonly [string, ...string[]] },
  timeoutMs: number,
): Promise<string> {
  const [program, ...args] = reference.command;
  const options = {
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    maxBuffer: MAX_BYTES,
    encoding: 'buffer',
  } as const;
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, options, (problem, stdout) => {
      if (problem === null) resolve(textOf(stdout));
      else reject(new SecretError(reference, failureOf(problem, timeoutMs)));
    });
    // A command that never reads is gone before its input ends.
    child.stdin?.on('error', () => {}).end();
  });
}

interface CommandProblem {
  readonly code?: unknown;
  readonly killed?: boolean;
  readonly signal?: unknown;
}

function failureOf({ code, killed, signal }: CommandProblem, timeoutMs: number): string {
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return 'printed more than 64 KB';
  if (killed === true) return `did not end within ${timeoutMs / 1000} seconds`;
  if (code === 'ENOENT') return 'does not exist';
  if (typeof code === 'number') return `ended with exit code ${code}`;
  return typeof signal === 'string' ? `was ended by ${signal}` : `could not be run (${code ?? 'unknown reason'})`;
}

/** UTF-8 without the byte-order mark and the one line end that editors and programs add. */
function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).replace(/\r?\n$/, '');
}
