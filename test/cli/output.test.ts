/** What is printed where: results to stdout, the rest to stderr, whoever reads it, however slowly, in text or in JSON. */
import { spawn } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { person } from '../support/builders.ts';
import { programPath, rollcall } from '../support/rollcall.ts';
import { planOfText } from '../support/rollcall-plan.ts';
import { inTerminal } from '../support/rollcall-terminal.ts';
import { customerFile, READ, type TestWorkspace, workspace } from '../support/workspace.ts';

const ESCAPE = '\u001b';

function people(count: number) {
  return Array.from({ length: count }, (_, n) =>
    person(`id-${n}`, `user${n}@acme.example`, { attributes: { displayName: `User number ${n}` } }),
  );
}

function acme(count = 3): Promise<TestWorkspace> {
  return workspace({ customers: { acme: customerFile('acme') }, directories: { acme: people(count) } });
}

/** Runs a shell script in the workspace, in which `rollcall` is the program; with pipefail. */
async function shell(
  made: TestWorkspace,
  script: string,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const program = `rollcall() { '${process.execPath}' '${await programPath()}' "$@"; }`;
  const child = spawn('bash', ['-o', 'pipefail', '-c', `${program}\n${script}`], { cwd: made.root });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (text) => {
    said.stdout += text;
  });
  child.stderr.on('data', (text) => {
    said.stderr += text;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, ...said };
}

describe.concurrent('a reader of stdout', () => {
  test('that closes early (| head -1) is no error', async () => {
    using made = await acme(3000);
    await made.run('apply', '--auto-approve', ...READ);
    const { code, stdout, stderr } = await shell(made, 'rollcall users export --format json | head -1');
    expect(stderr).toBe('');
    expect(stdout).toBe('[\n');
    expect(code, stderr).toBe(0);
  });

  test('that closes early does not keep an apply from being carried out', async () => {
    using made = await acme(3000);
    const { code, stderr } = await shell(
      made,
      `rollcall apply --auto-approve --all-changes ${READ.join(' ')} | head -1 > /dev/null`,
    );
    expect(code, stderr).toBe(0);
    const { stdout } = await made.run('state', 'list', '--format', 'json');
    expect(JSON.parse(stdout)).toMatchObject([{ customer: 'acme', serial: 1, entries: 3000 }]);
  });

  test('that is slow gets everything, to the last byte', async () => {
    using made = await acme(3000);
    await made.run('apply', '--auto-approve', ...READ);
    const direct = await made.run('users', 'export', '--format', 'json');
    const { stdout } = await shell(made, 'rollcall users export --format json | { sleep 1; cat; }');
    expect(stdout).toBe(direct.stdout);
    expect(JSON.parse(stdout)).toHaveLength(3000);
  });

  test('that has no room (a full disk) is an error that says so', async () => {
    using made = await acme();
    const { code, stderr } = await shell(made, `rollcall plan ${READ.join(' ')} > /dev/full`);
    expect(code).toBe(1);
    expect(stderr).toContain('The result could not be written to stdout: ENOSPC');
  });
});

describe.concurrent('--log-format json', () => {
  function linesOf(stderr: string): readonly Record<string, unknown>[] {
    expect(stderr).toMatch(/\n$/);
    return stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  }

  test('writes every line of stderr as JSON with a time, a level and a message', async () => {
    using made = await acme();
    const { stderr } = await made.run('plan', ...READ, '-o', 'plan.json', '--log-format', 'json');
    const [line] = linesOf(stderr);
    expect(line).toMatchObject({ level: 'info', message: expect.stringContaining('Saved to plan.json') });
    expect(line?.['time']).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });

  test.each([
    ['an unknown command', ['--log-format', 'json', 'pln'], 'unknown command'],
    ['an unknown option', ['plan', '--log-format=json', '--formt'], 'unknown option'],
    ['no command', ['--log-format', 'json'], 'Usage:'],
    ['no workspace', ['-C', '/', 'plan', '--log-format', 'json'], 'There is no rollcall.yaml'],
    ['a customer that is not there', ['users', '--customer', 'x', '--log-format', 'json'], 'No customer is named'],
    ['a plan that is not there', ['show', 'nothing.json', '--log-format', 'json'], 'nothing.json'],
    ['a run that is not there', ['history', '7', '--log-format', 'json'], 'There is no run 7'],
  ])('also problems: %s', async (_, args, words) => {
    using made = await acme();
    const { code, stderr } = await made.run(...args);
    expect(code).not.toBe(0);
    const lines = linesOf(stderr);
    expect(lines[0]).toMatchObject({ level: 'error', message: expect.stringContaining(words) });
  });

  test('a problem has its code and what to do as members', async () => {
    using made = await acme();
    const { stderr } = await made.run('show', 'nothing.json', '--log-format', 'json');
    expect(linesOf(stderr)).toMatchObject([
      { code: 'PLAN_UNREADABLE', hint: expect.stringContaining('rollcall plan') },
    ]);
  });

  test('how each customer fared in an apply', async () => {
    using made = await acme();
    const { stderr } = await made.run('apply', '--auto-approve', ...READ, '--log-format', 'json');
    expect(linesOf(stderr)).toMatchObject([{ outcome: { customer: 'acme', outcome: 'applied', changes: 4 } }]);
  });
});

describe.concurrent('-q', () => {
  test('says nothing but results and what is wrong', async () => {
    using made = await acme();
    expect((await made.run('plan', ...READ, '-o', 'plan.json', '-q')).stderr).toBe('');
    expect((await made.run('-q', 'apply', 'plan.json', '--at', READ[3])).stderr).toBe('');
    expect((await made.run('validate', '-q')).stderr).toBe('');
    expect((await made.run('plan', '-q', '--customer', 'x')).stderr).toContain('No customer');
  });
});

describe.concurrent('colours', () => {
  test('are for terminals only', async () => {
    using made = await acme();
    const { stdout, stderr } = await made.run('plan', ...READ);
    expect(stdout + stderr).not.toContain(ESCAPE);
  });

  test('are there on a terminal, and not with NO_COLOR', async () => {
    using made = await acme();
    expect((await inTerminal(['plan', ...READ], { cwd: made.root })).said).toContain(ESCAPE);
    const plain = await inTerminal(['-q', 'plan', ...READ], { cwd: made.root, env: { NO_COLOR: '1' } });
    expect(plain.said).toContain('user0@acme.example');
    expect(plain.said).not.toContain(`${ESCAPE}[3`);
  });
});

test('a terminal that does not tell its size is no trouble', async () => {
  using made = await acme();
  const { code, said } = await inTerminal(['plan', ...READ], { cwd: made.root, columns: 0 });
  expect(code, said).toBe(0);
  expect(said.length).toBeLessThan(10_000);
});

test('a plan of thousands of changes reaches a pipe whole', async () => {
  using made = await acme(5000);
  const { stdout } = await rollcall(['plan', ...READ, '--format', 'json'], { cwd: made.root });
  expect(planOfText(stdout).customers[0]?.changes.filter(({ resource }) => resource === 'user')).toHaveLength(5000);
});
