/** Which customers a command is about: all, or those that `--customer` names. */
import picomatch from 'picomatch';
import type { Problem } from '../domain/diagnostic.ts';

/** `--customer` named nobody. */
class NoSuchCustomer extends Error implements Problem {
  override readonly name = 'NoSuchCustomer';
  readonly code = 'NO_SUCH_CUSTOMER';
  readonly hint: string;
  constructor(pattern: string, known: readonly string[]) {
    super(`No customer is named "${pattern}".`);
    const shown = known.slice(0, 20).join(', ');
    this.hint =
      known.length === 0
        ? 'The workspace has no customers: add a file that the "customers" patterns in rollcall.yaml match.'
        : `There ${known.length === 1 ? 'is' : 'are'} ${shown}${known.length > 20 ? ` and ${known.length - 20} more` : ''}.`;
  }
}

/**
 * Those whose name one of the patterns matches (globs: `*`, `?`, `{a,b}`, `[ab]`), in their order; all if there is no pattern. Throws
 * NoSuchCustomer for a pattern that matches none: a misspelt name must not look like a customer without changes.
 */
export function chooseCustomers<T extends { readonly name: string }>(
  all: readonly T[],
  patterns: readonly string[],
): readonly T[] {
  if (patterns.length === 0) return all;
  const matchers = patterns.map((pattern) => ({ pattern, matches: picomatch(pattern) }));
  for (const { pattern, matches } of matchers) {
    const known = all.map(({ name }) => name);
    if (!known.some((name) => matches(name))) throw new NoSuchCustomer(pattern, known);
  }
  return all.filter(({ name }) => matchers.some(({ matches }) => matches(name)));
}

/** A name, or a glob, stands for more than the one customer that a command takes. */
class SeveralCustomers extends Error implements Problem {
  override readonly name = 'SeveralCustomers';
  readonly code = 'SEVERAL_CUSTOMERS';
  readonly hint = 'This command is about one customer at a time: give its whole name.';
  constructor(pattern: string) {
    super(`"${pattern}" names several customers.`);
  }
}

/** The customer of this name, or the only one that a glob matches. Throws NoSuchCustomer and SeveralCustomers. */
export function oneCustomer<T extends { readonly name: string }>(name: string, customers: readonly T[]): T {
  const exact = customers.find((customer) => customer.name === name);
  const [first, ...others] = exact === undefined ? chooseCustomers(customers, [name]) : [exact];
  if (first === undefined || others.length > 0) throw new SeveralCustomers(name);
  return first;
}
