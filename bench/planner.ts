/** What the planner alone costs: a pure function over 100,000 people who have not changed. */
import { parseInstant } from '../src/domain/instant.ts';
import { plan } from '../src/planner/plan.ts';
import {
  ACME,
  customer,
  objectId,
  person,
  reading,
  roster,
  rosterOf,
  stateOf,
  user,
} from '../test/support/builders.ts';

/** Seconds of the middle one of five runs. */
export function benchPlanner(people: number): number {
  const now = parseInstant('2026-11-20');
  if (now === null) throw new Error('no instant');
  const seconds = Array.from({ length: 5 }, () => {
    const world = unchangedWorld(people);
    const start = performance.now();
    const planned = plan({ ...world, now, allowRemovals: null });
    const took = (performance.now() - start) / 1000;
    const [only] = planned.customers;
    if (only?.status !== 'ready' || only.changes.length > 0) throw new Error('the plan should have been empty');
    return took;
  });
  return seconds.toSorted((a, b) => a - b)[2] ?? Number.NaN;
}

function unchangedWorld(people: number) {
  const numbers = Array.from({ length: people }, (_, index) => String(index).padStart(6, '0'));
  const attributes = (n: string) => ({
    company: 'Example GmbH',
    department: 'Sales',
    displayName: `Jörg Muster${n}`,
    givenName: 'Jörg',
    mobile: `+49 170 ${n}`,
    notes: `note ${n}`,
    surname: `Muster${n}`,
  });
  const objects = numbers.map((n) =>
    person(`id${n}`, `u${n}@acme.example`, {
      proxyAddresses: [`SMTP:u${n}@acme.example`, `smtp:u${n}.alias@acme.example`],
      attributes: attributes(n),
    }),
  );
  const users = numbers.map((n) =>
    user(`u${n}@acme.example`, {
      objectId: objectId(`id${n}`),
      aliases: [`u${n}.alias@acme.example`],
      attributes: attributes(n),
    }),
  );
  return {
    config: { customers: [customer()] },
    readings: new Map([[ACME, reading(objects)]]),
    state: stateOf(rosterOf({ roster: roster(users) })),
  };
}
