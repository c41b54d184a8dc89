/** A repository of rosters on this disk: a bare one that stands for the forge's, and clones of it. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Outcome, run, runScript } from './run-script.ts';

const MSP = fileURLToPath(new URL('../../examples/msp/', import.meta.url));
const DAYS = join(MSP, 'recordings');

export type Day = '1-first-day' | '2-next-day' | '3-wrong-filter';
type Environment = Readonly<Record<string, string>>;

export interface Clone {
  path(...parts: readonly string[]): string;
  read(file: string): string;
  write(file: string, text: string): void;
  /** Replaces a text in a file that has it. */
  edit(file: string, from: string, to: string): void;
  /** Runs git, which must succeed: what it printed. */
  git(...args: readonly string[]): Promise<string>;
  /** Commits all that is there, and pushes the branch. */
  push(message: string): Promise<void>;
  job(script: string, env?: Environment): Promise<Outcome>;
  rollcall(...args: readonly string[]): Promise<Outcome>;
}

export interface Repository extends Disposable {
  /** Files that are in no clone: the state, what was uploaded, the plans that were kept. */
  path(...parts: readonly string[]): string;
  clone(): Promise<Clone>;
}

/** What a job gets so that it reads the directories of this day. */
export const on = (day: Day): Environment => ({ ROLLCALL_SNAPSHOT: join(DAYS, day) });

/** The example of a service provider, with its state and an upload folder beside the clones, pushed to `main`. */
export async function rosters(): Promise<Repository> {
  const root = mkdtempSync(join(tmpdir(), 'rollcall-rosters-'));
  const path = (...parts: readonly string[]) => join(root, ...parts);
  await run(['git', 'init', '--quiet', '--bare', '--initial-branch=main', path('forge.git')], { cwd: root });
  let clones = 0;
  const repository: Repository = {
    path,
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
    clone: async () => {
      clones += 1;
      const folder = path(`clone-${clones}`);
      const cloned = await run(['git', 'clone', '--quiet', path('forge.git'), folder], { cwd: root });
      if (cloned.code !== 0) throw new Error(cloned.stderr);
      return cloneIn(folder, path('plans'));
    },
  };
  await fill(await repository.clone(), repository);
  return repository;
}

async function fill(clone: Clone, { path }: Repository): Promise<void> {
  await clone.git('checkout', '--quiet', '-b', 'main');
  for (const part of ['customers', 'imports', '.gitignore'])
    cpSync(join(MSP, part), clone.path(part), { recursive: true });
  clone.write(
    'rollcall.yaml',
    `apiVersion: rollcall/v1
kind: Workspace
state: {backend: sqlite, path: ${path('state.db')}}
customers: [customers/*.yaml]
targets:
  - {name: portal, type: csv, dir: ${path('exports')}}
`,
  );
  await clone.push('Begin');
}

function cloneIn(folder: string, plans: string): Clone {
  const path = (...parts: readonly string[]) => join(folder, ...parts);
  const read = (file: string) => readFileSync(path(file), 'utf8');
  const write = (file: string, text: string) => {
    mkdirSync(dirname(path(file)), { recursive: true });
    writeFileSync(path(file), text);
  };
  const git = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await run(['git', ...args], { cwd: folder });
    if (code !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
    return stdout.trim();
  };
  return {
    path,
    read,
    write,
    git,
    edit: (file, from, to) => {
      if (!read(file).includes(from)) throw new Error(`${file} has no ${from}`);
      write(file, read(file).replace(from, to));
    },
    push: async (message) => {
      await git('add', '--all');
      await git('commit', '--quiet', '--allow-empty', '-m', message);
      await git('push', '--quiet', 'origin', 'HEAD');
    },
    job: (script, env = {}) => runScript(script, { cwd: folder, env: { ROLLCALL_PLANS: plans, ...env } }),
    rollcall: (...args) => run(['rollcall', ...args], { cwd: folder }),
  };
}
