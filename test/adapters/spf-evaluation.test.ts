/**
 * SPF as receivers evaluate it, and the records that are proposed: each is put into a real zone and evaluated again. What a record looks
 * like is nowhere of interest, only whom it lets send.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SpfObservation } from '../../src/domain/observations.ts';
import { type Nsd, startNsd } from '../support/dns/nsd.ts';
import { type Observing, observing, recordsIn } from '../support/dns/observing.ts';
import { freePort } from '../support/port.ts';

const HOST = '127.0.0.2';
const INCLUDE = 'spf.gateway.example';
const GATEWAY = ['203.0.113.0', '203.0.113.128', '2001:db8:25::1'];
const OWN_SERVER = '192.0.2.25';

let nsd: Nsd;
let observe: Observing;

beforeAll(async () => {
  const port = await freePort(HOST);
  nsd = await startNsd({
    address: HOST,
    port,
    zones: {
      'acme.example': zone(),
      'gateway.example': zone('spf TXT "v=spf1 ip4:203.0.113.0/24 ip6:2001:db8:25::/48 -all"'),
      'elsewhere.example': zone(
        '_spf TXT "v=spf1 ip4:198.51.100.0/24 -all"',
        'open TXT "v=spf1 ip4:0.0.0.0/0 -all"',
        // Of both families: a host without IPv6 is a void lookup to a sender that uses it.
        ...Array.from({ length: 12 }, (_, index) => `a${index} A 198.51.100.${index}`),
        ...Array.from({ length: 12 }, (_, index) => `a${index} AAAA 2001:db8:51::${index}`),
      ),
      'circle.example': zone('@ TXT "v=spf1 include:circle.example -all"'),
      'broken.example': null,
    },
  });
  observe = observing([`${HOST}:${port}`], { timeoutMs: 2000 });
});
afterAll(() => nsd[Symbol.asyncDispose]());

/** The records of a zone with a mail server of its own. */
function zone(...records: readonly string[]): string {
  const own = ['$TTL 300', '@ IN SOA ns1 hostmaster 1 3600 600 86400 60', '@ NS ns1', `ns1 A ${HOST}`];
  return `${[...own, '@ MX 10 mx', `mx A ${OWN_SERVER}`, ...records].join('\n')}\n`;
}

/** What is seen of acme.example once it has these SPF records. */
async function withRecords(...records: readonly string[]): Promise<SpfObservation> {
  await nsd.replace('acme.example', zone(...records.map((record) => `@ TXT ${quoted(record)}`)));
  return look(GATEWAY);
}

async function look(addresses: readonly string[]): Promise<SpfObservation> {
  const { spf } = await observe('acme.example', { spf: { addresses, include: INCLUDE } });
  if (spf === null) throw new Error('It was asked for.');
  return spf;
}

/** As strings of no more than 200 characters, which is not where words end. */
function quoted(text: string): string {
  return (text.match(/.{1,200}/g) ?? []).map((part) => `"${part}"`).join(' ');
}

const resultsOf = ({ results }: SpfObservation) => [...new Set(results.map(({ result }) => result))];

describe('an SPF record', () => {
  it('that includes the gateway lets each of its addresses send', async () => {
    const seen = await withRecords('v=spf1 mx include:spf.gateway.example -all');
    expect(seen.results).toMatchObject(GATEWAY.map((address) => ({ address, result: 'pass' })));
    expect(seen).toMatchObject({
      lookups: 2,
      voidLookups: 0,
      stranger: { result: 'fail', lookups: 2 },
      proposal: null,
    });
  });

  it('is joined from its strings, and may be in capital letters', async () => {
    const seen = await withRecords(`V=SPF1 ${'IP4:198.51.100.1 '.repeat(20)}INCLUDE:SPF.GATEWAY.EXAMPLE -ALL`);
    expect(resultsOf(seen)).toEqual(['pass']);
  });

  it('may let one range of the gateway send and another not', async () => {
    const seen = await withRecords('v=spf1 ip4:203.0.113.0/25 -all');
    expect(seen.results.map(({ result }) => result)).toEqual(['pass', 'fail', 'fail']);
  });

  it('is none where there are other texts only', async () => {
    const seen = await withRecords('v=spf10 -all', 'token=v=spf1', ' v=spf1 -all');
    expect(seen).toMatchObject({ records: { status: 'noData', ttl: 300 }, stranger: { result: 'none' } });
    expect(resultsOf(seen)).toEqual(['none']);
  });

  it('that lets everybody send is told by what it does with a stranger', async () => {
    const plain = await withRecords('v=spf1 +all');
    const hidden = await withRecords('v=spf1 include:open.elsewhere.example -all');
    expect([plain.stranger.result, hidden.stranger.result]).toEqual(['pass', 'pass']);
  });

  it('that does not end with a word about the rest says nothing about a stranger', async () => {
    expect((await withRecords('v=spf1 include:spf.gateway.example')).stranger.result).toBe('neutral');
  });

  it('costs a stranger the lookups that the gateway is spared', async () => {
    const seen = await withRecords('v=spf1 include:spf.gateway.example mx a:a1.elsewhere.example -all');
    expect(seen).toMatchObject({ lookups: 1, stranger: { lookups: 3 } });
  });
});

describe('a record that cannot be evaluated', () => {
  it.each([
    ['there are two', ['v=spf1 mx -all', 'v=spf1 include:spf.gateway.example -all']],
    ['it has an error, even behind the term that matches', ['v=spf1 include:spf.gateway.example ip4:300.1.2.3 -all']],
    ['it needs too many lookups', [`v=spf1 ${manyHosts(11)} include:spf.gateway.example -all`]],
    ['it includes itself', ['v=spf1 include:acme.example -all']],
    ['it includes what includes itself', ['v=spf1 include:circle.example -all']],
    ['it includes what has no record', ['v=spf1 include:a1.elsewhere.example include:spf.gateway.example -all']],
  ])('is a permanent error: %s', async (_, records) => {
    const seen = await withRecords(...records);
    expect(resultsOf(seen)).toEqual(['permerror']);
    expect(seen.results[0]?.comment).toMatch(/permanent error/);
  });

  it('counts lookups that find nothing', async () => {
    const seen = await withRecords('v=spf1 a:n1.acme.example a:n2.acme.example a:n3.acme.example -all');
    expect(seen).toMatchObject({ voidLookups: 3, stranger: { result: 'permerror', voidLookups: 3 } });
  });

  it('is a passing error where something could not be asked, and nothing is proposed then', async () => {
    const seen = await withRecords('v=spf1 include:broken.example -all');
    expect(resultsOf(seen)).toEqual(['temperror']);
    expect(seen.results[0]?.comment).toContain('SERVFAIL');
    expect(seen.proposal).toBeNull();
  });
});

describe('the proposed record', () => {
  it.each<[string, readonly string[], string]>([
    ['there is none', [], 'softfail'],
    ['it lets others send', ['v=spf1 mx -all'], 'fail'],
    ['it is mild', ['v=spf1 mx ~all'], 'softfail'],
    ['it does not end with "all"', ['v=spf1 mx'], 'softfail'],
    ['it is nothing but its version', ['v=spf1'], 'softfail'],
    ['it goes on elsewhere', ['v=spf1 mx redirect=_spf.elsewhere.example'], 'fail'],
    ['it has an explanation', ['v=spf1 mx exp=why.acme.example -all'], 'fail'],
    ['its "all" is in the middle', ['v=spf1 -all include:spf.gateway.example'], 'fail'],
    ['it lets the gateway only perhaps send', ['v=spf1 mx ?include:Spf.Gateway.Example. -all'], 'fail'],
    ['it forbids the gateway to send', ['v=spf1 -include:spf.gateway.example mx -all'], 'fail'],
  ])('lets the gateway send and changes nothing else: %s', async (_, records, stranger) => {
    const before = await withRecords(...records);
    const own = (await look([OWN_SERVER])).results[0]?.result;
    expect(before.proposal).toMatchObject({ result: 'pass' });
    const after = await withRecords(before.proposal?.record ?? '');
    expect(resultsOf(after)).toEqual(['pass']);
    expect(after).toMatchObject({ proposal: null, lookups: before.proposal?.lookups, stranger: { result: stranger } });
    if (own === 'pass') expect((await look([OWN_SERVER])).results).toMatchObject([{ result: 'pass' }]);
  });

  it('says when it would need more lookups than are allowed', async () => {
    const seen = await withRecords(`v=spf1 ${manyHosts(10)} -all`);
    expect(seen).toMatchObject({ lookups: 10, proposal: { result: 'permerror', lookups: 11 } });
    expect(resultsOf(seen)).toEqual(['fail']);
  });

  it('says when it would not help, because the record has an error', async () => {
    expect((await withRecords('v=spf1 ip4:300.1.2.3 -all')).proposal).toMatchObject({ result: 'permerror' });
  });

  it('is none where several records would have to be merged', async () => {
    const seen = await withRecords('v=spf1 mx -all', 'v=spf1 a -all');
    expect(recordsIn(seen.records)).toHaveLength(2);
    expect(seen.proposal).toBeNull();
  });

  it('is none where the gateway is included, and what it includes is wrong', async () => {
    await withRecords('v=spf1 include:spf.gateway.example -all');
    expect(await look(['203.0.113.1', '198.51.100.200'])).toMatchObject({
      results: [{ result: 'pass' }, { result: 'fail' }],
      proposal: null,
    });
  });
});

function manyHosts(count: number): string {
  return Array.from({ length: count }, (_, index) => `a:a${index}.elsewhere.example`).join(' ');
}
