/** Whatever a service holds, and whatever the roster wants: after one writing it is in step, and nobody else's is as it was. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { user } from '../support/builders.ts';
import { acme, changesOf, converge, failuresOf } from '../support/scim/converging.ts';
import { openScim } from '../support/scim/opening.ts';
import { startStub } from '../support/scim/stub.ts';
import type { Json } from '../support/scim/stub-store.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'] as const;
const IDS = ['1', '2', '3', '4', '5', '6'] as const;
const subsetOf = <T>(items: readonly T[]) => fc.shuffledSubarray([...items]);

/** People by their ids, each with a name of its own. */
const people = fc
  .tuple(subsetOf(IDS), subsetOf(NAMES))
  .map(([ids, names]) => ids.slice(0, names.length).map((id, index) => ({ id, name: names[index] as string })));

/** What the service holds: each name once, in some case; marked for anybody, by somebody else, or not at all. */
const held = subsetOf(NAMES).chain((names) =>
  fc.tuple(
    ...names.map((name) =>
      fc.record({
        name: fc.constantFrom(name, name.toUpperCase()),
        mark: fc.constantFrom(null, 'hr:1', ...IDS.map((id) => `rollcall:acme:${id}`)),
        active: fc.boolean(),
      }),
    ),
  ),
);

const world = fc.record({
  people,
  held,
  patch: fc.boolean(),
  filter: fc.boolean(),
  parallelism: fc.constantFrom(1, 4),
});

test('one writing is enough, and no other system loses anybody', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(world, async ({ people: wanted, held: there, patch, filter, parallelism }) => {
      await using stub = await startStub();
      Object.assign(stub.traits, { patch, filter });
      for (const [index, { name, mark, active }] of (
        there as { name: string; mark: string | null; active: boolean }[]
      ).entries()) {
        const userName = `${name}@acme.example`;
        // Without schemas, fields that nobody has are not known to be kept.
        const made: Json = {
          userName,
          emails: [{ value: userName }],
          active,
          ...(mark === null ? {} : { externalId: mark }),
        };
        stub.store.Users.set(`${index}`, { ...made, id: `${index}` });
      }
      const foreign = [...stub.store.Users.values()].filter((one) => one['externalId'] === 'hr:1');
      const one = acme(wanted.map(({ id, name }) => user(`${name}@acme.example`, { objectId: id as never })));
      const open = () => openScim(stub.url, { groups: false, parallelism }).target;
      const { failures } = await converge(open(), one);
      // Who waits for a name that another system has stays, and is told of.
      const isWaiting = ({ problem }: { problem: { code: string } }) =>
        foreign.length > 0 && problem.code === 'SCIM_CONFLICT';
      const taken = new Set(foreign.map((other) => `user ${String(other['userName']).toLowerCase()}`));
      expect(
        failuresOf({ failures: failures.filter((one) => !isWaiting(one)) }).filter(
          (told) => !taken.has(told.replace(/^\S+ /, '')),
        ),
      ).toEqual([]);
      const left = (await changesOf(open(), one)).filter(
        ({ action, key }) => action !== 'foreign' && !failures.some((one) => one.key === key),
      );
      expect(left).toEqual([]);
      for (const other of foreign) expect(stub.store.Users.get(other.id)).toEqual(other);
      const marks = [...stub.store.Users.values()]
        .map((kept) => kept['externalId'])
        .filter((mark) => mark !== undefined && mark !== 'hr:1');
      if (!failures.some(isWaiting)) expect(new Set(marks).size).toBe(marks.length);
    }),
    { numRuns: 150 },
  );
});
