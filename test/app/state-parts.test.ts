/** What of the whole state one customer's plan depends on. */
import { expect, test } from 'vitest';
import { statePartsOf } from '../../src/app/state-parts.ts';
import type { CustomerConfig } from '../../src/domain/config.ts';
import { type CustomerId, emptyRoster } from '../../src/domain/roster.ts';
import { customer, domain, stateOf, user } from '../support/builders.ts';

function holding(name: string, ...addresses: readonly string[]) {
  const entries = addresses.map((address, n) =>
    user(address, { objectId: null, aliases: n === 0 ? [`alias-${address}`] : [] }),
  );
  return { ...emptyRoster(name as CustomerId), entries };
}

function managing(name: string, ...domains: readonly string[]): CustomerConfig {
  return customer({ name: name as CustomerId, domains: domains.map((one) => domain(one)) });
}

const STATE = stateOf(
  holding('acme', 'ann@acme.example'),
  holding('globex', 'zoe@globex.example', 'ann@ACME.example'),
  holding('buecher', 'info@bücher.example'),
  holding('empty'),
);

test.each([
  ['its own roster, and who holds an address in its domain', managing('acme', 'acme.example'), ['acme', 'globex']],
  ['its own roster alone', managing('globex', 'globex.example'), ['globex']],
  ['a domain in another form', managing('new', 'xn--bcher-kva.example'), ['buecher']],
  ['several domains', managing('acme', 'acme.example', 'xn--bcher-kva.example'), ['acme', 'buecher', 'globex']],
  ['nothing of somebody new', managing('new', 'new.example'), []],
  ['an empty roster', managing('empty', 'empty.example'), ['empty']],
])('%s', (_, config, names) => {
  const part = statePartsOf(STATE)(config);
  expect(part.lineage).toBe(STATE.lineage);
  expect([...part.rosters.keys()].toSorted()).toEqual(names);
  for (const [name, roster] of part.rosters) expect(roster).toBe(STATE.rosters.get(name));
});

test('a state of one roster is its own part', () => {
  const alone = stateOf(holding('acme', 'ann@acme.example'));
  expect(statePartsOf(alone)(managing('globex', 'acme.example'))).toBe(alone);
});
