/** Which customers a command is about. */
import { expect, test } from 'vitest';
import { chooseCustomers } from '../../src/app/choose-customers.ts';

const ALL = ['acme', 'acme-north', 'acme-south', 'globex', 'x1'].map((name) => ({ name }));

test.each([
  [[], ['acme', 'acme-north', 'acme-south', 'globex', 'x1']],
  [['acme'], ['acme']],
  [['acme*'], ['acme', 'acme-north', 'acme-south']],
  [
    ['acme-*', 'x?'],
    ['acme-north', 'acme-south', 'x1'],
  ],
  [
    ['x1', 'acme'],
    ['acme', 'x1'],
  ],
  [['{globex,acme}'], ['acme', 'globex']],
  [['[gx]*'], ['globex', 'x1']],
  [['acme', 'acme'], ['acme']],
])('%j', (patterns, chosen) => {
  expect(chooseCustomers(ALL, patterns).map(({ name }) => name)).toEqual(chosen);
});

test('a pattern that matches nobody is refused, beside others that do', () => {
  expect(() => chooseCustomers(ALL, ['acme', 'Acme'])).toThrow(
    expect.objectContaining({
      code: 'NO_SUCH_CUSTOMER',
      message: 'No customer is named "Acme".',
      hint: 'There are acme, acme-north, acme-south, globex and x1.',
    }),
  );
});

test('of many customers the first are named', () => {
  const many = Array.from({ length: 30 }, (_, n) => ({ name: `c${n}` }));
  expect(() => chooseCustomers(many, ['d'])).toThrow(
    expect.objectContaining({ hint: expect.stringMatching(/c19 and 10 more\.$/) }),
  );
  expect(() => chooseCustomers([], ['d'])).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('has no customers') }),
  );
});
