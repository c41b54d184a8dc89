/**
 * Stories in test/scenarios: a folder with a workspace (`config/`), recordings (`directory/`), the state before (`state.json`, unless nothing was
 * ever applied), the moment (`now`), and what the program says to that: `plan.json`, `plan.txt` and the exit code (`exit`).
 */
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseHead, parseLine } from '../../src/adapters/directory/recording-format.ts';
import { type Outcome, rollcall } from './rollcall.ts';
import { record } from './workspace.ts';

const FOLDER = fileURLToPath(new URL('../scenarios/', import.meta.url));

/** The folders of all stories, sorted. */
export function scenarios(): readonly string[] {
  return readdirSync(FOLDER, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted();
}

export interface Scenario extends Disposable {
  readonly folder: string;
  readonly now: string;
  /** The first line of its README. */
  readonly story: string;
  /** Runs the program in a copy of the workspace, with the recordings, at the moment of the story. */
  run(...args: readonly string[]): Promise<Outcome>;
  /** What a file of the copy holds. */
  written(file: string): string;
  /** What the story says it should be; undefined where that is not written down yet. */
  golden(file: string): string | undefined;
  setGolden(file: string, text: string): void;
}

/** A story ready to run: its workspace copied, its state put in place. */
export async function openScenario(name: string): Promise<Scenario> {
  const folder = join(FOLDER, name);
  const copy = mkdtempSync(join(tmpdir(), `rollcall-${name}-`));
  cpSync(join(folder, 'config'), copy, { recursive: true });
  cpSync(join(folder, 'directory'), join(copy, 'directory'), { recursive: true });
  const text = (file: string) => readFileSync(join(folder, file), 'utf8');
  const now = text('now').trim();
  if (existsSync(join(folder, 'state.json'))) await push(join(folder, 'state.json'), copy);
  return {
    folder,
    now,
    story: (text('README.md').split('\n')[0] ?? '').replace(/^# /, ''),
    run: (command, ...args) =>
      rollcall([...(command === undefined ? [] : [command]), '--at', now, ...args], { cwd: copy }),
    written: (file) => readFileSync(join(copy, file), 'utf8'),
    golden: (file) => (existsSync(join(folder, file)) ? text(file) : undefined),
    setGolden: (file, said) => writeFileSync(join(folder, file), said),
    [Symbol.dispose]: () => rmSync(copy, { recursive: true, force: true }),
  };
}

async function push(state: string, root: string): Promise<void> {
  const { code, stderr } = await rollcall(['state', 'push', state], { cwd: root });
  if (code !== 0) throw new Error(`The state of the story was refused:\n${stderr}`);
}

/** Gives the recordings of a story, whose objects were edited by hand, the proof that fits them. */
export async function sealRecordings(name: string): Promise<void> {
  const folder = join(FOLDER, name, 'directory');
  for (const file of readdirSync(folder).filter((one) => one.endsWith('.ndjson'))) {
    const [head = '', ...lines] = readFileSync(join(folder, file), 'utf8').trimEnd().split('\n');
    const objects = lines.map(parseLine).flatMap((line) => ('proof' in line ? [] : [line.object]));
    const { identity, recordedAt } = parseHead(head);
    await record(folder, basename(file, '.ndjson'), objects, identity, recordedAt);
  }
}
