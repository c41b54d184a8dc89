/** Why one address is as it is. */
import { describe, expect, it } from 'vitest';
import { keyOf } from '../../src/domain/address.ts';
import type { DirectoryObject } from '../../src/domain/directory.ts';
import type { CustomerId } from '../../src/domain/roster.ts';
import { type Explanation, explain, stepPlace } from '../../src/planner/explain.ts';
import { surroundingsIn } from '../../src/planner/plan.ts';
import {
  addition,
  at,
  configured,
  customer,
  decision,
  directory,
  domain,
  exception,
  group,
  NOW,
  person,
  planOf,
  reading,
  roster,
  rosterOf,
  stateOf,
  storedGroup,
  tombstone,
  user,
  verified,
  type World,
} from '../support/builders.ts';

function why(address: string, world: World, unfiltered: readonly DirectoryObject[] | null = null): Explanation {
  const config = world.customer ?? customer();
  const stored = rosterOf(world);
  return explain(
    { key: keyOf(address), display: address },
    {
      customer: config,
      roster: stored,
      reading: world.reading ?? { status: 'none' },
      surroundings: surroundingsIn({
        config: { customers: [config] },
        state: stateOf(stored, ...(world.others ?? [])),
      })(config),
      now: world.now ?? NOW,
      plan: planOf(world),
      unfiltered,
    },
  );
}

/** Each step as `SEL-6 customers/acme.yaml:6`. */
function stepsOf(explanation: Explanation): readonly string[] {
  return explanation.steps.map((step) => `${step.rule} ${stepPlace(step)}`.trim());
}

const ann = person('ann', 'ann@acme.example', { aliases: ['a@acme.example'] });
const flagged = user('ann@acme.example', { status: 'flagged', flaggedAt: at('2026-11-19') });
const somebody = person('somebody', 'somebody@elsewhere.example');
const MANAGED = 'SEL-6 customers/acme.yaml:6';

describe('explain', () => {
  it.each<[string, string, World, readonly string[]]>([
    ['in the sync', 'Ann@acme.example', { reading: reading([ann]) }, [MANAGED, 'SEL-1']],
    ['an alias', 'a@acme.example', { reading: reading([ann]) }, [MANAGED, 'ADR-2']],
    ['a group', 'all@acme.example', { reading: reading([group('g', 'all@acme.example', [])]) }, [MANAGED, 'SEL-9']],
    ['nowhere', 'nobody@acme.example', { reading: reading([ann]) }, [MANAGED, 'SEL-1']],
    [
      'of a domain of others',
      'x@elsewhere.example',
      { reading: reading([somebody]) },
      ['SEL-6 customers/acme.yaml:1', 'SEL-1'],
    ],
    [
      'disabled',
      'ann@acme.example',
      { reading: reading([{ ...ann, disabled: true }]) },
      [MANAGED, 'SEL-2 customers/acme.yaml:15'],
    ],
    [
      'excepted',
      'ann@acme.example',
      {
        customer: customer({ directory: directory({ exceptions: [exception('user', 'ann@acme.example')] }) }),
        reading: reading([ann]),
      },
      [MANAGED, 'SEL-5 customers/acme.yaml:20'],
    ],
    [
      'an excepted alias',
      'a@acme.example',
      {
        customer: customer({ directory: directory({ exceptions: [exception('alias', 'a@acme.example')] }) }),
        reading: reading([ann]),
      },
      [MANAGED, 'SEL-5 customers/acme.yaml:20', 'SEL-5'],
    ],
    [
      'an addition',
      'new@acme.example',
      {
        customer: customer({ directory: directory({ additions: [addition('new@acme.example')] }) }),
        reading: reading([somebody]),
      },
      [MANAGED, 'MRG-4 customers/acme.yaml:21', 'SEL-1'],
    ],
    [
      'of the configuration',
      'scan@acme.example',
      { customer: customer({ users: [configured('scan@acme.example')] }), reading: reading([somebody]) },
      [MANAGED, 'MRG-3 customers/acme.yaml:40', 'SEL-1'],
    ],
    [
      'flagged',
      'ann@acme.example',
      { roster: roster([flagged]), reading: reading([somebody]) },
      [MANAGED, 'DEL-1', 'DEL-3 customers/acme.yaml:17', 'SEL-1'],
    ],
    [
      'due',
      'ann@acme.example',
      { roster: roster([flagged]), reading: reading([somebody]), now: at('2026-12-24') },
      [MANAGED, 'DEL-1', 'DEL-5 customers/acme.yaml:17', 'SEL-1'],
    ],
    [
      'decided about',
      'ann@acme.example',
      {
        customer: customer({ decisions: [decision('ignore', 'ann@acme.example')] }),
        roster: roster([flagged]),
        reading: reading([somebody]),
      },
      [MANAGED, 'DEL-1', 'DEL-3 customers/acme.yaml:17', 'DEL-7 customers/acme.yaml:31', 'SEL-1'],
    ],
    [
      'deleted',
      'ann@acme.example',
      { roster: roster([], { tombstones: [tombstone('ann@acme.example')] }), reading: reading([somebody]) },
      [MANAGED, 'DEL-5', 'SEL-1'],
    ],
    [
      'without a directory',
      'ann@acme.example',
      { customer: customer({ directory: null }), roster: roster([user('ann@acme.example')]) },
      [MANAGED, 'DEL-10 customers/acme.yaml:1'],
    ],
  ])('%s: the rules in their order, with their places', (_, address, world, steps) => {
    expect(stepsOf(why(address, world))).toEqual(steps);
  });

  it('tells what the filter hides from what is not there, if it was asked', () => {
    const config = customer({ directory: directory({ filter: '(department=*)' }) });
    const world = { customer: config, reading: reading([somebody]) };
    expect(stepsOf(why('ann@acme.example', world))).toEqual([MANAGED, 'SEL-4 customers/acme.yaml:14']);
    expect(why('a@acme.example', world, [ann, somebody]).steps.at(-1)).toMatchObject({
      rule: 'SEL-4',
      message: expect.stringContaining('CN=ann'),
    });
    expect(stepsOf(why('ann@acme.example', world, [somebody]))).toEqual([MANAGED, 'SEL-1']);
  });

  it('says of a domain whether it is verified', () => {
    const config = customer({ domains: [domain('acme.example', 'dns')] });
    const world = { customer: config, reading: reading([ann]) };
    expect(why('ann@acme.example', world).steps[0]?.message).toContain('not verified yet');
    const done = { ...world, roster: roster([], { domains: [verified('acme.example')] }) };
    expect(why('ann@acme.example', done).steps[0]?.message).toContain('and verified');
  });

  it('says that the directory could not be read', () => {
    const problem = { code: 'LDAP_CONNECT', message: 'no answer', hint: 'look' };
    const answer = why('ann@acme.example', {
      roster: roster([user('ann@acme.example')]),
      reading: { status: 'failed', problem },
    });
    expect(stepsOf(answer)).toEqual([MANAGED, 'SAF-2']);
    expect(answer).toMatchObject({ standing: 'active', next: null });
  });

  it('names who else claims the address', () => {
    const twice = { reading: reading([ann, person('bob', 'ann@acme.example')]) };
    expect(stepsOf(why('ann@acme.example', twice))).toContain('ADR-3');
    const others = [{ ...roster([user('ann@acme.example')]), customer: 'globex' as CustomerId }];
    expect(stepsOf(why('ann@acme.example', { reading: reading([ann]), others }))).toContain('ADR-4');
  });

  it('says what holds the change back', () => {
    const config = customer({ safety: { maxRemovals: { count: 0, percent: null } } });
    const answer = why('ann@acme.example', {
      customer: config,
      roster: roster([user('ann@acme.example')]),
      reading: reading([somebody]),
    });
    expect(stepsOf(answer).at(-1)).toBe('SAF-1');
    expect(answer.summary).toMatch(/would flag it, were the customer not blocked\.$/);
  });

  it('follows the holder of an address who has moved away from it', () => {
    const moved = { roster: roster([user('old@acme.example', { objectId: ann.id })]), reading: reading([ann]) };
    expect(stepsOf(why('old@acme.example', moved))).toContain('MRG-1');
    const out = { ...moved, reading: reading([{ ...ann, disabled: true }]) };
    expect(stepsOf(why('old@acme.example', out))).toContain('SEL-2 customers/acme.yaml:15');
  });

  it('says until when a decision holds, and when it has run out', () => {
    const decided = (until: string) => ({
      customer: customer({
        decisions: [decision('ignore', 'ann@acme.example', { until: at(until), reason: 'leave' })],
      }),
      roster: roster([user('ann@acme.example', { status: 'ignored' })]),
      reading: reading([somebody]),
    });
    const messages = (until: string) =>
      why('ann@acme.example', decided(until))
        .steps.map(({ message }) => message)
        .join('\n');
    expect(messages('2027-02-12')).toContain('ignore until 2027-02-12, leave');
    expect(messages('2026-11-01')).toContain('has run out, on 2026-11-01');
  });

  it('says that a flagged user is never deleted where that is so', () => {
    const config = customer({ directory: directory({ deleteAfterDays: 'never' }) });
    const answer = why('ann@acme.example', {
      customer: config,
      roster: roster([flagged]),
      reading: reading([somebody]),
    });
    expect(stepsOf(answer)).toContain('DEL-2 customers/acme.yaml:17');
  });
});

describe('how an address stands, and what is next', () => {
  const inSync = reading([ann]);
  it.each<[string, World, string, RegExp]>([
    ['nobody@acme.example', {}, 'absent', /not in the roster of acme: mail to it is not accepted\.$/],
    ['ann@acme.example', { reading: inSync }, 'absent', /The next apply will create it\.$/],
    [
      'ann@acme.example',
      { roster: roster([user('ann@acme.example')]) },
      'active',
      /an active user of acme: mail is accepted\.$/,
    ],
    [
      'a@acme.example',
      { roster: roster([user('ann@acme.example', { aliases: ['A@acme.example'] })]) },
      'alias',
      /an alias of ann@acme\.example, an active user/,
    ],
    [
      'ann@acme.example',
      { roster: roster([flagged]) },
      'flagged',
      /a flagged user .*mail is accepted, the portal is closed/,
    ],
    [
      'ann@acme.example',
      { roster: roster([user('ann@acme.example', { status: 'ignored' })]) },
      'ignored',
      /an ignored user .*mail is accepted/,
    ],
    [
      'ann@acme.example',
      { roster: roster([user('ann@acme.example', { status: 'deactivated' })]) },
      'deactivated',
      /mail is not accepted/,
    ],
    [
      'f@acme.example',
      { roster: roster([user('f@acme.example', { type: 'publicFolder' })]) },
      'active',
      /an active public folder/,
    ],
    [
      'all@acme.example',
      { roster: roster([storedGroup('all@acme.example', ['ann@acme.example'])]) },
      'group',
      /a group of acme with 1 member\.$/,
    ],
    [
      'x@acme.example',
      { roster: roster([storedGroup('all@acme.example', [], { aliases: ['x@acme.example'] })]) },
      'alias',
      /an alias of all@acme\.example, a group/,
    ],
    [
      'old@acme.example',
      { roster: roster([user('old@acme.example', { objectId: ann.id })]), reading: inSync },
      'active',
      /will rename it to ann@acme\.example\.$/,
    ],
    [
      'ann@acme.example',
      { roster: roster([user('old@acme.example', { objectId: ann.id })]), reading: inSync },
      'absent',
      /will rename old@acme\.example to it\.$/,
    ],
    [
      'a@acme.example',
      { roster: roster([user('ann@acme.example')]), reading: inSync },
      'absent',
      /will make it an alias of ann@acme\.example\.$/,
    ],
    [
      'b@acme.example',
      { roster: roster([user('ann@acme.example', { aliases: ['b@acme.example'] })]), reading: inSync },
      'alias',
      /will remove it\.$/,
    ],
    [
      'a@acme.example',
      { roster: roster([user('a@acme.example', { objectId: ann.id })]), reading: inSync },
      'active',
      /rename the user to ann@acme\.example, and keep it as an alias\.$/,
    ],
    [
      'a@acme.example',
      {
        roster: roster([user('ann@acme.example', { aliases: ['a@acme.example'], attributes: { surname: 'Lee' } })]),
        reading: inSync,
      },
      'alias',
      /will update ann@acme\.example, and leave it there\.$/,
    ],
    [
      'ann@acme.example',
      { roster: roster([user('ann@acme.example')]), reading: reading([somebody]) },
      'active',
      /will flag it\.$/,
    ],
  ])('%s', (address, world, standing, summary) => {
    const answer = why(address, world);
    expect(answer.standing).toBe(standing);
    expect(answer.summary).toMatch(summary);
    expect(answer.address).toBe(address);
  });
});
