/** The built program as a process: what it prints, how it ends, and what it does when it is stopped. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export interface Outcome {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  /** Added to the environment; undefined takes a variable out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What it reads from stdin, which is then at its end. */
  readonly input?: string;
  /** The largest file that it may write, in kilobytes: a disk that is full for it alone. */
  readonly largestFile?: number;
  /** Root may write where the permissions say no; with this it may not. */
  readonly heedsPermissions?: boolean;
}

export interface Running {
  readonly child: ChildProcess;
  /** Resolves when it has ended and all that it printed has been read. */
  readonly ended: Promise<Outcome>;
  /** Resolves once this has been printed, to stdout or stderr; rejects if it ends before that. */
  said(text: string): Promise<void>;
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MAIN = join(ROOT, 'dist/cli/main.js');

/** Runs one command line to its end. */
export async function rollcall(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return (await startRollcall(args, options)).ended;
}

/** Starts one command line. A minute later it is killed, so that no test waits for ever. */
export async function startRollcall(args: readonly string[], options: RunOptions = {}): Promise<Running> {
  const [command, ...rest] = commandLine([process.execPath, await programPath(), ...args], options);
  const child = spawn(command, rest, {
    cwd: options.cwd ?? tmpdir(),
    env: environment(options.env),
    stdio: 'pipe',
    timeout: 60_000,
    killSignal: 'SIGKILL',
  });
  child.stdin.on('error', () => {}).end(options.input ?? '');
  return { child, ended: outcomeOf(child), said: (text) => untilSaid(child, text) };
}

type Words = readonly [string, ...string[]];

/** Whatever sets a limit is replaced by the program. */
function commandLine(words: Words, { largestFile, heedsPermissions = false }: RunOptions): Words {
  const limited: Words =
    largestFile === undefined ? words : ['bash', '-c', `ulimit -f ${largestFile}; exec "$@"`, 'bash', ...words];
  if (!heedsPermissions || process.getuid?.() !== 0) return limited;
  return ['setpriv', '--bounding-set=-dac_override,-dac_read_search', ...limited];
}

function environment(added: RunOptions['env'] = {}): NodeJS.ProcessEnv {
  const { NO_COLOR: _, FORCE_COLOR: __, ...inherited } = process.env;
  return Object.fromEntries(
    Object.entries({ ...inherited, ...added }).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

async function outcomeOf(child: ChildProcess): Promise<Outcome> {
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.setEncoding('utf8').on('data', (text: string) => {
      said[stream] += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('close', (code, signal) => resolve({ code, signal, ...said }));
  });
}

function untilSaid(child: ChildProcess, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    const hear = (piece: string) => {
      said += piece;
      if (said.includes(text)) resolve();
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('close', () => reject(new Error(`It ended without saying ${JSON.stringify(text)}:\n${said}`)));
  });
}

/** The program that is tested: `ROLLCALL_PROGRAM`, such as an installed package's; else dist, built anew where src is newer. */
export async function programPath(): Promise<string> {
  const given = process.env['ROLLCALL_PROGRAM'];
  if (given !== undefined) return given;
  fresh ??= buildIfStale();
  await fresh;
  return MAIN;
}

let fresh: Promise<void> | null = null;

async function buildIfStale(): Promise<void> {
  if (!isStale()) return;
  // Test files run in several processes at once: one builds, the others wait.
  const lock = join(ROOT, 'node_modules/.rollcall-build');
  while (!taken(lock)) await wait(100);
  try {
    if (isStale()) await build();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

/** A lock as old as that was left behind by a process that was killed. */
const LOCK_AGE_MS = 120_000;

function taken(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    const made = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - made > LOCK_AGE_MS) rmSync(lock, { recursive: true, force: true });
    return false;
  }
}

async function build(): Promise<void> {
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  await promisify(execFile)(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: ROOT }).catch(
    (failure: Error & { readonly stdout: string }) => {
      throw new Error(`The program that the test runs could not be built:\n${failure.stdout}`);
    },
  );
}

function isStale(): boolean {
  const built = statSync(MAIN, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' });
  return sources
    .filter((file) => file.endsWith('.ts'))
    .some((file) => statSync(join(ROOT, 'src', file)).mtimeMs > built);
}
