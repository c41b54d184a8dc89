/**
 * A process of its own that works on a stored state, to be killed or to get in the way of another one. The sources are turned into
 * JavaScript first, because a process cannot run TypeScript on every supported Node.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = join(import.meta.dirname, '../..');
const PROGRAM = relative(ROOT, fileURLToPath(new URL('./state-worker.ts', import.meta.url)));

export interface StateProgram extends AsyncDisposable {
  /** Starts `state-worker.ts` with these arguments. */
  start(...words: readonly string[]): StateWorker;
}

export interface StateWorker {
  readonly process: ChildProcess;
  /** The next line that it prints; null when it has ended. */
  line(): Promise<string | null>;
  /** How it ended: its code or its signal. */
  readonly ended: Promise<number | string>;
}

/** Prepares the program; disposing of it removes the files. */
export function stateProgram(): StateProgram {
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  // Inside the project, so that packages are found from there.
  const folder = mkdtempSync(join(ROOT, '.cache/state-program-'));
  for (const source of [
    ...sourcesIn('src/domain'),
    ...sourcesIn('src/planner'),
    'src/adapters/sqlite-database.ts',
    ...sourcesIn('src/adapters/state'),
    ...sourcesIn('src/ports'),
    PROGRAM,
    'test/support/numbered-steps.ts',
  ]) {
    const target = join(folder, source.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, javaScriptOf(join(ROOT, source)));
  }
  return {
    start: (...words) => start(join(folder, PROGRAM.replace(/\.ts$/, '.js')), words),
    [Symbol.asyncDispose]: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

function sourcesIn(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));
}

function javaScriptOf(file: string): string {
  const { outputText } = ts.transpileModule(readFileSync(file, 'utf8'), {
    fileName: relative(ROOT, file),
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      rewriteRelativeImportExtensions: true,
      verbatimModuleSyntax: true,
    },
  });
  return outputText;
}

function start(file: string, words: readonly string[]): StateWorker {
  const child = spawn(process.execPath, [file, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    process: child,
    line: async () => {
      const next = await lines.next();
      return next.done === true ? null : next.value;
    },
    ended: new Promise((tell) => child.once('close', (code, signal) => tell(code ?? signal ?? 'unknown'))),
  };
}
