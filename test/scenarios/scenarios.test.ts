/** Runs every story through the real program. `UPDATE_GOLDEN=1` writes down what it says now. */
import { describe, expect, test } from 'vitest';
import { changesIn, planOfText } from '../support/rollcall-plan.ts';
import { openScenario, type Scenario, scenarios, sealRecordings } from '../support/scenario.ts';

const UPDATE = process.env['UPDATE_GOLDEN'] === '1';

describe.for(scenarios())('%s', (name) => {
  test('plans what the story says, and applies it once', async () => {
    if (UPDATE) await sealRecordings(name);
    using scenario = await openScenario(name);
    expect(scenario.story).not.toBe('');
    const { code, stdout } = await scenario.run('plan', '--snapshot', 'directory', '-o', 'plan.json');
    const said = { 'plan.txt': stdout, 'plan.json': scenario.written('plan.json'), exit: `${code}\n` };
    for (const [file, text] of Object.entries(said)) {
      if (UPDATE) scenario.setGolden(file, text);
      expect(text, `${name}/${file} (UPDATE_GOLDEN=1 rewrites it)`).toBe(scenario.golden(file));
    }
    await appliesOnce(scenario, code);
  });
});

/** SAF-5: what was applied is planned no more. What a block or a failure held back is. */
async function appliesOnce(scenario: Scenario, exit: number | null): Promise<void> {
  const planned = planOfText(scenario.written('plan.json'));
  const applied = await scenario.run('apply', 'plan.json');
  expect(applied.code).toBe(exit);
  await scenario.run('plan', '--snapshot', 'directory', '-o', 'after.json');
  const after = planOfText(scenario.written('after.json'));
  const held = planned.customers.filter(({ blocked }) => blocked.length > 0);
  expect(changesIn(after)).toEqual(changesIn({ ...planned, customers: held }));
  expect(after.errors).toEqual(planned.errors);
}
