/** Addresses and domain names, and their one form. */
import { describe, expect, it } from 'vitest';
import { addressKey, domainOf, keyOf, parseAddress, parseDomain } from '../../src/domain/address.ts';

describe('parseAddress', () => {
  it.each([
    ['Ann.Lee@ACME.Example', 'ann.lee@acme.example', 'acme.example'],
    ['ann+news@a-b.acme.example', 'ann+news@a-b.acme.example', 'a-b.acme.example'],
    ['ann@1.acme.example', 'ann@1.acme.example', '1.acme.example'],
    ['ANN@BÜCHER.Example', 'ann@xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['ann@straße.example', 'ann@xn--strae-oqa.example', 'xn--strae-oqa.example'],
    ['ann@例え.テスト', 'ann@xn--r8jz45g.xn--zckzah', 'xn--r8jz45g.xn--zckzah'],
    ['ann@acme。example', 'ann@acme.example', 'acme.example'],
    ['ÅSA@acme.example', 'åsa@acme.example', 'acme.example'],
    ['A\u030asa@acme.example', 'åsa@acme.example', 'acme.example'],
    ['"a@b"@acme.example', '"a@b"@acme.example', 'acme.example'],
    ['"a\\"b"@acme.example', '"a\\"b"@acme.example', 'acme.example'],
    ['""@acme.example', '""@acme.example', 'acme.example'],
  ])('%s', (text, key, domain) => {
    const result = parseAddress(text);
    expect(result).toEqual({ ok: true, address: { key, domain, display: text } });
    expect(addressKey(key)).toBe(key);
  });

  it.each([
    ['ann', /"@"/],
    ['@acme.example', /before the "@"/],
    ['.ann@acme.example', /before the "@"/],
    ['ann.@acme.example', /before the "@"/],
    ['a n@acme.example', /before the "@"/],
    ['a"n@acme.example', /before the "@"/],
    ['"a"n"@acme.example', /before the "@"/],
    ['(note)ann@acme.example', /before the "@"/],
    ['Ann <ann@acme.example>', /before the "@"/],
    [`${'ä'.repeat(33)}@acme.example`, /longer than 64 octets/],
    [`${'a'.repeat(65)}@acme.example`, /longer than 64 octets/],
    [
      `a@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(60)}.acme.example`,
      /domain|longer than 254 octets/,
    ],
    ['ann@', /domain/],
    ['ann@acme', /domain/],
    ['ann@acme.example.', /domain/],
    ['ann@.acme.example', /domain/],
    ['ann@acme..example', /domain/],
    ['ann@acme_x.example', /domain/],
    ['ann@-acme.example', /domain/],
    ['ann@acme-.example', /domain/],
    ['ann@192.0.2.1', /domain/],
    ['ann@[192.0.2.1]', /domain/],
    [`ann@${'a'.repeat(64)}.example`, /domain/],
    ['ann@xn--a.example', /domain/],
    ['ann@XN--A.example', /domain/],
    ['ann\u0000@acme.example', /control character/],
    ['ann\r\n@acme.example', /control character/],
    ['\u2028@acme.example', /control character/],
    ['\ufffd@acme.example', /broken text/],
    ['\ud800@acme.example', /broken text/],
    ['', /"@"/],
  ])('refuses %j, and says why', (text, problem) => {
    const result = parseAddress(text);
    expect(result.ok).toBe(false);
    expect(result).toMatchObject({ problem: expect.stringMatching(problem) });
    expect(addressKey(text)).toBeNull();
  });

  it('does not take long for what is made to take long', () => {
    const start = performance.now();
    for (const text of [`${'a.'.repeat(50_000)}@`, `a@${'a-'.repeat(50_000)}`, `"${'\\'.repeat(50_000)}@x.example`]) {
      expect(parseAddress(text).ok).toBe(false);
    }
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

describe('keyOf', () => {
  it('gives text that is no address back in small letters', () => {
    expect(keyOf('Not An Address')).toBe('not an address');
    expect(keyOf('Ann@ACME.example')).toBe('ann@acme.example');
  });
});

describe('domainOf', () => {
  it('is what follows the last @', () => {
    expect(domainOf(keyOf('"a@b"@acme.example'))).toBe('acme.example');
  });
});

describe('parseDomain', () => {
  it.each([
    ['Acme.Example', 'acme.example'],
    ['acme.example.', 'acme.example'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['XN--BCHER-KVA.example', 'xn--bcher-kva.example'],
    ['a--b.example', 'a--b.example'],
  ])('%s', (text, name) => {
    expect(parseDomain(text)).toBe(name);
  });

  it.each([
    '',
    '.',
    'acme',
    'acme..example',
    'acme.example..',
    '*.acme.example',
    'acme.123',
    'a b.example',
    'a/b.example',
  ])('refuses %j', (text) => {
    expect(parseDomain(text)).toBeNull();
  });
});
