/** Which commands let readings build on what the last sync read, and which keep it: with a directory that can be asked for what changed. */
import { describe, expect, test } from 'vitest';
import { openStateReader } from '../../src/adapters/state/sqlite.ts';
import { processOutput } from '../../src/cli/output.ts';
import { programOf } from '../../src/cli/program.ts';
import { processTerminal } from '../../src/cli/terminal.ts';
import { adapters } from '../../src/cli/wiring.ts';
import { ACME, person } from '../support/builders.ts';
import { type CopyingSource, copyingSource, idsIn } from '../support/copying-source.ts';
import { customerFile, type TestWorkspace, workspace } from '../support/workspace.ts';

const ANN = person('id-ann', 'ann@acme.example');
const BOB = person('id-bob', 'bob@acme.example');

const TERMINAL = processTerminal({ output: processOutput('text'), quiet: true, verbose: false, logFormat: 'text' });

interface Made {
  readonly made: TestWorkspace;
  readonly source: CopyingSource;
  /** Runs a command line in this process, with the source in place of the directories. Returns what it printed. */
  readonly run: (...args: readonly string[]) => Promise<string>;
  /** The ids in the copy; null if there is none. */
  readonly kept: () => Promise<readonly string[] | null>;
}

async function acme(): Promise<Made & Disposable> {
  const made = await workspace({ customers: { acme: customerFile('acme', { directory: "filter: '(mail=*)'" }) } });
  const source = copyingSource();
  source.now(ANN);
  const run = async (...args: readonly string[]) => {
    const printed: string[] = [];
    const context = {
      terminal: {
        ...TERMINAL,
        print: async (text: string | Iterable<string>) => {
          printed.push(...text);
        },
        say: () => {},
        complain: () => {},
        ask: async () => null,
      },
      adapters: { ...adapters, directories: async () => source },
      signal: new AbortController().signal,
      folder: made.root,
      file: (path: string) => made.path(path),
      quiet: true,
      verbose: false,
    };
    const program = await programOf(
      async (_, work) => {
        await work(context);
      },
      () => {},
    );
    await program.parseAsync([...args], { from: 'user' });
    return printed.join('');
  };
  const kept = async () => {
    await using reader = await openStateReader(made.path('.rollcall/state.db'));
    return idsIn(await reader.copy(ACME));
  };
  return { made, source, run, kept, [Symbol.dispose]: () => made[Symbol.dispose]() };
}

describe('what was read is kept', () => {
  test('by sync, and by apply without a file', async () => {
    using one = await acme();
    await one.run('sync');
    expect(await one.kept()).toEqual(['id-ann']);
    one.source.now(ANN, BOB);
    await one.run('apply', '--auto-approve');
    expect(await one.kept()).toEqual(['id-ann', 'id-bob']);
    await one.run('sync', '--now');
    expect(one.source.readings).toEqual(['acme full', 'acme since 1', 'acme since 2']);
    expect((await one.made.run('users')).stdout).toContain('bob@acme.example');
  });

  test('by an apply that nobody agreed to, and by one that is blocked: it depends on the directory alone', async () => {
    using one = await acme();
    await one.run('apply');
    expect(await one.kept()).toEqual(['id-ann']);
    expect((await one.made.run('users')).stdout).not.toContain('ann@acme.example');
    await one.run('apply', '--auto-approve');
    one.source.now();
    await one.run('sync', '--now');
    expect(one.source.readings).toEqual(['acme full', 'acme since 1', 'acme since 1']);
    expect(await one.kept()).toEqual([]);
    expect((await one.made.run('users')).stdout).toContain('ann@acme.example');
  });

  test('by a sync with --full, which reads all', async () => {
    using one = await acme();
    await one.run('sync');
    one.source.now(BOB);
    await one.run('sync', '--now', '--full');
    await one.run('sync', '--now');
    expect(one.source.readings).toEqual(['acme full', 'acme full', 'acme since 2']);
    expect(await one.kept()).toEqual(['id-bob']);
  });

  test('by nothing else', async () => {
    using one = await acme();
    await one.run('plan', '-o', 'plan.json');
    await one.run('directory');
    await one.run('why', 'ann@acme.example');
    await one.run('snapshot', '-o', 'recordings');
    await one.run('apply', 'plan.json');
    expect(await one.kept()).toBeNull();
    expect(one.source.readings).toEqual(['acme full', 'acme full', 'acme full', 'acme full']);
  });
});

describe('what was kept is built on', () => {
  test.each([
    [['plan'], ['since 1']],
    [['directory'], ['since 1']],
    [['why', 'ann@acme.example'], ['since 1']],
    [
      ['why', 'nobody@acme.example'],
      ['since 1', 'full'],
    ],
    [['snapshot', '-o', 'recordings'], ['full']],
    [['plan', '--full'], ['full']],
    [['directory', '--full'], ['full']],
    [['why', 'ann@acme.example', '--full'], ['full']],
    [['apply', '--full', '--auto-approve'], ['full']],
  ])('by %j as %j', async (args, readings) => {
    using one = await acme();
    await one.run('sync');
    await one.run(...args);
    expect(one.source.readings.slice(1)).toEqual(readings.map((how) => `acme ${how}`));
  });

  test('and a plan says so', async () => {
    using one = await acme();
    await one.run('sync');
    const plan = JSON.parse(await one.run('plan', '--format', 'json'));
    expect(plan.customers[0].directory).toMatchObject({ since: '2026-11-20T12:00:00.000Z' });
    const whole = JSON.parse(await one.run('plan', '--full', '--format', 'json'));
    expect(whole.customers[0].directory).toMatchObject({ since: null });
    expect(whole.customers[0].changes).toEqual(plan.customers[0].changes);
  });

  test('and state pull and push leave it where it is', async () => {
    using one = await acme();
    await one.run('sync');
    const pulled = await one.run('state', 'pull');
    expect(pulled).not.toContain('everybody');
    one.made.write('state.json', pulled.replace('"serial":1', '"serial":7'));
    await one.run('state', 'push', 'state.json');
    expect(await one.run('state', 'list')).toMatch(/acme +7 /);
    expect(await one.kept()).toEqual(['id-ann']);
  });
});
