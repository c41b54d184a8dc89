/** A roster for every number, the same in every process; a few people are in all of them, and `size` more in each. */
import type { Roster } from '../../../src/domain/roster.ts';
import { roster, user } from '../builders.ts';
import { verifiedDomain } from '../roster-builders.ts';

/** Somebody who is always there. */
export const ALWAYS = 'always@acme.example';

export function numberedRoster(number: number, size: number): Roster {
  const people = Array.from({ length: size }, (_, index) => user(`u${index}.${number % 3}@acme.example`));
  return roster([user(ALWAYS), ...people], {
    serial: number + 1,
    domains: [verifiedDomain('acme.example', { site: 'home' })],
    sites: [
      { name: 'home', default: true, servers: [{ address: `192.0.2.${(number % 3) + 1}`, port: 25, priority: 10 }] },
    ],
    relays: [{ name: 'out', addresses: [`198.51.100.${number % 3}/32`] }],
  });
}
