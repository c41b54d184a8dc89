/** The undo: what makes a roster again what it was before a run, and what stands in the way. */
import { describe, expect, it } from 'vitest';
import type { CustomerConfig } from '../../src/domain/config.ts';
import { addDays } from '../../src/domain/instant.ts';
import type { CustomerPlan } from '../../src/domain/plan.ts';
import { type CustomerId, type Entry, isUser, type Roster, type User } from '../../src/domain/roster.ts';
import { advance } from '../../src/planner/advance.ts';
import { outlivesIdentity, type RevertInputs, revertPlan } from '../../src/planner/revert.ts';
import {
  at,
  customer,
  directory,
  HOME,
  NOW,
  objectId,
  roster,
  stateOf,
  storedGroup,
  tombstone,
  user,
  verified,
} from '../support/builders.ts';
import { inOrder } from '../support/roster-builders.ts';

const GLOBEX = 'globex' as CustomerId;
const RUN_AT = at('2026-11-19T08:00:00Z');
const FLAGGED = { status: 'flagged', flaggedAt: at('2026-11-19T08:00:00Z') } as const;
const ANN = user('ann@acme.example');
const BOB = user('bob@acme.example');

interface Case extends Partial<Pick<RevertInputs, 'allowRemovals' | 'undone' | 'now'>> {
  readonly stored: Roster;
  readonly was: Roster;
  readonly others?: readonly Roster[];
  readonly customer?: CustomerConfig;
}

function undo({ stored, was, others = [], customer: config = customer(), ...parts }: Case) {
  const made: CustomerPlan = revertPlan({
    customer: config,
    state: stateOf(stored, ...others),
    was,
    undone: { run: 12, at: RUN_AT, later: [] },
    now: NOW,
    allowRemovals: null,
    ...parts,
  });
  if (made.status === 'failed') throw new Error('an undo never fails');
  return made;
}

/** From these entries back to those. */
function entries(now: readonly Entry[], was: readonly Entry[], parts: Partial<Case> = {}) {
  return undo({ stored: roster(now), was: roster(was), ...parts });
}

function linesOf({ changes }: ReturnType<typeof undo>): readonly string[] {
  return changes.map((change) => {
    const [before, after] = ['before' in change ? change.before : null, 'after' in change ? change.after : null].map(
      (one) => (one === null ? null : 'address' in one ? one.address : one.name),
    );
    return `${change.action} ${change.resource} ${before !== null && after !== null && before !== after ? `${before} -> ${after}` : (after ?? before)}`;
  });
}

function afterwards(one: Case): Roster {
  return inOrder(advance(one.stored, { at: NOW, changes: undo(one).changes, directory: null }));
}

function saidBy({ diagnostics }: ReturnType<typeof undo>): readonly string[] {
  return diagnostics.map(({ severity, rule, message }) => `${severity} ${rule}: ${message}`);
}

describe('UND-1 put back to before a run', () => {
  it.each<[string, Partial<User>, Partial<User>, string]>([
    ['who was flagged is restored', FLAGGED, {}, 'restore'],
    ['who was restored is flagged again', {}, FLAGGED, 'flag'],
    ['who was deactivated is restored', { status: 'deactivated' }, {}, 'restore'],
    ['who was ignored before is so again', FLAGGED, { status: 'ignored' }, 'ignore'],
    ['who was deactivated before is so again', {}, { status: 'deactivated' }, 'deactivate'],
    ['a status goes before an address', { ...FLAGGED, address: 'lee@acme.example' }, {}, 'restore'],
    ['who was renamed is renamed back, known by the object id', { address: 'lee@acme.example' }, {}, 'rename'],
    ['an address in another form', { address: 'Ann@acme.example' }, {}, 'update'],
    ['attributes, rules and aliases', { aliases: ['a@acme.example'], attributes: { surname: 'Lee' } }, {}, 'update'],
    ['who was bound to another object, known by the address', { objectId: objectId('other') }, {}, 'update'],
    ['the moment of a flagging', { ...FLAGGED, flaggedAt: NOW }, FLAGGED, 'update'],
    ['the kind', { type: 'publicFolder' }, {}, 'update'],
  ])('%s', (_, now, was, action) => {
    const made = entries([{ ...ANN, ...now }], [{ ...ANN, ...was }]);
    expect(made.changes).toMatchObject([{ action, before: { ...ANN, ...now }, after: { ...ANN, ...was } }]);
    expect(made.changes[0]?.reasons[0]).toEqual({
      rule: 'UND-1',
      message: 'put back to before run 12 of 2026-11-19T08:00:00.000Z',
    });
  });

  it('deletes whom the run created, and creates whom it deleted', () => {
    const made = entries([ANN], [BOB]);
    expect(linesOf(made)).toEqual(['delete user ann@acme.example', 'create user bob@acme.example']);
    expect(made.summary).toMatchObject({ delete: 1, create: 1, billable: { before: 1, after: 1 } });
  });

  it('gives two who swapped their addresses their own again', () => {
    const made = entries(
      [
        { ...ANN, address: BOB.address },
        { ...BOB, address: ANN.address },
      ],
      [ANN, BOB],
    );
    expect(linesOf(made)).toEqual([
      'rename user bob@acme.example -> ann@acme.example',
      'rename user ann@acme.example -> bob@acme.example',
    ]);
  });

  it('takes a user and a group of one address for two', () => {
    const made = entries([storedGroup('ann@acme.example', [])], [ANN]);
    expect(linesOf(made)).toEqual(['delete group ann@acme.example', 'create user ann@acme.example']);
  });

  it('puts groups and their members back', () => {
    const team = storedGroup('team@acme.example', [ANN.address, BOB.address]);
    const made = entries([BOB, { ...team, members: [BOB.address] }], [ANN, BOB, team]);
    expect(linesOf(made)).toEqual(['update group team@acme.example', 'create user ann@acme.example']);
  });

  it('puts domains back with their token and verification, and sites and relays', () => {
    const was = roster([], {
      domains: [{ ...verified('acme.example'), token: 'first', site: 'london' }],
      sites: [{ name: 'london', default: true, servers: [{ address: 'mx.acme.example', port: 25, priority: 10 }] }],
      relays: [{ name: 'exchange', addresses: ['192.0.2.25/32'] }],
    });
    const stored = roster([], {
      domains: [
        { ...verified('acme.example'), status: 'pending', verifiedAt: null, token: 'second', site: 'paris' },
        verified('new.example'),
      ],
      sites: [{ name: 'paris', default: true, servers: [] }],
      relays: [{ name: 'exchange', addresses: [] }],
    });
    const made = undo({ stored, was });
    expect(linesOf(made)).toEqual([
      'delete domain new.example',
      'delete site paris',
      'update domain acme.example',
      'update relay exchange',
      'create site london',
    ]);
    expect(made.changes[2]?.reasons.map(({ message }) => message).slice(1)).toEqual([
      'verified, and was pending',
      'verified since 2026-11-20',
      'with its former token',
      'mail is delivered to the site london, and was to the site paris',
    ]);
    expect(afterwards({ stored, was })).toMatchObject({ domains: was.domains, sites: was.sites, relays: was.relays });
  });

  it('rests on no reading, and leaves the identity of the directory as it is', () => {
    expect(entries([ANN], []).directory).toBeNull();
    expect(afterwards({ stored: roster([ANN]), was: roster([BOB]) }).directory).toEqual(HOME);
  });

  it('has nothing to do where the roster is as it was', () => {
    const made = entries([ANN], [ANN], { undone: { run: 12, at: RUN_AT, later: [13] } });
    expect(made).toMatchObject({ status: 'ready', changes: [] });
    expect(saidBy(made)).toEqual(['info UND-1: The roster is as it was before run 12: there is nothing to put back.']);
  });
});

describe('what an undo says', () => {
  const AGAIN =
    'warning UND-1: The next plan from the directory may do the same again, unless the configuration (a filter, an exception, a decision) or the directory is put right first.';

  it('is that the next plan may do the same again', () => {
    expect(saidBy(entries([ANN], [BOB]))).toEqual([AGAIN]);
    expect(saidBy(entries([ANN], [BOB], { customer: customer({ directory: null }) }))).toEqual([
      'warning UND-1: The next plan from the configuration may do the same again, unless the configuration is put right first.',
    ]);
  });

  it.each<[readonly number[], string, string]>([
    [[13], 'run 13', 'run 13 is'],
    [[13, 14], 'runs 13 and 14', 'runs 13 and 14 are'],
    [[13, 14, 15, 16, 17, 20], '6 later runs (13 to 20)', '6 later runs (13 to 20) are'],
  ])('is that it takes back what the later runs %j did, too', (later, said, reason) => {
    const made = entries([ANN], [BOB], { undone: { run: 12, at: RUN_AT, later } });
    expect(saidBy(made)).toEqual([`warning UND-1: This also takes back ${said}.`, AGAIN]);
    for (const { reasons } of made.changes) {
      expect(reasons[0].message).toBe(`put back to before run 12 of 2026-11-19T08:00:00.000Z; ${reason} undone too`);
    }
  });

  it('is who will be due at once', () => {
    const long = { ...FLAGGED, flaggedAt: addDays(NOW, -30) };
    const made = entries(
      [ANN, BOB],
      [
        { ...ANN, ...long },
        { ...BOB, ...FLAGGED },
      ],
    );
    expect(saidBy(made)).toContain('warning UND-1: 1 user will be flagged and due at once: the next plan deletes it.');
    expect(made.changes.map(({ reasons }) => reasons[1]?.message)).toEqual([
      'flagged since 2026-10-21; due on 2026-10-28',
      'flagged since 2026-11-19; due on 2026-11-26',
    ]);
  });
});

describe('the safety rules hold for an undo as for any plan', () => {
  const strict = customer({ safety: { maxRemovals: { count: 0, percent: null } }, seats: 1 });

  it('too many removals block it, and --allow-removals lifts that (SAF-1)', () => {
    const blocked = entries([ANN], [], { customer: strict });
    expect(blocked).toMatchObject({ status: 'blocked', blocks: [{ rule: 'SAF-1', removals: 1, allowed: 0 }] });
    expect(entries([ANN], [], { customer: strict, allowRemovals: 1 }).status).toBe('ready');
    expect(entries([ANN], [{ ...ANN, ...FLAGGED }], { customer: strict }).status).toBe('blocked');
  });

  it('too few seats block it (CNT-1)', () => {
    const made = entries([ANN], [ANN, BOB], { customer: strict, allowRemovals: 9 });
    expect(made).toMatchObject({ status: 'blocked', blocks: [{ rule: 'CNT-1' }] });
  });
});

describe('archives', () => {
  const grave = tombstone('ann@acme.example', { archive: 'ann' });

  it('of those who come back come back with them (DEL-6)', () => {
    const stored = roster([], { tombstones: [grave] });
    const after = afterwards({ stored, was: roster([ANN]) });
    expect(after).toMatchObject({ entries: [{ ...ANN, archive: 'ann' }], tombstones: [] });
    expect(undo({ stored, was: roster([ANN]) }).changes[0]?.reasons).toMatchObject([
      { rule: 'UND-1' },
      { rule: 'DEL-6', message: expect.stringContaining('the archive ann is restored') },
    ]);
  });

  it('keep the name that they had, or were given since', () => {
    const named = { ...ANN, archive: 'kept' };
    const stored = roster([], { tombstones: [grave] });
    expect(afterwards({ stored, was: roster([named]) }).entries).toEqual([named]);
    expect(entries([named], [ANN]).changes).toEqual([]);
  });

  it('of those who go wait for them in a tombstone', () => {
    expect(afterwards({ stored: roster([{ ...ANN, archive: 'kept' }]), was: roster([]) }).tombstones).toEqual([
      { addresses: [ANN.address], archive: 'kept', deletedAt: NOW, objectId: ANN.objectId },
    ]);
  });
});

describe('what another customer holds by now is not taken', () => {
  const globex = (held: readonly Entry[], parts: Partial<Roster> = {}) => roster(held, { customer: GLOBEX, ...parts });
  const errorsOf = (made: ReturnType<typeof undo>) => saidBy(made).filter((line) => line.startsWith('error'));

  it('an address (ADR-4): it is named, and that change is left out', () => {
    const others = [globex([user('x@globex.example', { aliases: ['ANN@acme.example'] })])];
    const made = entries([], [ANN, BOB], { others });
    expect(linesOf(made)).toEqual(['create user bob@acme.example']);
    expect(errorsOf(made)).toEqual([
      'error ADR-4: ann@acme.example is not put back: the customer globex holds ann@acme.example by now, so it does not come back.',
    ]);
  });

  it('an alias neither; who has it still keeps it', () => {
    const others = [globex([user('a@acme.example')])];
    const had = { ...ANN, aliases: ['a@acme.example'] };
    expect(linesOf(entries([ANN], [had], { others }))).toEqual([]);
    expect(linesOf(entries([{ ...had, ...FLAGGED }], [had], { others }))).toEqual(['restore user ann@acme.example']);
  });

  it('whoever needs the address that somebody keeps for that reason stays too (ADR-3), and groups follow', () => {
    const others = [globex([user('bob@acme.example')])];
    const [ann, bob] = [ANN, { ...BOB, address: 'ann@acme.example' }];
    const team = storedGroup('team@acme.example', [ANN.address, BOB.address]);
    const stored = roster([{ ...ann, address: 'lee@acme.example' }, bob, { ...team, members: [] }]);
    const was = roster([ANN, BOB, team]);
    expect(errorsOf(undo({ stored, was, others }))).toEqual([
      'error ADR-3: ann@acme.example is not put back: ann@acme.example stays with ann@acme.example, who cannot be put back either, so it stays lee@acme.example.',
      'error ADR-4: bob@acme.example is not put back: the customer globex holds bob@acme.example by now, so it stays ann@acme.example.',
    ]);
    expect(afterwards({ stored, was, others }).entries.map(({ address }) => address)).toEqual([
      'ann@acme.example',
      'lee@acme.example',
      'team@acme.example',
    ]);
    expect(undo({ stored, was, others }).changes).toMatchObject([
      { action: 'update', after: { members: ['ann@acme.example', 'lee@acme.example'] } },
    ]);
  });

  it('of two who are in the way the same one is named, in whatever order they stand', () => {
    const others = [globex([ANN, BOB])];
    const taken = [
      { ...ANN, address: 'zoe@acme.example' },
      { ...BOB, address: 'z@acme.example' },
    ];
    const zoe = user('zoe@acme.example', { aliases: ['z@acme.example'] });
    const [one, two] = [taken, taken.toReversed()].map((now) => errorsOf(entries(now, [ANN, BOB, zoe], { others })));
    expect(one).toHaveLength(3);
    expect(two).toEqual(one);
  });

  it('a group that stays follows those who are put back', () => {
    const others = [globex([user('all@acme.example')])];
    const [team, renamed] = [
      storedGroup('team@acme.example', ['lee@acme.example', BOB.address]),
      { ...ANN, address: 'lee@acme.example' },
    ];
    const stored = roster([renamed, BOB, team]);
    const was = roster([ANN, { ...team, address: 'all@acme.example', members: [] }]);
    expect(linesOf(undo({ stored, was, others }))).toEqual([
      'delete user bob@acme.example',
      'update group team@acme.example',
      'rename user lee@acme.example -> ann@acme.example',
    ]);
    expect(afterwards({ stored, was, others }).entries[1]).toMatchObject({ members: ['ann@acme.example'] });
  });

  it('a domain (DOM-3), and nobody in it', () => {
    const others = [globex([], { domains: [verified('branch.example')] })];
    const branch = user('zoe@branch.example');
    const was = roster([ANN, branch], { domains: [verified('acme.example'), verified('branch.example')] });
    const stored = roster([ANN], { domains: [verified('acme.example')] });
    expect(linesOf(undo({ stored, was, others }))).toEqual([]);
    expect(errorsOf(undo({ stored, was, others }))).toEqual([
      "error DOM-3: The domain branch.example is not put back: it is verified for the customer globex by now, and a domain is one customer's only.",
      'error DOM-3: zoe@branch.example is not put back: the domain branch.example is verified for the customer globex by now, so it does not come back.',
    ]);
    const pending = { ...verified('branch.example'), status: 'pending', verifiedAt: null, site: 'paris' } as const;
    const claimed = roster([ANN], { domains: [verified('acme.example'), pending] });
    expect(undo({ stored: claimed, was, others }).changes).toMatchObject([{ after: { ...pending, site: null } }]);
  });

  it('a domain stays where somebody stays in it', () => {
    const others = [globex([user('ann@acme.example')])];
    const moved = { ...ANN, address: 'ann@new.example' };
    const stored = roster([moved], { domains: [{ ...verified('new.example'), site: 'new' }] });
    const was = roster([ANN], { domains: [verified('acme.example')] });
    expect(linesOf(undo({ stored, was, others }))).toEqual(['create domain acme.example', 'update domain new.example']);
  });
});

describe('the identity of the directory', () => {
  const away = { type: 'ldap', id: 'away' } as const;

  it('is in the way where object ids would come back that are of another one (DEL-11)', () => {
    expect(outlivesIdentity(roster([]), roster([ANN], { directory: away }))).toBe(true);
    expect(outlivesIdentity(roster([]), roster([ANN], { directory: null }))).toBe(true);
  });

  it('is not where it is the same, or no object id would come back', () => {
    expect(outlivesIdentity(roster([]), roster([ANN]))).toBe(false);
    expect(outlivesIdentity(roster([ANN]), roster([], { directory: null }))).toBe(false);
    expect(outlivesIdentity(roster([ANN]), roster([{ ...ANN, objectId: null }], { directory: away }))).toBe(false);
  });
});

describe('an undo of nothing but users who are in no directory', () => {
  it('knows them by their address', () => {
    const zoe = user('zoe@acme.example', { source: 'manual', objectId: null });
    const made = entries([{ ...zoe, attributes: { notes: 'x' } }], [zoe], {
      customer: customer({ directory: directory({ enabled: false }) }),
    });
    expect(linesOf(made)).toEqual(['update user zoe@acme.example']);
    expect(afterwards({ stored: roster([zoe]), was: roster([]) }).entries.filter(isUser)).toEqual([]);
  });
});
