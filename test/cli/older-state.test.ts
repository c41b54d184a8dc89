/** A state of an earlier version: nothing reads it before an apply has brought it up to date, and that is said. */
import { expect, test } from 'vitest';
import { person } from '../support/builders.ts';
import { BACK_TO_THE_FIRST } from '../support/older-schema.ts';
import { tamper } from '../support/state-folder.ts';
import { customerFile, READ, workspace } from '../support/workspace.ts';

test('is brought up to date by the apply that the message asks for, with or without something to do', async () => {
  using made = await workspace({
    customers: { acme: customerFile('acme') },
    directories: { acme: [person('id-ann', 'ann@acme.example')] },
  });
  await made.run('apply', '--auto-approve', ...READ);
  for (const answer of [['--auto-approve'], []]) {
    tamper(made.path('.rollcall/state.db'), BACK_TO_THE_FIRST);
    for (const reading of [['plan', ...READ], ['sync', ...READ], ['users']]) {
      const { code, stderr } = await made.run(...reading);
      expect(code).toBe(1);
      expect(stderr).toMatch(/error\[STATE_OLDER\]: .*\n {2}.*`rollcall apply` once/);
    }
    const { code, stderr } = await made.run('apply', ...answer, ...READ);
    expect(code, stderr).toBe(0);
    expect((await made.run('users')).stdout).toContain('ann@acme.example');
    expect((await made.run('plan', ...READ)).code).toBe(0);
  }
});
