/** Plans, drift, conflicts and set-ups as JUnit XML: what has to be looked into fails, and the rest can be read. */
import { describe, expect, test } from 'vitest';
import type { Conflict } from '../../src/app/conflicts.ts';
import type { Drift } from '../../src/app/drift.ts';
import { renderConflictsJunit } from '../../src/cli/junit/conflicts.ts';
import { renderDriftJunit } from '../../src/cli/junit/drift.ts';
import { renderPlanJunit } from '../../src/cli/junit/plan.ts';
import { renderSetupJunit } from '../../src/cli/junit/setup.ts';
import { diagnostic } from '../../src/domain/diagnostic.ts';
import { addDays } from '../../src/domain/instant.ts';
import type { CustomerPlan } from '../../src/domain/plan.ts';
import type { CustomerId } from '../../src/domain/roster.ts';
import { checklistOf } from '../planner/setup-inputs.ts';
import { arbitraryWorld } from '../support/arbitrary-world.ts';
import { ACME, decision, HOME, NOW, person, planOf, reading, roster, user } from '../support/builders.ts';
import { HOSTILE } from '../support/github-markdown.ts';
import { type ReadSuite, readJunit } from '../support/junit-report.ts';
import { FAILED, observed, ownership } from '../support/observations.ts';
import { failedPlan, planWith, readyPlan, removal } from '../support/plans.ts';
import { check } from '../support/property.ts';

const outcomes = (suites: readonly ReadSuite[]) =>
  suites.flatMap(({ name, cases }) => cases.map((one) => `${name}: ${one.name} ${one.outcome}`));

function caseNamed(suites: readonly ReadSuite[], name: string) {
  const found = suites.flatMap(({ cases }) => cases).find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no case ${name}`);
  return found;
}

describe('a plan', () => {
  const planned = (...customers: readonly CustomerPlan[]) => readJunit(renderPlanJunit(planWith(...customers)));

  test('that only changes something passes, and the changes can be read, removals first', () => {
    const world = {
      roster: roster([
        user('bob@acme.example', { status: 'flagged', flaggedAt: addDays(NOW, -7) }),
        user('eve@acme.example'),
      ]),
      reading: reading([person('ann', 'ann@acme.example')]),
    };
    const suites = planned(planOf(world));
    expect(outcomes(suites)).toEqual(['acme: directory passed', 'acme: safety passed', 'acme: changes passed']);
    expect(caseNamed(suites, 'directory').text).toBe(`1 object of the directory ${HOME.id}`);
    expect(caseNamed(suites, 'changes').text.split('\n')).toEqual([
      '3 changes',
      'billable users: 2 -> 2',
      'delete user bob@acme.example [DEL-5]: flagged on 2026-11-13, was due on 2026-11-20',
      'flag user eve@acme.example [DEL-1]: gone from the sync; due on 2026-11-27',
      'create user ann@acme.example [SEL-1]: in the directory as CN=ann',
    ]);
  });

  test('fails for each block and each error, and is in error where a directory could not be read', () => {
    const conflict = diagnostic('error', 'ADR-4', 'held by globex', { address: 'ann@acme.example' });
    const place = { location: { file: 'customers/acme.yaml', line: 3, column: 1 } };
    const said = [
      conflict,
      conflict,
      diagnostic('error', 'DOM-3', 'not ours', place),
      diagnostic('warning', 'SEL-6', 'wait', place),
    ];
    const block = { rule: 'SAF-1', message: 'Too many.', removals: 1, allowed: 0 } as const;
    const ready = readyPlan('acme', [removal('delete', 'bob@acme.example')]);
    const suites = planned(
      { ...ready, status: 'blocked', blocks: [block, block], diagnostics: said },
      failedPlan('beta'),
    );
    expect(outcomes(suites)).toEqual([
      'acme: directory skipped',
      'acme: safety SAF-1 failure',
      'acme: safety SAF-1 (2) failure',
      'acme: changes passed',
      'acme: ADR-4 ann@acme.example failure',
      'acme: ADR-4 ann@acme.example (2) failure',
      'acme: DOM-3 customers/acme.yaml:3 failure',
      'acme: warnings passed',
      'beta: directory error',
      'beta: changes skipped',
    ]);
    expect(caseNamed(suites, 'safety SAF-1').message).toBe('Too many.');
    expect(caseNamed(suites, 'DOM-3 customers/acme.yaml:3').text).toBe('not ours (customers/acme.yaml:3)');
    expect(caseNamed(suites, 'warnings').text).toBe('SEL-6: wait (customers/acme.yaml:3)');
    expect(suites[1]?.cases[0]).toMatchObject({
      className: 'rollcall.plan.beta',
      message: 'The server did not answer.',
      text: 'The server did not answer.\nLook at its name.',
    });
  });

  test('of any world is a report with every change in it', () => {
    check(arbitraryWorld, (world) => {
      const plan = planOf(world);
      const suites = planned(plan);
      if (plan.status === 'failed') return;
      const lines = caseNamed(suites, 'changes').text.split('\n');
      expect(lines.length).toBe(plan.changes.length === 0 ? 1 : plan.changes.length + 2);
      const failures = outcomes(suites).filter((one) => one.endsWith(' failure')).length;
      const errors = plan.diagnostics.filter(({ severity }) => severity === 'error').length;
      expect(failures).toBe(errors + (plan.status === 'blocked' ? plan.blocks.length : 0));
    });
  });
});

describe('drift', () => {
  const IN_STEP: Drift = { directory: null, config: { changed: false, files: [] }, targets: [] };

  test('fails for what an apply or a repair would change, and is in error where nothing could be read', () => {
    const about = { customers: [ACME, 'beta' as CustomerId], faults: [], problem: null };
    const suites = readJunit(
      renderDriftJunit({
        directory: planWith(readyPlan('acme', [removal('flag', 'bob@acme.example')]), failedPlan('beta')),
        config: { changed: true, files: ['customers/acme.yaml'] },
        targets: [
          {
            ...about,
            target: 'edge',
            groups: [
              {
                customer: ACME,
                entries: [{ action: 'remove', customer: ACME, key: 'domain x.example', found: 'relay' }],
              },
            ],
          },
          {
            ...about,
            target: 'portal',
            groups: [],
            problem: { code: 'NO_ANSWER', message: 'It did not answer.', hint: 'Wait.' },
          },
        ],
      }),
    );
    expect(outcomes(suites)).toEqual([
      'configuration: configuration failure',
      'directories: acme failure',
      'directories: beta error',
      'edge: edge passed',
      'edge: acme failure',
      'edge: beta passed',
      'portal: portal error',
    ]);
    expect(caseNamed(suites, 'configuration').text).toContain('customers/acme.yaml');
    expect(suites[1]?.cases[0]?.text).toBe(
      '1 change\nflag user bob@acme.example [DEL-1]: gone from the sync; due on 2026-12-04',
    );
  });

  test('passes where all is in step', () => {
    expect(outcomes(readJunit(renderDriftJunit(IN_STEP)))).toEqual(['configuration: configuration passed']);
  });
});

const CONFLICT: Conflict = {
  customer: ACME,
  address: 'bob@acme.example',
  status: 'flagged',
  flaggedAt: NOW,
  due: addDays(NOW, 14),
  decision: null,
};

test('of conflicts, those that are due and that nobody has decided fail', () => {
  const decided = decision('ignore', 'eve@acme.example', { reason: 'on leave', until: addDays(NOW, 30) });
  const suites = readJunit(
    renderConflictsJunit([
      CONFLICT,
      { ...CONFLICT, address: 'eve@acme.example', decision: decided },
      { ...CONFLICT, address: 'joe@acme.example', due: null },
      { ...CONFLICT, address: 'old@acme.example', status: 'ignored', flaggedAt: null, due: null },
      { ...CONFLICT, customer: 'beta' as CustomerId },
    ]),
  );
  expect(outcomes(suites)).toEqual([
    'acme: bob@acme.example failure',
    'acme: eve@acme.example passed',
    'acme: joe@acme.example passed',
    'acme: old@acme.example passed',
    'beta: bob@acme.example failure',
  ]);
  expect(caseNamed(suites, 'bob@acme.example').message).toBe(
    'flagged since 2026-11-20, due on 2026-12-04; no decision',
  );
  expect(caseNamed(suites, 'eve@acme.example').text).toContain(
    'ignore until 2026-12-20: on leave (customers/acme.yaml:31)',
  );
  expect(caseNamed(suites, 'joe@acme.example').text).toContain('due never');
  expect(readJunit(renderConflictsJunit([]))).toEqual([]);
});

test('of a set-up each step is a case: what is not known is skipped, what is to be done fails with what was found', () => {
  const cannotAsk = observed('acme.example', { ownership: ownership([FAILED], FAILED, '_rollcall.acme.example') });
  const list = checklistOf({ seen: [cannotAsk] });
  const suites = readJunit(renderSetupJunit(list));
  const expected = { done: 'passed', notNeeded: 'passed', unknown: 'skipped', pending: 'failure', failed: 'failure' };
  expect(outcomes(suites)).toEqual(
    list.steps.map(({ number, title, status }) => `acme: ${number}. ${title} ${expected[status]}`),
  );
  expect(new Set(list.steps.map(({ status }) => status)).size).toBeGreaterThan(1);
  for (const [index, step] of list.steps.entries()) {
    const shown = suites[0]?.cases[index];
    for (const { message } of step.found) expect(`${shown?.message}\n${shown?.text}`).toContain(message);
    for (const { text } of step.todo) expect(shown?.text).toContain(`to do: ${text}`);
  }
});

test.each(Object.entries(HOSTILE))('hostile text is text in every report: %s', (_, text) => {
  const name = text as CustomerId;
  const problem = { code: text, message: text, hint: text };
  const said = (['error', 'warning'] as const).map((severity) =>
    diagnostic(severity, 'ADR-4', text, { address: text }),
  );
  const change = {
    action: 'delete',
    resource: 'user',
    before: user(text),
    reasons: [{ rule: 'DEL-5', message: text }],
  } as const;
  const block = { rule: 'SAF-1', message: text, removals: 1, allowed: 0 } as const;
  const plan = planWith(
    { ...readyPlan(text, [change]), status: 'blocked', blocks: [block], diagnostics: said },
    { customer: `${text} 2` as CustomerId, status: 'failed', problem, diagnostics: said },
  );
  const entry = { action: 'remove', customer: name, key: text, found: text } as const;
  const about = { target: `edge ${text}`, customers: [name], faults: [{ key: text, expected: text, found: text }] };
  const list = checklistOf();
  const step = list.steps[0];
  if (step === undefined) throw new Error('there is no step');
  const found = [{ status: 'failed', about: text, message: text }] as const;
  const reports = [
    renderPlanJunit(plan),
    renderDriftJunit({
      directory: plan,
      config: { changed: true, files: [text] },
      targets: [
        { ...about, groups: [{ customer: name, entries: [entry] }], problem: null },
        { ...about, target: `portal ${text}`, groups: [], problem },
      ],
    }),
    renderConflictsJunit([
      { ...CONFLICT, address: text, decision: decision('ignore', 'a@acme.example', { reason: text }) },
    ]),
    renderSetupJunit({ ...list, steps: [{ ...step, status: 'failed', found, todo: [{ kind: 'note', text }] }] }),
  ];
  for (const report of reports) {
    expect(readJunit(report).length).toBeGreaterThan(0);
    expect(report.join('')).not.toMatch(/(?!\n)[\p{Cc}\p{Cs}\u202e\u2066\u200f\ufffe]/u);
  }
});
