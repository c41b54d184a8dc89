/** Many domains at once, through one observer: as `rollcall check dns` asks. */
import pLimit from 'p-limit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DnsNetwork, startDnsNetwork, zoneText } from '../support/dns/network.ts';
import { observing, recordsIn } from '../support/dns/observing.ts';

const DOMAINS = Array.from({ length: 1000 }, (_, index) => `d${index}.example`);

let network: DnsNetwork;

beforeAll(async () => {
  const zones = DOMAINS.map((domain, index) => [
    domain,
    zoneText(
      `_rollcall TXT "rollcall=${index}"`,
      '@ MX 10 mx.gateway.example.',
      '@ TXT "v=spf1 mx include:spf.gateway.example -all"',
    ),
  ]);
  const gateway = zoneText('mx A 203.0.113.10', 'spf TXT "v=spf1 ip4:203.0.113.0/24 -all"');
  network = await startDnsNetwork(
    { ...Object.fromEntries(zones), 'gateway.example': gateway },
    Object.fromEntries(zones),
  );
});
afterAll(() => network[Symbol.asyncDispose]());

it('sees 1,000 domains, each as it is, and warns of nothing', async () => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => warnings.push(warning);
  process.on('warning', onWarning);
  const observe = observing([network.resolver], {
    authoritative: true,
    authoritativePort: network.port,
    timeoutMs: 5000,
  });
  const atOnce = pLimit(50);
  const { signal } = new AbortController();
  const spf = { addresses: ['203.0.113.0', '203.0.113.127', '203.0.113.255'], include: 'spf.gateway.example' };
  const seen = await atOnce.map(DOMAINS, async (domain) => {
    const {
      ownership,
      mx,
      spf: policy,
    } = await observe(domain, { ownershipName: `_rollcall.${domain}`, mx: true, spf }, signal);
    return {
      tokens: [ownership?.resolver, ...(ownership?.nameServers ?? [])].map((server) => recordsIn(server?.answer)),
      mx: recordsIn(mx?.answer).map(({ addresses }) => recordsIn(addresses)),
      spf: policy?.results.map(({ result }) => result),
    };
  });
  process.off('warning', onWarning);
  expect(seen).toEqual(
    DOMAINS.map((_, index) => ({
      tokens: Array.from({ length: 3 }, () => [`rollcall=${index}`]),
      mx: [['203.0.113.10']],
      spf: ['pass', 'pass', 'pass'],
    })),
  );
  expect(warnings).toEqual([]);
});
