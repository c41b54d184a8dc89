import { describe, expect, it } from 'vitest';
import { digestible } from '../../src/config/digestible.ts';
import { normalizeCustomer, normalizeWorkspace } from '../../src/config/normalize.ts';
import { parseCustomer, parseWorkspace } from '../../src/config/parse.ts';
import type { CustomerId } from '../../src/domain/roster.ts';
import { DEFAULT_OWNERSHIP, DEFAULT_PORTS, DEFAULT_UPLOAD, type ServiceProfile } from '../../src/domain/service.ts';
import { DIRECTORY } from './said.ts';

const WORKSPACE = 'apiVersion: rollcall/v1\nkind: Workspace\n';
const ACME = `${DIRECTORY}  tls: {ca: ca.pem}
  bind: {dn: cn=x, password: {file: pw}}
  filter: (a=b)
  exceptions: [{user: a@acme.example}, {group: 00112233-4455-6677-8899-aabbccddeeff}]
  additions: [b@acme.example, c@acme.example]
conflicts: [{user: d@acme.example, action: ignore, until: 2027-01-01}]
users:
  - {address: e@acme.example, displayName: E}
  - {address: f@acme.example}
sites: [{name: bern, servers: [{address: mx}]}]
seats: 5
`;

function digest(
  customer = ACME,
  workspace = WORKSPACE,
  root = '/home/ann/ws',
  service: ServiceProfile | null = null,
): string {
  const resolve = (path: string) => `${root}/${path}`;
  const normalized = normalizeWorkspace(parseWorkspace(workspace, 'rollcall.yaml'), resolve);
  const shared = { ...normalized, service };
  const customers = [customer, customer.replace('name: acme\n', 'name: globex\n')].flatMap(
    (text) => normalizeCustomer(parseCustomer(text, 'f'), [], shared, resolve).value ?? [],
  );
  expect(customers).toHaveLength(2);
  return JSON.stringify(digestible({ workspace: { ...shared.workspace, service }, customers }, ['acme' as CustomerId]));
}

describe('what a plan is tied to', () => {
  it('holds the customers that are asked for, and no other', () => {
    expect(digest()).toContain('"name":"acme"');
    expect(digest()).not.toContain('globex');
  });

  it('is the same on every machine, and holds no place, path or secret reference', () => {
    expect(digest(ACME, WORKSPACE, '/build/7')).toBe(digest());
    expect(digest()).not.toMatch(/home|ca\.pem|pw|location|"line"/);
  });

  it.each([
    ['comments', (text: string) => `# hello\n\n${text}`],
    [
      'the order of lists',
      (text: string) => text.replace('[b@acme.example, c@acme.example]', '[c@acme.example, b@acme.example]'),
    ],
    [
      'the order of keys',
      (text: string) => `${text.replace('seats: 5\n', '')}`.replace('conflicts:', 'seats: 5\nconflicts:'),
    ],
    [
      'how the directory is reached',
      (text: string) => text.replace('  filter', '  pageSize: 500\n  timeouts: {page: 5m}\n  filter'),
    ],
    ['when it is synced', (text: string) => text.replace('  filter', '  sync: {every: 1h}\n  filter')],
    ['a default that is spelt out', (text: string) => text.replace('  filter', '  deleteAfter: 7d\n  filter')],
  ])('does not depend on %s', (_, change) => {
    expect(change(ACME)).not.toBe(ACME);
    expect(digest(change(ACME))).toBe(digest());
  });

  it.each([
    ['the filter', 'filter: (a=b)', 'filter: (a=c)'],
    ['a base', 'baseDN: ["', 'baseDN: ["ou=x,'],
    ['the server', 'ldaps://dc1', 'ldaps://dc2'],
    ['an exception', '{user: a@', '{user: z@'],
    ['an addition', 'b@acme.example,', 'z@acme.example,'],
    ['a decision', 'until: 2027-01-01', 'until: 2027-01-02'],
    ['a user', 'displayName: E', 'displayName: F'],
    ['the seats', 'seats: 5', 'seats: 6'],
    ['a relay', 'seats: 5', 'seats: 5\noutbound: {relays: [{name: a, addresses: [192.0.2.1]}]}'],
    ['a takeover', 'name: acme.example}', 'name: acme.example, takeover: true}'],
    ['a domain', 'name: acme.example}', 'name: acme.example, verification: none}'],
    ['the limit of removals', 'seats: 5', 'seats: 5\nsafety: {maxRemovals: 1}'],
    ['whether it is enabled', '  filter', '  enabled: false\n  filter'],
    ['what is included', '  filter', '  include: {disabled: true}\n  filter'],
    ['when users are deleted', '  filter', '  deleteAfter: never\n  filter'],
    ['an attribute', '  filter', '  attributes: {notes: comment}\n  filter'],
  ])('depends on %s', (_, before, after) => {
    expect(ACME).toContain(before);
    expect(digest(ACME.replace(before, after))).not.toBe(digest());
  });

  it('depends on the policy of the workspace', () => {
    expect(digest(ACME, `${WORKSPACE}safety: {maxRemovals: 1}\n`)).not.toBe(digest());
    expect(digest(ACME, `${WORKSPACE}gates: {mx: block}\n`)).not.toBe(digest());
  });

  it('depends on the service as it is for the customer, and not on how the DNS is asked', () => {
    const region = {
      name: 'main',
      displayName: 'Main',
      ranges: [],
      mx: ['mx.gw.example'],
      smartHost: null,
      spfInclude: null,
    };
    const service = {
      name: 'own',
      displayName: 'Own',
      ownership: DEFAULT_OWNERSHIP,
      ports: DEFAULT_PORTS,
      upload: DEFAULT_UPLOAD,
      regions: [region],
    };
    const other = { ...service, regions: [{ ...region, mx: ['mx.other.example'] }] };
    const digests = [null, service, other].map((one) => digest(ACME, WORKSPACE, '/ws', one));
    expect(new Set(digests).size).toBe(3);
    const otherUpload = { ...service, upload: { ...DEFAULT_UPLOAD, bom: true } };
    expect(digest(ACME, WORKSPACE, '/ws', otherUpload)).toBe(digest(ACME, WORKSPACE, '/ws', service));
    expect(digest(ACME, `${WORKSPACE}dns: {timeout: 9s}\n`)).toBe(digest());
  });

  it('does not depend on how it is redacted', () => {
    expect(digest(ACME, `${WORKSPACE}redaction: {key: {env: KEY}}\n`)).toBe(digest());
  });
});
