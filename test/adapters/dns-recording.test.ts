/** Recordings of what the DNS showed: it comes back as it was, or not at all. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordedObservations, recordObservations } from '../../src/adapters/dns/recording.ts';
import type { DomainName } from '../../src/domain/address.ts';
import type { DomainObservation, DomainQuestion } from '../../src/domain/observations.ts';
import type { CustomerId } from '../../src/domain/roster.ts';
import { NOW } from '../support/builders.ts';
import {
  answered,
  exchange,
  FAILED,
  mx,
  NO_DATA,
  NO_NAME,
  observed,
  ownership,
  shown,
  spf,
} from '../support/observations.ts';
import { temporaryFolder } from '../support/workspace.ts';

const ACME = 'acme' as CustomerId;
const NEVER = new AbortController().signal;

/** As a domain of the internet may be, and as none is. */
const SEEN: readonly DomainObservation[] = [
  observed('empty.example'),
  shown('shown.example', 'abc', { mx: mx('10 mx1.gw.example'), spf: spf('v=spf1 -all', ['pass', 'fail']) }),
  observed('failed.example', {
    ownership: ownership([FAILED, NO_NAME], FAILED),
    mx: { answer: FAILED },
    spf: spf('', ['temperror'], { records: FAILED }),
  }),
  observed('hostile.example', {
    ownership: {
      ...ownership([answered('', '\u0000\u001b[31m\n"\\\u2028', '\ud83d')]),
      problem: { code: 'A', message: 'b', hint: 'c' },
    },
    mx: {
      answer: answered(exchange('0 '), exchange('65535 x', { alias: 'y', addresses: { status: 'noName', ttl: null } })),
    },
    spf: spf('v=spf1 a', ['softfail'], {
      records: NO_DATA,
      results: [{ address: '192.0.2.1', result: 'none', comment: 'said' }],
      proposal: { record: 'v=spf1 -all', lookups: 11, result: 'permerror' },
    }),
  }),
];

function question(domain: string): DomainQuestion {
  return { domain: domain as DomainName, ownershipName: null, mx: true, spf: null };
}

const FILE = 'acme.dns.ndjson';

describe('a recording of the DNS', () => {
  it('comes back as it was, domain by domain', async () => {
    using folder = temporaryFolder();
    await recordObservations(folder.path, ACME, SEEN, NOW);
    const recorded = recordedObservations(folder.path);
    for (const one of SEEN) {
      expect(await recorded.observe(ACME, question(one.domain), NEVER)).toEqual(one);
    }
  });

  it('knows nothing of a domain that was not looked at, nor of a customer that has none', async () => {
    using folder = temporaryFolder();
    await recordObservations(folder.path, ACME, SEEN, NOW);
    const recorded = recordedObservations(folder.path);
    expect(await recorded.observe(ACME, question('new.example'), NEVER)).toBe(null);
    expect(await recorded.observe('globex' as CustomerId, question('shown.example'), NEVER)).toBe(null);
  });

  it('is not made where nothing was seen, and an older one is taken away', async () => {
    using folder = temporaryFolder();
    await recordObservations(folder.path, ACME, SEEN, NOW);
    expect(readdirSync(folder.path)).toEqual([FILE]);
    await recordObservations(folder.path, ACME, [], NOW);
    expect(readdirSync(folder.path)).toEqual([]);
    await recordObservations(join(folder.path, 'none'), ACME, [], NOW);
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it('is refused wherever it was cut', async () => {
    using folder = temporaryFolder();
    await recordObservations(folder.path, ACME, SEEN, NOW);
    const whole = readFileSync(join(folder.path, FILE));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.length - 1 }), async (length) => {
        writeFileSync(join(folder.path, FILE), whole.subarray(0, length));
        await expect(
          recordedObservations(folder.path).observe(ACME, question('shown.example'), NEVER),
        ).rejects.toMatchObject({ code: 'RECORDING_DAMAGED', hint: expect.stringContaining('rollcall snapshot') });
      }),
    );
  });

  it('is refused where it was cut within a character', async () => {
    using folder = temporaryFolder();
    await recordObservations(folder.path, ACME, SEEN, NOW);
    const whole = readFileSync(join(folder.path, FILE));
    const beyondAscii = whole.findIndex((octet) => octet >= 0xc0);
    expect(beyondAscii).toBeGreaterThan(0);
    writeFileSync(join(folder.path, FILE), whole.subarray(0, beyondAscii + 1));
    const line = whole.subarray(0, beyondAscii).toString('latin1').split('\n').length;
    await expect(
      recordedObservations(folder.path).observe(ACME, question('shown.example'), NEVER),
    ).rejects.toMatchObject({ code: 'RECORDING_DAMAGED', message: expect.stringContaining(`.ndjson:${line}: `) });
  });

  it.each([
    [
      'something changed',
      (text: string) => text.replace('"abc"', '"abd"').replace('=abc', '=abd'),
      6,
      'its domains are not',
    ],
    ['a domain was left out', (text: string) => text.replace(/^\{"domain":"failed.*\n/m, ''), 5, 'its domains are not'],
    ['it is another customer’s', (text: string) => text.replace('"acme"', '"globex"'), 1, 'of the customer globex'],
    ['it is of another format', (text: string) => text.replace('observations/1', 'observations/2'), 1, 'the format'],
    ['it is something else', () => 'nonsense\n', 1, 'it is not JSON'],
  ])('is refused with the line where %s', async (_, change, line, why) => {
    using folder = temporaryFolder();
    await recordObservations(folder.path, ACME, SEEN, NOW);
    const path = join(folder.path, FILE);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, change(text));
    expect(change(text)).not.toBe(text);
    await expect(
      recordedObservations(folder.path).observe(ACME, question('shown.example'), NEVER),
    ).rejects.toMatchObject({
      code: 'RECORDING_DAMAGED',
      message: expect.stringMatching(new RegExp(`acme\\.dns\\.ndjson:${line}: .*${why}`)),
    });
  });

  it.each([
    ['a status that there is not', { mx: { answer: { status: 'maybe' } } }],
    ['a member too many', { mx: { answer: NO_DATA, more: 1 } }],
    ['a record that is no text', { ownership: ownership([answered(7 as unknown as string)]) }],
    ['a result that there is not', { spf: spf('v=spf1 a', ['perhaps' as 'pass']) }],
    ['no moment', { observedAt: 'today' }],
    ['a list that is none', { mx: { answer: { status: 'answered', records: 'all', ttl: 1 } } }],
  ])('is refused for %s, though its digest is right', async (_, parts) => {
    using folder = temporaryFolder();
    await recordObservations(folder.path, ACME, [{ ...observed('shown.example'), ...parts } as DomainObservation], NOW);
    await expect(
      recordedObservations(folder.path).observe(ACME, question('shown.example'), NEVER),
    ).rejects.toMatchObject({ code: 'RECORDING_DAMAGED', message: expect.stringContaining(`${FILE}:2: `) });
  });

  it('that cannot be read or written is a problem with a hint', async () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, 'file'), '');
    await expect(recordObservations(join(folder.path, 'file'), ACME, SEEN, NOW)).rejects.toMatchObject({
      code: 'RECORDING_NOT_SAVED',
    });
    await expect(
      recordedObservations(join(folder.path, 'file')).observe(ACME, question('shown.example'), NEVER),
    ).rejects.toMatchObject({ code: 'RECORDING_UNREADABLE' });
  });
});
