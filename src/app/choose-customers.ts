/** Which customers a command is about: all, or those that `--customer` names. */
import picomatch from 'picomatch';
import { ProblemError } from '../domain/diagnostic.ts';
import { noSuchName } from './no-such-name.ts';

const NO_CUSTOMERS = 'The workspace has no customers: add a file that the "customers" patterns in rollcall.yaml match.';

/**
 * Those whose name one of the patterns matches (globs: `*`, `?`, `{a,b}`, `[ab]`), in their order; all if there is no pattern. Throws
 * NoSuchName for a pattern that matches none.
 */
export function chooseCustomers<T extends { readonly name: string }>(
  all: readonly T[],
  patterns: readonly string[],
): readonly T[] {
  if (patterns.length === 0) return all;
  const matchers = patterns.map((pattern) => ({ pattern, matches: picomatch(pattern) }));
  for (const { pattern, matches } of matchers) {
    const known = all.map(({ name }) => name);
    if (!known.some((name) => matches(name))) throw noSuchName('customer', pattern, known, NO_CUSTOMERS);
  }
  return all.filter(({ name }) => matchers.some(({ matches }) => matches(name)));
}

/** A name, or a glob, stands for more than the one customer that a command takes. */
class SeveralCustomers extends ProblemError {
  override readonly name = 'SeveralCustomers';
  constructor(pattern: string) {
    super({
      code: 'SEVERAL_CUSTOMERS',
      message: `"${pattern}" names several customers.`,
      hint: 'This command is about one customer at a time: give its whole name.',
    });
  }
}

/** The customer of this name, or the only one that a glob matches. Throws NoSuchName and SeveralCustomers. */
export function oneCustomer<T extends { readonly name: string }>(name: string, customers: readonly T[]): T {
  const exact = customers.find((customer) => customer.name === name);
  const [first, ...others] = exact === undefined ? chooseCustomers(customers, [name]) : [exact];
  if (first === undefined || others.length > 0) throw new SeveralCustomers(name);
  return first;
}
