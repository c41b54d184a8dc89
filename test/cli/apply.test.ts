/** `apply`: exactly the saved plan, only where it still fits, customer by customer. */
import { describe, expect, test } from 'vitest';
import { person } from '../support/builders.ts';
import { changesIn, planOfText, withDigest } from '../support/rollcall-plan.ts';
import { customerFile, MONDAY, READ, type TestWorkspace, workspace } from '../support/workspace.ts';

const NOW = ['--at', MONDAY] as const;

const ANN = person('id-ann', 'ann@acme.example');
const BOB = person('id-bob', 'bob@acme.example');

function acme(further = ''): Promise<TestWorkspace> {
  return workspace({
    customers: { acme: customerFile('acme', { further }) },
    directories: { acme: [ANN, BOB] },
    workspace: 'safety: {planTtl: 6h}\n',
  });
}

async function save(made: TestWorkspace, ...options: readonly string[]): Promise<void> {
  const { code, stderr } = await made.run('plan', ...READ, '-o', 'plan.json', ...options);
  expect(code, stderr).toBe(0);
}

/** Customers with their serials and numbers of entries. */
async function stored(made: TestWorkspace): Promise<Record<string, readonly [serial: number, entries: number]>> {
  const { stdout } = await made.run('state', 'list', '--format', 'json');
  const list: { customer: string; serial: number; entries: number }[] = JSON.parse(stdout);
  return Object.fromEntries(list.map(({ customer, serial, entries }) => [customer, [serial, entries]]));
}

async function refused(made: TestWorkspace, code: string, options: readonly string[] = NOW): Promise<string> {
  const before = await stored(made);
  const outcome = await made.run('apply', 'plan.json', ...options);
  expect(outcome.code).toBe(1);
  expect(outcome.stdout).toBe('');
  expect(outcome.stderr).toContain(`error[${code}]`);
  expect(await stored(made)).toEqual(before);
  return outcome.stderr;
}

describe.concurrent('SAF-4 A plan fits one state and one configuration', () => {
  test('a saved plan is applied as it is, without reading the directory again', async () => {
    using made = await acme();
    await save(made);
    await made.record('acme', []);
    const { code, stdout, stderr } = await made.run('apply', 'plan.json', ...NOW);
    expect(code, stderr).toBe(0);
    expect(stdout).toBe('Run 1: 3 changes applied to 1 customer.\n');
    expect(await stored(made)).toEqual({ acme: [1, 2] });
  });

  test('another apply in between: the serial has moved', async () => {
    using made = await acme();
    await save(made);
    await made.record('acme', [ANN]);
    await made.run('apply', '--auto-approve', ...READ);
    const said = await refused(made, 'PLAN_STALE');
    expect(said).toContain('acme (planned at 0, now at 1)');
    expect(said).toContain('Make a new plan');
  });

  test('a change of the configuration; a comment is none', async () => {
    using made = await acme();
    await save(made);
    made.write('customers/acme.yaml', `# A comment.\n${made.read('customers/acme.yaml')}`);
    expect((await made.run('apply', 'plan.json', ...NOW)).code).toBe(0);
    await made.record('acme', [ANN, BOB, person('id-cleo', 'cleo@acme.example')]);
    await save(made);
    made.write(
      'customers/acme.yaml',
      made.read('customers/acme.yaml').replace('directory:', 'directory:\n  deleteAfter: 30d'),
    );
    expect(await refused(made, 'PLAN_CONFIG_CHANGED')).toContain('The configuration has changed');
  });

  test('a customer taken out of the configuration', async () => {
    using made = await workspace({
      customers: { acme: customerFile('acme'), globex: customerFile('globex') },
      directories: { acme: [ANN], globex: [] },
    });
    await save(made);
    made.write('customers/globex.yaml', customerFile('initech'));
    expect(await refused(made, 'PLAN_CONFIG_CHANGED')).toContain('globex');
  });

  test('a customer that the plan is not about may change', async () => {
    using made = await workspace({
      customers: { acme: customerFile('acme'), globex: customerFile('globex') },
      directories: { acme: [ANN], globex: [] },
    });
    await save(made, '--customer', 'acme');
    made.write('customers/globex.yaml', customerFile('globex', { further: 'seats: 7\n' }));
    expect((await made.run('apply', 'plan.json', ...NOW)).code).toBe(0);
  });

  test('older than safety.planTtl', async () => {
    using made = await acme();
    await save(made);
    const said = await refused(made, 'PLAN_EXPIRED', ['--at', '2026-11-23T15:00:00.001Z']);
    expect(said).toContain('6 hours');
    expect((await made.run('apply', 'plan.json', '--at', '2026-11-23T15:00:00Z')).code).toBe(0);
  });

  test('made with --at, to look ahead', async () => {
    using made = await acme();
    await made.run('plan', '--snapshot', 'recordings', '--at', '2026-12-24', '-o', 'plan.json');
    expect(await refused(made, 'PLAN_AHEAD')).toContain('made with --at');
  });

  test('of another state', async () => {
    using made = await acme();
    await made.run('apply', '--auto-approve', ...READ);
    await made.record('acme', [ANN, BOB, person('id-cleo', 'cleo@acme.example')]);
    await save(made);
    using other = await acme();
    await other.run('apply', '--auto-approve', ...READ);
    other.write('plan.json', made.read('plan.json'));
    expect(await refused(other, 'PLAN_OTHER_STATE')).toContain('lineages differ');
  });

  test('--customer, --snapshot and --full do not go with a saved plan', async () => {
    using made = await acme();
    await save(made);
    for (const option of [['--customer', 'acme'], ['--snapshot', 'recordings'], ['--full']]) {
      const { code, stderr } = await made.run('apply', 'plan.json', ...option);
      expect(code).toBe(64);
      expect(stderr).toContain('A saved plan is applied as it is');
    }
  });
});

describe.concurrent('a saved file is believed only if its digest says so', () => {
  test('one word changed', async () => {
    using made = await acme();
    await save(made);
    made.write('plan.json', made.read('plan.json').replace('bob@acme.example', 'bub@acme.example'));
    expect(await refused(made, 'PLAN_UNREADABLE')).toContain('does not match its digest');
  });

  test('cut off, at any place', async () => {
    using made = await acme();
    await save(made);
    const whole = made.read('plan.json');
    for (const share of [0, 0.3, 0.6, 0.9]) {
      made.write('plan.json', whole.slice(0, Math.floor(whole.length * share)));
      await refused(made, 'PLAN_UNREADABLE');
    }
  });

  test('laid out anew by a tool, with the same content, it is as good', async () => {
    using made = await acme();
    await save(made);
    const { customers, ...members } = JSON.parse(made.read('plan.json'));
    made.write('plan.json', `${JSON.stringify({ ...members, customers }, null, 4)}\n`);
    const { code, stderr } = await made.run('apply', 'plan.json', ...NOW);
    expect(code, stderr).toBe(0);
  });

  test('with a digest that fits, but a content that is no plan', async () => {
    using made = await acme();
    await save(made);
    const plan = planOfText(made.read('plan.json'));
    made.write('plan.json', JSON.stringify(withDigest({ ...plan, customers: [{ customer: 'acme' }] as never })));
    expect(await refused(made, 'PLAN_UNREADABLE')).toContain('does not fit the schema');
    made.write('plan.json', JSON.stringify(withDigest({ ...plan, format: 'rollcall.plan/2' })));
    expect(await refused(made, 'PLAN_UNREADABLE')).toContain('rollcall.plan/1');
  });

  test('something else altogether', async () => {
    using made = await acme();
    for (const text of ['{}', '[]', 'null', 'no json', '\u0000\u0001']) {
      made.write('plan.json', text);
      await refused(made, 'PLAN_UNREADABLE');
    }
    await made.run('plan', ...READ);
    expect((await made.run('apply', 'nothing.json')).stderr).toContain('nothing.json');
    expect((await made.run('apply', '.')).code).toBe(1);
  });
});

describe.concurrent('SAF-5 Applying twice changes nothing', () => {
  test('the same file again says that it has been applied already', async () => {
    using made = await acme();
    await save(made);
    await made.run('apply', 'plan.json', ...NOW);
    const { code, stdout, stderr } = await made.run('apply', 'plan.json', ...NOW);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('applied already');
    expect(await stored(made)).toEqual({ acme: [1, 2] });
    expect(JSON.parse((await made.run('history', '--format', 'json')).stdout)).toHaveLength(1);
  });

  test('the same file again after something else was applied does not undo that', async () => {
    using made = await acme();
    await save(made);
    await made.run('apply', 'plan.json', ...NOW);
    await made.record('acme', [ANN]);
    await made.run('apply', '--auto-approve', ...READ);
    expect((await made.run('apply', 'plan.json', ...NOW)).code).toBe(0);
    const { stdout } = await made.run('users', '--format', 'json');
    expect(JSON.parse(stdout)).toMatchObject([
      { status: 'active' },
      { address: 'bob@acme.example', status: 'flagged' },
    ]);
  });

  test('a plan made right after an apply is empty, and applying that is harmless', async () => {
    using made = await acme();
    await made.run('apply', '--auto-approve', ...READ);
    const { code, stdout } = await made.run('plan', ...READ, '--detailed-exitcode');
    expect(code).toBe(0);
    expect(stdout).toContain('no changes');
    const again = await made.run('apply', '--auto-approve', ...READ);
    expect(again.code).toBe(0);
    expect(again.stdout).toContain('1 customer unchanged');
    expect(await stored(made)).toEqual({ acme: [1, 2] });
  });
});

describe.concurrent('one customer does not hold up another', () => {
  const NAMES = ['acme', 'globex', 'initech'] as const;

  function three(): Promise<TestWorkspace> {
    return workspace({
      customers: Object.fromEntries(
        NAMES.map((name) => [name, customerFile(name, { further: 'safety: {maxRemovals: 1}\n' })]),
      ),
      directories: Object.fromEntries(
        NAMES.map((name) => [
          name,
          ['ann', 'bob', 'cleo'].map((who) => person(`${name}-${who}`, `${who}@${name}.example`)),
        ]),
      ),
    });
  }

  /** Globex loses two of three, which is too many; the others gain one. */
  async function globexTooMany(made: TestWorkspace): Promise<void> {
    await made.run('apply', '--auto-approve', ...READ);
    for (const name of NAMES) {
      const who = name === 'globex' ? ['ann'] : ['ann', 'bob', 'cleo', 'dan'];
      await made.record(
        name,
        who.map((one) => person(`${name}-${one}`, `${one}@${name}.example`)),
      );
    }
  }

  test('a blocked one is passed over with exit 3, and the others are applied', async () => {
    using made = await three();
    await globexTooMany(made);
    const planned = await made.run('plan', ...READ, '-o', 'plan.json');
    expect(planned.code).toBe(3);
    const { code, stdout, stderr } = await made.run('apply', 'plan.json', ...NOW);
    expect(code).toBe(3);
    expect(stdout).toBe('Run 2: 2 changes applied to 2 customers, 1 customer blocked.\n');
    expect(stderr).toContain('globex: blocked: Too many removals: 2 of 3 users');
    expect(await stored(made)).toEqual({ acme: [2, 4], globex: [1, 3], initech: [2, 4] });
  });

  test('--allow-removals lets exactly up to N through, of a saved plan too', async () => {
    using made = await three();
    await globexTooMany(made);
    await made.run('plan', ...READ, '-o', 'plan.json');
    expect((await made.run('apply', 'plan.json', ...NOW, '--allow-removals', '1')).code).toBe(3);
    expect((await stored(made))['globex']).toEqual([1, 3]);
    const { code, stdout, stderr } = await made.run('apply', 'plan.json', ...NOW, '--allow-removals', '2');
    expect(code, stderr).toBe(0);
    expect(stdout).toBe('Run 3: 2 changes applied to 1 customer, 2 customers done already.\n');
    expect((await stored(made))['globex']).toEqual([2, 3]);
  });

  test('--allow-removals at planning: N is enough, N - 1 is not', async () => {
    using made = await three();
    await globexTooMany(made);
    expect((await made.run('plan', ...READ, '--allow-removals', '1')).code).toBe(3);
    expect((await made.run('plan', ...READ, '--allow-removals', '2')).code).toBe(0);
    expect((await made.run('plan', ...READ, '--allow-removals', '2', '--detailed-exitcode')).code).toBe(2);
  });

  describe('SAF-2 A read that did not end cleanly', () => {
    test('stops no other customer, removes nobody, and ends 1', async () => {
      using made = await three();
      await made.run('apply', '--auto-approve', ...READ);
      await made.record(
        'acme',
        ['ann', 'bob', 'cleo', 'dan'].map((one) => person(`acme-${one}`, `${one}@acme.example`)),
      );
      const recording = made.read('recordings/globex.ndjson');
      made.write('recordings/globex.ndjson', recording.slice(0, recording.length / 2));
      const planned = await made.run('plan', ...READ, '-o', 'plan.json', '--detailed-exitcode');
      expect(planned.code).toBe(1);
      expect(planned.stdout).toContain('globex: not planned (RECORDING_DAMAGED)');
      const plan = planOfText(made.read('plan.json'));
      expect(plan.errors).toMatchObject([{ customer: 'globex', code: 'RECORDING_DAMAGED' }]);
      expect(changesIn(plan)).toEqual(['acme create user dan@acme.example SEL-1']);
      const { code, stdout } = await made.run('apply', 'plan.json', ...NOW);
      expect(code).toBe(1);
      expect(stdout).toBe('Run 2: 1 change applied to 1 customer, 1 customer unchanged, 1 customer failed.\n');
      const history = JSON.parse((await made.run('history', '--limit', '1', '--format', 'json')).stdout);
      expect(history[0].outcomes).toContainEqual(
        expect.objectContaining({ customer: 'globex', outcome: 'failed', serialBefore: 1, serialAfter: 1, changes: 0 }),
      );
      expect((await made.run('history', '2')).stdout).toMatch(/^globex: failed: .*globex\.ndjson/m);
      expect(await stored(made)).toEqual({ acme: [2, 4], globex: [1, 3], initech: [1, 3] });
    });

    test('an error outweighs a block, a block outweighs changes', async () => {
      using made = await three();
      await globexTooMany(made);
      made.write('recordings/initech.ndjson', '');
      expect((await made.run('plan', ...READ, '--detailed-exitcode')).code).toBe(1);
    });
  });
});

describe.concurrent('apply without a file', () => {
  test('needs a terminal to ask on, or --auto-approve', async () => {
    using made = await acme();
    const { code, stdout, stderr } = await made.run('apply', ...READ);
    expect(code).toBe(1);
    expect(stdout).toContain('3 to create');
    expect(stderr).toContain('--auto-approve');
    expect(await stored(made)).toEqual({});
  });

  test('has nothing to ask where nothing is to be changed', async () => {
    using made = await acme();
    await made.run('apply', '--auto-approve', ...READ);
    expect((await made.run('apply', ...READ)).code).toBe(0);
  });
});
