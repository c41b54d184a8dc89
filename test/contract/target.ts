/**
 * The contract of targets. Every step runs twice: the first puts the target in step with a roster, the second must find nothing to do.
 * An adapter brings a fresh target, a way to see what it accepts, and ways to tamper with it.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { redactDrift } from '../../src/app/redaction/drift.ts';
import { keyOf } from '../../src/domain/address.ts';
import type { CustomerId, Roster } from '../../src/domain/roster.ts';
import { diffTarget, isWrite, type TargetChange } from '../../src/domain/target.ts';
import type { Target } from '../../src/ports/target.ts';
import { ACME, roster, storedGroup, user } from '../support/builders.ts';
import { MARK, markedEntry } from '../support/marked-world.ts';
import { verifiedDomain } from '../support/roster-builders.ts';

/** One target that nothing was ever written to. Disposing of it removes it. */
export interface TargetUnderTest extends AsyncDisposable {
  /** Opens it anew, as a new process would. */
  open(): Promise<Target>;
  /** Puts in, by hand, what is not ours. Returns the key that the target tells of it by. */
  putForeign(): Promise<string>;
  /** Takes out, by hand, something that is ours of this customer. Returns nothing: the next comparison shows it. */
  tamper(customer: CustomerId): Promise<void>;
  /** Local parts that it has no way to write down; its own tests say how it refuses them. */
  readonly cannotHold?: readonly string[];
}

export type FreshTarget = () => Promise<TargetUnderTest>;

const GLOBEX = 'globex' as CustomerId;
const NEVER = new AbortController().signal;

function acme(entries: Roster['entries'], parts: Partial<Roster> = {}): Roster {
  return roster(entries, { serial: 1, domains: [verifiedDomain('acme.example')], ...parts });
}

function globex(entries: Roster['entries']): Roster {
  return { ...roster(entries), customer: GLOBEX, serial: 1, domains: [verifiedDomain('globex.example')] };
}

/** What drift would tell. */
async function changesOf(target: Target, rosters: readonly Roster[]): Promise<readonly TargetChange[]> {
  const chosen = new Set(rosters.map(({ customer }) => customer));
  const reading = await target.read([...chosen], NEVER);
  expect(reading.faults).toEqual([]);
  const desired = rosters.flatMap((one) => target.project(one));
  return diffTarget(desired, reading.entries, { chosen, served: new Set([ACME, GLOBEX]), matches: target.matches });
}

/** What an apply would do. */
async function converge(target: Target, rosters: readonly Roster[]): Promise<readonly TargetChange[]> {
  const chosen = rosters.map(({ customer }) => customer);
  const reading = await target.read(chosen, NEVER);
  const desired = rosters.flatMap((one) => target.project(one));
  const served = new Set([ACME, GLOBEX]);
  const changes = diffTarget(desired, reading.entries, { chosen: new Set(chosen), served, matches: target.matches });
  const serials = new Map(rosters.map(({ customer, serial }) => [customer, serial]));
  const writes = changes.filter(isWrite);
  if (writes.length > 0) expect(await target.write({ changes: writes, desired, serials }, NEVER)).toEqual([]);
  return changes;
}

/** Runs the contract against the targets that `fresh` makes. */
export function describeTarget(name: string, fresh: FreshTarget): void {
  describe(name, () => {
    let under: TargetUnderTest;
    beforeEach(async () => {
      under = await fresh();
    });
    afterEach(() => under[Symbol.asyncDispose]());

    /** One step, twice, each time by a target that was opened anew. */
    const step = async (...rosters: readonly Roster[]): Promise<readonly TargetChange[]> => {
      const changes = await converge(await under.open(), rosters);
      expect((await changesOf(await under.open(), rosters)).filter(isWrite)).toEqual([]);
      return changes.filter(isWrite);
    };

    const ann = user('ann@acme.example', { aliases: ['a.lee@acme.example'], objectId: 'id-ann' as never });
    const ben = user('ben@acme.example', { objectId: 'id-ben' as never });

    test('takes in a roster, and then there is nothing to do', async () => {
      expect((await step(acme([ann, ben]))).length).toBeGreaterThan(0);
    });

    test('says whom it serves, and nobody else', async () => {
      await step(acme([ann, ben]));
      const target = await under.open();
      const { entries } = await target.read([ACME], NEVER);
      const people = target.people(entries);
      const primaries = people.map(({ address }) => keyOf(address));
      expect(primaries).toEqual(expect.arrayContaining(['ann@acme.example', 'ben@acme.example']));
      const all = people.flatMap(({ address, aliases }) => [address, ...aliases].map(keyOf));
      expect(all.toSorted()).toEqual(['a.lee@acme.example', 'ann@acme.example', 'ben@acme.example']);
    });

    test('of an empty roster there is nothing to do', async () => {
      const changes = await step(acme([], { domains: [] }));
      expect(changes).toEqual([]);
    });

    test('no key comes twice, and the same roster gives the same entries in whatever order it comes', async () => {
      const target = await under.open();
      const list = storedGroup('all@acme.example', ['ann@acme.example', 'ben@acme.example']);
      const entries = target.project(acme([ann, ben, list]));
      expect(new Set(entries.map(({ key }) => key)).size).toBe(entries.length);
      const sorted = (some: typeof entries) => some.toSorted((a, b) => (a.key < b.key ? -1 : 1));
      expect(sorted(target.project(acme([list, ben, ann])))).toEqual(sorted(entries));
    });

    test('says what of its entries is personal, so that redacted ones tell of nobody but addresses', async () => {
      const target = await under.open();
      const whole = [ann, storedGroup('all@acme.example', ['ann@acme.example'])].map((one) => markedEntry(one, ' '));
      const entries = target.project(acme(whole)).map(({ customer, key, value }) => {
        return { action: 'add' as const, customer, key, expected: value };
      });
      const targets = [
        { target: 'x', customers: [ACME], groups: [{ customer: ACME, entries }], faults: [], problem: null },
      ];
      const drift = { directory: null, config: { changed: false, files: [] }, targets };
      const shown = JSON.stringify(
        redactDrift(
          drift,
          () => target.personal,
          (kind) => `${kind}-aaaaaaaaaaaa`,
        ),
      );
      expect(shown).not.toContain(MARK);
      expect(shown).toContain('a.lee@acme.example');
    });

    test('follows a new user, a new alias, a new address and a deletion', async () => {
      await step(acme([ann]));
      expect((await step(acme([ann, ben]))).length).toBeGreaterThan(0);
      expect((await step(acme([{ ...ann, aliases: [] }, ben]))).length).toBeGreaterThan(0);
      const renamed = { ...ann, address: 'ann.lee@acme.example', aliases: ['ann@acme.example'] };
      expect((await step(acme([renamed, ben]))).length).toBeGreaterThan(0);
      expect((await step(acme([renamed]))).length).toBeGreaterThan(0);
    });

    test('follows a user that is deactivated, and one that comes back', async () => {
      await step(acme([ann, ben]));
      expect((await step(acme([ann, { ...ben, status: 'deactivated' }]))).length).toBeGreaterThan(0);
      expect((await step(acme([ann, ben]))).length).toBeGreaterThan(0);
    });

    test('follows two customers, each for itself', async () => {
      const cy = user('cy@globex.example', { objectId: 'id-cy' as never });
      await step(acme([ann]), globex([cy]));
      await step(acme([ann, ben]));
      expect((await changesOf(await under.open(), [globex([cy])])).filter(isWrite)).toEqual([]);
      await step(globex([]));
      expect((await changesOf(await under.open(), [acme([ann, ben])])).filter(isWrite)).toEqual([]);
    });

    test('puts back what somebody changed by hand', async () => {
      await step(acme([ann, ben]));
      await under.tamper(ACME);
      expect((await step(acme([ann, ben]))).length).toBeGreaterThan(0);
    });

    test('tells of what is foreign, and never touches it', async () => {
      await step(acme([ann]));
      const key = await under.putForeign();
      const isForeign = (change: TargetChange) => change.action === 'foreign' && change.key === key;
      expect((await changesOf(await under.open(), [acme([ann])])).filter(isForeign)).toHaveLength(1);
      await step(acme([ann, ben]));
      await step(acme([]));
      expect((await changesOf(await under.open(), [acme([])])).filter(isForeign)).toHaveLength(1);
    });

    test('takes names and addresses that mean something to it as mere text', async () => {
      const odd = [
        '#hash',
        '{brace}',
        '$dollar',
        '%25',
        '&amp',
        "o'neill",
        '=cmd',
        '+plus',
        '-dash',
        '/slash',
        '*',
        '|pipe|',
        '`tick`',
      ];
      const holdable = odd.filter((local) => under.cannotHold?.includes(local) !== true);
      const users = holdable.map((local, index) =>
        user(`${local}@acme.example`, {
          objectId: `id-${index}` as never,
          attributes: {
            displayName: `=HYPERLINK("http://x.example")\u202e, "${local}"\n# x`,
            givenName: "Robert'); DROP",
          },
        }),
      );
      expect((await step(acme([ann, ...users]))).length).toBeGreaterThan(0);
      await step(acme([ann]));
    });
  });
}
