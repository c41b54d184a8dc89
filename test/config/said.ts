/** What the tests of the configuration share: the least valid files, and findings as `line:column CODE message`. */
import type { Finding } from '../../src/config/finding.ts';
import type { Inherited } from '../../src/config/normalize.ts';
import { parseCustomer } from '../../src/config/parse.ts';

/** What customers inherit of a workspace that says nothing. */
export const INHERITED: Inherited = {
  maxRemovals: { count: 5, percent: 10 },
  gates: { mx: 'warn', spf: 'warn', ownership: 'block' },
  service: null,
};

/** Four lines: what a test adds begins in line 5. */
export const CUSTOMER = `apiVersion: rollcall/v1
kind: Customer
name: acme
domains: [{name: acme.example}]
`;

/** Four more lines: what a test adds to the directory begins in line 9. */
export const DIRECTORY = `${CUSTOMER}directory:
  type: ldap
  url: ldaps://dc1.acme.example
  baseDN: ["dc=acme,dc=example"]
`;

export function said(findings: readonly Finding[]): readonly string[] {
  return findings.map(
    ({ severity, code, message, location: { line, column } }) =>
      `${line}:${column} ${severity === 'warning' ? 'warning ' : ''}${code} ${message}`,
  );
}

/** What is said of a customer file by its syntax and its schema. */
export function saidOf(text: string): readonly string[] {
  return said(parseCustomer(text, 'customers/acme.yaml').findings);
}
