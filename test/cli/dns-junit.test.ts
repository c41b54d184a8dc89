/** JUnit XML of what the DNS shows: well-formed whatever the names and messages are. */
import { describe, expect, test } from 'vitest';
import type { DomainCheck } from '../../src/app/check-dns.ts';
import { renderDnsJunit } from '../../src/cli/junit/check-dns.ts';
import type { DomainName } from '../../src/domain/address.ts';
import type { CustomerId } from '../../src/domain/roster.ts';
import type { DnsStatus } from '../../src/planner/dns/finding.ts';

interface Parts {
  readonly customer?: string;
  readonly domain?: string;
  readonly mx?: DnsStatus;
  readonly message?: string;
  readonly closed?: DomainCheck['closed'];
}

function check({ customer = 'acme', domain = 'acme.example', mx = 'ok', message, closed = [] }: Parts): DomainCheck {
  const findings = message === undefined ? [] : [{ code: 'MX_MISSING' as const, severity: 'error' as const, message }];
  return {
    customer: customer as CustomerId,
    domain: domain as DomainName,
    closed,
    ownership: {
      status: 'verified',
      record: null,
      resolver: null,
      nameServers: [],
      propagation: null,
      problem: null,
      findings: [],
    },
    mx: { status: mx, expected: [], found: [], ttl: null, findings },
    spf: { status: 'ok', record: null, results: [], lookups: 0, voidLookups: 0, proposal: null, findings: [] },
  };
}

const junit = (...checks: readonly DomainCheck[]) => renderDnsJunit(checks).join('');

/** The elements in order, with their attributes; throws for what is not well-formed in the few forms that there are. */
function elementsOf(xml: string): readonly string[] {
  const [declaration, ...rest] = xml.split('\n');
  expect(declaration).toBe('<?xml version="1.0" encoding="UTF-8"?>');
  const open: string[] = [];
  const elements: string[] = [];
  const left = rest
    .join('\n')
    .replaceAll(
      /<(\/?)([a-z-]+)((?: [a-z]+="[^"<>]*")*)(\/?)>/g,
      (_, closing: string, name: string, attributes: string, empty: string) => {
        if (closing === '/') expect(open.pop()).toBe(name);
        else {
          elements.push(`${name}${attributes}`);
          if (empty === '') open.push(name);
        }
        return '';
      },
    );
  expect(open).toEqual([]);
  expect(left).not.toMatch(/[<>]/);
  expect(xml).not.toMatch(/&(?!amp;|lt;|gt;|quot;|apos;)/);
  return elements;
}

describe('the outcome of a case', () => {
  const text = { message: 'It is not right.' };

  test.each([
    [
      'fails where its gate is closed',
      { mx: 'wrong', closed: ['mx'] },
      'failure message="error MX_MISSING: It is not right." type="wrong"',
    ],
    [
      'is in error where the gate is closed for want of an answer',
      { mx: 'unknown', closed: ['mx'] },
      'error message="error MX_MISSING: It is not right." type="unknown"',
    ],
    [
      'is skipped where nothing is known and nothing waits for it',
      { mx: 'unknown' },
      'skipped message="error MX_MISSING: It is not right."',
    ],
    ['passes where the gate only warns, with what was found', { mx: 'wrong' }, 'system-out'],
  ] as const)('%s', (_, parts, element) => {
    expect(elementsOf(junit(check({ ...text, ...parts })))).toContain(element);
  });

  test('is counted for its customer and for all', () => {
    const closed = { mx: 'missing', closed: ['mx'] } as const;
    const unknown = { customer: 'globex', mx: 'unknown' } as const;
    const elements = elementsOf(junit(check(closed), check(closed), check(unknown)));
    expect(elements.filter((element) => element.startsWith('testsuite'))).toEqual([
      'testsuites name="rollcall check dns" tests="9" failures="2" errors="0" skipped="1"',
      'testsuite name="acme" tests="6" failures="2" errors="0" skipped="0"',
      'testsuite name="globex" tests="3" failures="0" errors="0" skipped="1"',
    ]);
  });
});

test.each(['<a href="x">&amp;\'', ']]>', '\u0000\u0007\u001b[31m', '\ud83d', '\ufffe\u202e', 'line\nline'])(
  'whatever names and messages hold, the XML is well-formed: %j',
  (hostile) => {
    for (const parts of [{ mx: 'wrong' }, { mx: 'unknown' }, { mx: 'wrong', closed: ['mx'] }] as const) {
      const xml = junit(check({ ...parts, customer: hostile, domain: hostile, message: hostile }));
      expect(elementsOf(xml)).toHaveLength(6);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
      expect(xml).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e\ufffe]|[\ud800-\udbff](?![\udc00-\udfff])/);
    }
  },
);
