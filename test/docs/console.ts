/** Runs what a document shows: the commands of its `console` blocks, one after the other in one shell, with their output. */
import { execFile } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { programPath } from '../support/rollcall.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BLOCK = /^```console\n(.*?)^```$/gms;
/** Comes in no text. */
const MARK = '\u0001';

/** Puts what the commands need into the folder where they begin, or elsewhere, and gives their environment. */
export type Setting = (folder: string, elsewhere: string) => Promise<NodeJS.ProcessEnv>;

interface Shown {
  readonly command: string;
  readonly output: string;
}

/**
 * The document as it would be with what its commands really print, stdout and stderr together. An output that differs only in what differs
 * from day to day and from machine to machine is left as it is.
 */
export async function rerun(document: string, setting: Setting = besideExamples): Promise<string> {
  const shown = [...document.matchAll(BLOCK)].flatMap(([, block = '']) => parse(block));
  const outputs = await run(
    shown.map(({ command }) => command),
    setting,
  );
  const current = shown.map(({ command, output }, index): Shown => {
    const now = outputs[index] ?? '';
    return { command, output: lasting(now) === lasting(output) ? output : now };
  });
  let next = 0;
  return document.replace(BLOCK, (_, block: string) => {
    const count = parse(block).length;
    const blocks = current.slice(next, next + count);
    next += count;
    return `\`\`\`console\n${blocks.map(({ command, output }) => `$ ${command}\n${output}`).join('')}\`\`\``;
  });
}

/** A line that begins with `$ ` is a command; what follows is its output. */
function parse(block: string): readonly Shown[] {
  return block
    .split(/^\$ /m)
    .slice(1)
    .map((text) => {
      const end = text.indexOf('\n');
      return { command: text.slice(0, end), output: text.slice(end + 1) };
    });
}

/** Runs them in a folder of their own. */
async function run(commands: readonly string[], setting: Setting): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-docs-'));
  try {
    const [begin, scripts] = ['begin', 'scripts'].map((name) => join(folder, name)) as [string, string];
    for (const path of [begin, scripts]) mkdirSync(path);
    const env = await setting(begin, scripts);
    writeFileSync(join(scripts, 'script'), script(commands));
    const { stdout } = await promisify(execFile)('bash', ['../scripts/script'], {
      cwd: begin,
      env,
      maxBuffer: 2 ** 26,
    });
    return stdout.split(MARK).slice(0, -1);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Beside a copy of examples/, where `rollcall` is the built program. */
async function besideExamples(folder: string, elsewhere: string): Promise<NodeJS.ProcessEnv> {
  cpSync(join(ROOT, 'examples'), join(folder, 'examples'), {
    recursive: true,
    filter: (path) => !path.endsWith('.rollcall'),
  });
  const program = join(elsewhere, 'rollcall');
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${await programPath()}' "$@"\n`);
  chmodSync(program, 0o755);
  return { ...process.env, PATH: `${elsewhere}:${process.env['PATH'] ?? ''}` };
}

/** Each command finds the exit status of the one before it in `$?`. */
function script(commands: readonly string[]): string {
  const steps = commands.map((command) => `again\n${command}\nstatus=$?\nprintf '${MARK}'\n`);
  return `exec 2>&1 </dev/null\nstatus=0\nagain() { return $status; }\n${steps.join('')}`;
}

/** What stays the same: days, digests, commits, versions of the state and names of people who run it do not, and columns are as wide as those. */
function lasting(output: string): string {
  return output
    .replaceAll(/\d{4}-\d\d-\d\d(T[\d:.]+Z)?/g, '<time>')
    .replaceAll(/sha256:[0-9a-f]+/g, '<digest>')
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>')
    .replaceAll(/^(Against .*)\([0-9a-f]{7,40}\)/gm, '$1<commit>')
    .replaceAll(/(?<=<time> +)\S+@\S+/g, '<who>')
    .replaceAll(/ {2,}/g, '  ');
}
