/** What `rollcall init` asks, and what it makes of the answers. */
import { describe, expect, it } from 'vitest';
import { type Answers, allAnswers } from '../../src/app/init/answers.ts';
import { customerFile } from '../../src/app/init/customer-file.ts';
import { askAll, problemWith } from '../../src/app/init/questions.ts';
import { sampleReading } from '../../src/app/init/sample.ts';
import { workspaceFile } from '../../src/app/init/workspace-file.ts';
import { parseCustomer, parseWorkspace } from '../../src/config/parse.ts';
import { afterApply, customer, person, planOf, reading, type World } from '../support/builders.ts';

/** Answers the questions one after the other, then there is nobody any more. */
async function conversation(lines: readonly string[], given: Partial<Answers> = {}) {
  const questions: string[] = [];
  const refused: string[] = [];
  const answers = await askAll(given, {
    ask: async (question) => {
      questions.push(question);
      return lines[questions.length - 1] ?? null;
    },
    refuse: (problem) => refused.push(problem),
  });
  return { answers, questions, refused };
}

const EMPTY = Array<string>(20).fill('');

describe('the questions', () => {
  it('show in brackets what an empty line stands for, which follows from what was said before', async () => {
    const { answers, questions } = await conversation(['north-wind', '', 'wind.test', ...EMPTY]);
    expect(answers).toMatchObject({
      displayName: 'North Wind',
      url: 'ldaps://dc1.wind.test',
      baseDN: 'dc=wind,dc=test',
      password: 'NORTH_WIND_LDAP_PASSWORD',
      target: 'none',
    });
    expect(questions[1]).toContain('[North Wind]');
    expect(questions.find((question) => question.includes('address of the directory'))).toContain(
      '[ldaps://dc1.wind.test]',
    );
  });

  it('are those of the chosen directory only', async () => {
    const about = async (type: string) => (await conversation(EMPTY, { type })).questions.join('\n');
    expect(await about('ldap')).toMatch(/password/);
    expect(await about('ldap')).not.toMatch(/tenant/i);
    expect(await about('entra')).toMatch(/tenant/i);
    expect(await about('entra')).not.toMatch(/password/);
    expect(await about('none')).not.toMatch(/tenant|password|kept/i);
  });

  it('are not asked where an option has the answer', async () => {
    const { answers, questions } = await conversation(EMPTY, { name: 'birch', domain: 'birch.test', type: 'none' });
    expect(answers).toMatchObject({ name: 'birch', domain: 'birch.test', type: 'none' });
    expect(questions.map((question) => question.split(' ')[0])).toEqual(['What', 'The']);
  });

  it('are asked again, with what was wrong, until the answer can be used', async () => {
    const { answers, questions, refused } = await conversation(['Birch Ltd', '-', 'birch', ...EMPTY]);
    expect(answers.name).toBe('birch');
    expect(refused).toHaveLength(2);
    expect(refused[0]).toContain('small letters, digits and -');
    expect(new Set(questions.slice(0, 3)).size).toBe(1);
  });

  it('are not repeated where nobody answers: the defaults are taken', async () => {
    const { answers, questions } = await conversation([]);
    expect(questions).toHaveLength(1);
    expect(answers).toEqual(allAnswers({}));
  });
});

describe('an answer', () => {
  it.each([
    ['name', 'Acme'],
    ['name', '-acme'],
    ['name', 'a: b'],
    ['displayName', 'Ac\u202eme'],
    ['displayName', 'a\nb'],
    ['domain', 'acme'],
    ['domain', 'acme.example, acme.test'],
    ['type', 'ad'],
    ['url', 'dc1.acme.example'],
    ['url', 'ldap://dc1.acme.example'],
    ['baseDN', 'Staff'],
    ['password', 'secret!'],
    ['tenant', 'acme'],
    ['clientId', '1234'],
    ['secret', '1SECRET'],
    ['deleteAfter', '3d'],
    ['deleteAfter', 'two weeks'],
    ['deleteAfter', '14d # or more'],
    ['target', 'exchange'],
  ] as const)('for %s cannot be %j', (name, answer) => {
    expect(problemWith(name, { [name]: answer })).toEqual(expect.any(String));
  });

  it.each([
    ['name', 'true'],
    ['name', '0123'],
    ['displayName', "O'Neil & Sons: #1, [north]"],
    ['displayName', 'null'],
    ['domain', 'bücher.example'],
    ['domain', '1.e5.example'],
    ['baseDN', "ou=O'Neil,dc=acme,dc=example"],
    ['deleteAfter', 'never'],
  ] as const)('for %s may be %j, and means that in the file', (name, answer) => {
    expect(problemWith(name, { [name]: answer })).toBeNull();
    const { value, findings } = parseCustomer(customerFile(allAnswers({ [name]: answer })), 'customer');
    expect(findings).toEqual([]);
    const { domains, directory, ...own } = value ?? { domains: [], directory: {} };
    const said = {
      ...own,
      ...directory,
      domain: domains[0]?.name,
      baseDN: (directory as { baseDN: string[] }).baseDN[0],
    };
    expect(said).toMatchObject({ [name]: answer });
  });
});

describe('the files', () => {
  it.each(['none', 'postfix', 'scim', 'csv'])('never begin with a target that works (%s)', (target) => {
    const text = workspaceFile(allAnswers({ target }));
    expect(parseWorkspace(text, 'rollcall.yaml')).toMatchObject({ findings: [] });
    expect(parseWorkspace(text, 'rollcall.yaml').value?.targets).toBeUndefined();
    if (target === 'none') return;
    const taken = parseWorkspace(text.replaceAll(/^# (targets:| {2}- )/gm, '$1'), 'rollcall.yaml');
    expect(taken.findings).toEqual([]);
    expect(taken.value?.targets).toHaveLength(1);
  });
});

describe('the sample', () => {
  it('is applied by mistake, and the first reading of a real directory is then blocked', () => {
    const sample = sampleReading(allAnswers({}));
    const world: World = {
      // What holds where the configuration says nothing.
      customer: customer({ safety: { maxRemovals: { count: 5, percent: 10 } } }),
      reading: reading(sample?.objects ?? [], sample?.identity),
    };
    const applied = afterApply(world);
    const real = Array.from({ length: 50 }, (_, index) => person(`id-${index}`, `person${index}@acme.example`));
    const plan = planOf({ ...applied, reading: reading(real) });
    expect(plan).toMatchObject({ status: 'blocked', blocks: [{ rule: 'SAF-1' }] });
  });
});
