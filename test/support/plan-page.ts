/** Plans whose pages are tried out: one with something of everything, one as long as they get, one by a hostile directory. */
import type { Change } from '../../src/domain/change.ts';
import type { Plan } from '../../src/domain/plan.ts';
import type { User } from '../../src/domain/roster.ts';
import { storedGroup, user } from './builders.ts';
import { failedPlan, planWith, readyPlan, removal } from './plans.ts';

function updated(before: User, parts: Partial<User>): Change {
  const reasons = [{ rule: 'SEL-8', message: 'attributes changed' }] as const;
  return { action: 'update', resource: 'user', before, after: { ...before, ...parts }, reasons };
}

const ROSA = user('rosa.keane@acme.example', {
  attributes: { displayName: 'Rosa Keane', notes: 'Works from the northern office on Mondays' },
  rules: { allow: ['news.example'], deny: [] },
});

/** Two customers with seven changes, a third that is blocked with two, and a fourth that could not be planned. */
export const MIXED: Plan = planWith(
  readyPlan('acme', [
    removal('delete', 'dora@acme.example'),
    removal('flag', 'stefan@acme.example'),
    {
      action: 'rename',
      resource: 'user',
      before: ROSA,
      after: {
        ...ROSA,
        address: 'rosa.lindqvist@acme.example',
        aliases: ['rosa.keane@acme.example'],
        attributes: { displayName: 'Rosa Lindqvist', notes: 'Works from the southern office on Mondays' },
        rules: { allow: ['news.example', 'letters.example'], deny: [] },
      },
      reasons: [
        { rule: 'MRG-1', message: 'the same object with another primary' },
        { rule: 'ADR-2', message: 'alias rosa.keane@acme.example added' },
      ],
    },
    updated(user('kai@acme.example', { aliases: ['shop@acme.example'] }), { aliases: [] }),
    updated(user('ann@acme.example', { aliases: ['sales@acme.example'] }), { attributes: { department: 'HR' } }),
  ]),
  readyPlan('birch', [
    {
      action: 'create',
      resource: 'user',
      after: user('new@birch.example', { attributes: { displayName: 'Noa Novák' } }),
      reasons: [{ rule: 'SEL-1', message: 'in the directory' }],
    },
    {
      action: 'update',
      resource: 'group',
      before: storedGroup('team@birch.example', ['a@birch.example', 'b@birch.example']),
      after: storedGroup('team@birch.example', ['b@birch.example', 'c@birch.example']),
      reasons: [{ rule: 'SEL-9', message: 'the members changed' }],
    },
  ]),
  {
    ...readyPlan('cedar', [removal('flag', 'kim@cedar.example'), removal('deactivate', 'lou@cedar.example')]),
    status: 'blocked',
    blocks: [{ rule: 'SAF-1', message: 'Too many removals: 1 of 1 users.', removals: 1, allowed: 0 }],
  },
  failedPlan('doe'),
);

/** So many changes of one customer, a twentieth of them removals. */
export function longPlan(count: number): Plan {
  const change = (index: number): Change => {
    const address = `user${index}@acme.example`;
    if (index % 20 === 0) return removal('flag', address);
    return updated(user(address, { attributes: { department: 'Sales' } }), { attributes: { department: 'HR' } });
  };
  return planWith(
    readyPlan(
      'acme',
      Array.from({ length: count }, (_, index) => change(index)),
    ),
  );
}

const HOSTILE = [
  '</script><script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '"><b id="stray">bold</b>',
  '</noscript><iframe src="https://evil.test/"></iframe>',
  '\u202etxt.exe\u0007\u001b[31m',
  'כהן',
];

/** Every text that a directory can choose is an attack. */
export const HOSTILE_PLAN: Plan = planWith({
  ...readyPlan(
    'acme',
    HOSTILE.flatMap((text, index): Change[] => {
      const before = user(`u${index}@acme.example`, { attributes: { displayName: text, notes: `old ${text}` } });
      const reasons = [{ rule: 'SEL-8', message: `in the directory as cn=${text}` }] as const;
      const after = { ...before, aliases: [text], attributes: { displayName: text, notes: `new ${text}` } };
      return [
        { action: 'update', resource: 'user', before, after, reasons },
        { action: 'delete', resource: 'user', before: { ...before, address: text }, reasons },
      ];
    }),
  ),
  diagnostics: HOSTILE.map((message) => ({
    severity: 'warning' as const,
    rule: 'SEL-7' as const,
    message,
    address: message,
    location: null,
  })),
});
