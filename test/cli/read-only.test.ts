/** Commands that only look change no byte of the state and leave nothing behind. */
import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { person } from '../support/builders.ts';
import type { RunOptions } from '../support/rollcall.ts';
import { customerFile, READ, type TestWorkspace, workspace } from '../support/workspace.ts';

const LOOKING: readonly (readonly string[])[] = [
  ['validate'],
  ['plan', ...READ],
  ['plan', ...READ, '--format', 'json', '--detailed-exitcode'],
  ['plan', '--revert', '1', '--allow-removals', '1000'],
  ['why', 'user1@acme.example', ...READ],
  ['why', 'nobody@acme.example', ...READ],
  ['check', 'dns'],
  ['check', 'smtp'],
  ['setup', 'acme', '--step', 'users'],
  ['users'],
  ['users', 'export'],
  ['conflicts'],
  ['conflicts', 'export'],
  ['directory', ...READ],
  ['history'],
  ['history', '1'],
  ['state', 'list'],
  ['state', 'show'],
  ['state', 'pull'],
  ['schema', 'plan'],
  ['completion', 'bash'],
];

/** Nobody answers there, and that is known at once. */
const NO_DNS = "dns: {resolvers: ['127.0.0.1:9'], authoritative: false, timeout: 1s}\n";

/** Every file below the workspace with its content, size, mode and time of change. */
function contentOf(made: TestWorkspace): readonly string[] {
  return readdirSync(made.root, { recursive: true, encoding: 'utf8' })
    .toSorted()
    .map((file) => {
      const path = join(made.root, file);
      const { size, mode, mtimeMs } = lstatSync(path);
      if (!lstatSync(path).isFile()) return `${file} ${mode}`;
      return `${file} ${mode} ${size} ${mtimeMs} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`;
    });
}

function people(count: number) {
  return Array.from({ length: count }, (_, n) => person(`id-${n}`, `user${n}@acme.example`));
}

/** A workspace with a state in which something is still to be done, and a plan of that. */
async function used(): Promise<TestWorkspace> {
  const made = await workspace({
    customers: { acme: customerFile('acme') },
    directories: { acme: people(50) },
    workspace: NO_DNS,
  });
  const applied = await made.run('apply', '--auto-approve', ...READ);
  expect(applied.code, applied.stderr).toBe(0);
  await made.record('acme', [...people(48), person('id-new', 'new@acme.example')]);
  await made.run('plan', ...READ, '-o', 'plan.json');
  return made;
}

async function look(
  made: TestWorkspace,
  commands = LOOKING,
  options: RunOptions = {},
): Promise<readonly (number | null)[]> {
  const codes: (number | null)[] = [];
  for (const args of commands) codes.push((await made.runWith(options, ...args)).code);
  return codes;
}

describe.concurrent('looking changes nothing', () => {
  test('where there is a state', async () => {
    using made = await used();
    const before = contentOf(made);
    const codes = await look(made, [...LOOKING, ['show', 'plan.json']]);
    expect(codes.filter((code) => code !== 0 && code !== 2)).toEqual([]);
    expect(contentOf(made)).toEqual(before);
  });

  test('before there is one', async () => {
    using made = await workspace({
      customers: { acme: customerFile('acme') },
      directories: { acme: people(3) },
      workspace: NO_DNS,
    });
    const before = contentOf(made);
    const codes = await look(
      made,
      LOOKING.filter((words) => !words.includes('1')),
    );
    expect(codes.filter((code) => code !== 0 && code !== 2)).toEqual([]);
    expect(contentOf(made)).toEqual(before);
  });

  test('where an apply was killed, and its log lies beside the state', async () => {
    using made = await used();
    const { child, said, ended } = await made.start({}, 'apply', 'plan.json', '--at', READ[3]);
    await said('applied');
    child.kill('SIGKILL');
    await ended;
    const before = contentOf(made);
    const codes = await look(made);
    expect(codes.filter((code) => code !== 0 && code !== 2)).toEqual([]);
    expect(contentOf(made)).toEqual(before);
  });

  test('where the folder of the state may not be written', async () => {
    using made = await used();
    chmodSync(made.path('.rollcall/state.db'), 0o400);
    chmodSync(made.path('.rollcall'), 0o500);
    const before = contentOf(made);
    const codes = await look(made, LOOKING, { heedsPermissions: true });
    expect(codes.filter((code) => code !== 0 && code !== 2)).toEqual([]);
    expect(contentOf(made)).toEqual(before);
    chmodSync(made.path('.rollcall'), 0o700);
  });

  test('snapshot writes recordings, and nothing else', async () => {
    using made = await used();
    const before = contentOf(made);
    const { code, stderr } = await made.run('snapshot', '-o', 'copies', '--snapshot', 'recordings');
    expect(code, stderr).toBe(0);
    const after = contentOf(made).filter((line) => !line.startsWith('copies'));
    expect(after).toEqual(before);
    expect(readdirSync(made.path('copies'))).toEqual(['acme.ndjson']);
  });

  test('a refused apply writes nothing either', async () => {
    using made = await used();
    const plan = made.read('plan.json');
    await made.run('apply', '--auto-approve', ...READ);
    made.write('plan.json', plan);
    const before = contentOf(made).filter((line) => !line.startsWith('.rollcall'));
    const state = (await made.run('state', 'pull')).stdout;
    const history = (await made.run('history')).stdout;
    expect((await made.run('apply', 'plan.json', '--at', '2026-12-24')).code).toBe(1);
    expect((await made.run('state', 'pull')).stdout).toBe(state);
    expect((await made.run('history')).stdout).toBe(history);
    expect(contentOf(made).filter((line) => !line.startsWith('.rollcall'))).toEqual(before);
  });
});
