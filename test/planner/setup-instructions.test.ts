/** The commands and settings that a set-up hands out: right for those who take them, and safe to paste. */
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import { splitIpv4 } from '../../src/planner/setup/networks.ts';
import { literal } from '../../src/planner/setup/powershell.ts';
import { service } from '../support/observations.ts';
import { ACME, APPLIED, stepOf, todo } from './setup-inputs.ts';

const RANGES = ['203.0.113.0/24', '198.51.100.0/25', '192.0.2.7/32'];

function at(address: string, region: Parameters<typeof service>[0] = {}, displayName = 'Gateway') {
  const [site] = ACME.sites;
  if (site === undefined) throw new Error('no site');
  const servers = [{ address, port: 25, priority: 10 }];
  return { ...ACME, sites: [{ ...site, servers }], service: { ...service(region), displayName } };
}

const WITHOUT_RELAYS = { ...APPLIED, relays: [] };
const MICROSOFT = 'acme-example.mail.protection.outlook.com';

describe('networks', () => {
  it('are split into parts that cover them, and nothing else', () => {
    const prefixes = fc.integer({ min: 14, max: 32 });
    fc.assert(
      fc.property(fc.ipV4(), prefixes, (address, prefix) => {
        const network = `${ipaddr.IPv4.networkAddressFromCIDR(`${address}/${prefix}`)}/${prefix}`;
        const parts = splitIpv4(network, 24) ?? [];
        expect(parts).toHaveLength(2 ** Math.max(0, 24 - prefix));
        expect(new Set(parts).size).toBe(parts.length);
        const [first, bits] = ipaddr.IPv4.parseCIDR(network);
        for (const part of parts) {
          const [own, size] = ipaddr.IPv4.parseCIDR(part);
          expect(own.match(first, bits)).toBe(true);
          expect(size).toBe(Math.max(24, prefix));
        }
      }),
    );
  });

  it('are not split where nobody would type the parts in', () => {
    expect(splitIpv4('10.0.0.0/8', 24)).toBeNull();
  });
});

describe('Microsoft 365', () => {
  it('takes mail from the service alone, in networks of the size that the cmdlet takes', () => {
    const ranges = ['192.0.2.0/23', ...RANGES];
    const { lines, text } = todo(stepOf('otherSources', { customer: at(MICROSOFT, { ranges }) }), 'commands');
    expect(lines).toEqual([
      'New-InboundConnector `',
      "  -Name 'Gateway inbound' `",
      '  -ConnectorType Partner `',
      "  -SenderDomains '*' `",
      '  -RestrictDomainsToIPAddresses $true `',
      "  -SenderIPAddresses '192.0.2.0/24', '192.0.3.0/24', '203.0.113.0/24', '198.51.100.0/25', '192.0.2.7/32' `",
      '  -RequireTls $true',
    ]);
    expect(text).toContain('5 networks, wider networks split into /24');
  });

  it('is given no IPv6, and that is said', () => {
    const ranges = [...RANGES, '2001:db8:25::/48'];
    const { todo: all } = stepOf('otherSources', { customer: at(MICROSOFT, { ranges }) });
    const commands = all.flatMap((one) => (one.kind === 'commands' ? one.lines : []));
    expect(commands.join('\n')).not.toContain(':db8:');
    expect(all.map((one) => one.text).join('\n')).toContain('takes no IPv6: 2001:db8:25::/48 is left out');
  });

  it('says which network is too wide', () => {
    const { todo: all } = stepOf('otherSources', { customer: at(MICROSOFT, { ranges: ['10.0.0.0/8'] }) });
    expect(all.flatMap((one) => (one.kind === 'commands' ? one.lines : []))).toEqual([]);
    expect(all.map((one) => one.text).join('\n')).toContain('10.0.0.0/8 is too wide');
  });

  it('sends outbound mail to the smart host', () => {
    const commands = stepOf('outbound', { customer: { ...at(MICROSOFT), relays: [] }, roster: WITHOUT_RELAYS }).todo;
    expect(commands[0]).toMatchObject({
      kind: 'commands',
      lines: [
        'New-OutboundConnector `',
        "  -Name 'Gateway outbound' `",
        '  -ConnectorType Partner `',
        "  -RecipientDomains '*' `",
        '  -UseMXRecord $false `',
        "  -SmartHosts 'smtp.gw.example' `",
        '  -TlsSettings EncryptionOnly',
      ],
    });
  });

  it('gets names of 64 characters at most', () => {
    const { lines } = todo(stepOf('otherSources', { customer: at(MICROSOFT, {}, 'x'.repeat(300)) }), 'commands');
    expect(lines[1]).toBe(`  -Name '${'x'.repeat(64 - ' inbound'.length)} inbound' \``);
  });
});

describe('Google Workspace', () => {
  it('is told the networks of both kinds, and the gateway', () => {
    const customer = at('aspmx.l.google.com', { ranges: [...RANGES, '2001:db8:25::/48'] });
    const inbound = todo(stepOf('otherSources', { customer }), 'settings');
    expect(inbound.path.at(-1)).toBe('Inbound gateway');
    expect(inbound.settings[0]).toEqual({ name: 'Gateway IPs', value: [...RANGES, '2001:db8:25::/48'] });
    const [outbound] = stepOf('outbound', { customer: { ...customer, relays: [] }, roster: WITHOUT_RELAYS }).todo;
    expect(outbound).toMatchObject({
      kind: 'settings',
      settings: [{ name: 'Outbound gateway', value: 'smtp.gw.example' }],
    });
  });
});

describe("servers of the customer's own", () => {
  it('let the networks of the service in, and nobody else', () => {
    const ranges = ['2001:db8:25::/48', ...RANGES];
    const networks = { networks: [...RANGES, '2001:db8:25::/48'], port: 25 };
    const customer = at('mail.acme.example', { ranges });
    expect(todo(stepOf('firewall', { customer }), 'networks')).toMatchObject(networks);
    expect(todo(stepOf('otherSources', { customer }), 'networks')).toMatchObject(networks);
  });

  it('send to the smart host at its port', () => {
    expect(todo(stepOf('outbound'), 'settings').settings).toEqual([
      { name: 'Smart host', value: 'smtp.gw.example' },
      { name: 'Port', value: '25' },
    ]);
  });

  it('need no smart host where none of them sends through the service', () => {
    expect(stepOf('outbound', { customer: { ...ACME, relays: [] } }).status).toBe('notNeeded');
  });
});

it('without a site, all ways to keep others out are shown', () => {
  const { todo: all } = stepOf('otherSources', { customer: { ...ACME, sites: [] } });
  expect(all.map(({ kind }) => kind)).toEqual(['note', 'networks', 'commands', 'settings', 'note']);
});

describe('a literal of PowerShell', () => {
  const HOSTILE = [
    "O'Brien",
    '’; Remove-Mailbox ann #',
    "a'; $(calc) ; '",
    '`"$env:PATH`"',
    "x'\r\nRemove-Item C:\\",
    '‘’‚‛',
  ];

  it.each(HOSTILE)('holds %j and nothing runs', (name) => {
    const { lines } = todo(stepOf('otherSources', { customer: at(MICROSOFT, {}, name) }), 'commands');
    const [, line = ''] = lines;
    expect(lines.every((one) => !/[\r\n]/.test(one))).toBe(true);
    expect(unquoted(line.slice('  -Name '.length, -' `'.length))).toBe(`${name.replace('\r\n', ' ')} inbound`);
  });

  it('is one literal, whatever the text', () => {
    const anything = fc.string({
      unit: fc.oneof(fc.constantFrom(...'\'‘’‚‛"`$\n\u202e'), fc.string({ unit: 'binary', maxLength: 1 })),
    });
    fc.assert(
      fc.property(anything, (text) => {
        expect(unquoted(literal(text))).not.toBeNull();
      }),
    );
  });
});

/** What PowerShell reads: null unless the whole text is one literal in single quotes. Any of five characters is such a quote. */
function unquoted(text: string): string | null {
  const isQuote = (at: number) => /^['‘’‚‛]$/.test(text[at] ?? '');
  if (!isQuote(0)) return null;
  let value = '';
  for (let at = 1; at < text.length; at += 1) {
    if (isQuote(at)) {
      if (!isQuote(at + 1)) return at === text.length - 1 ? value : null;
      at += 1;
    }
    value += text[at];
  }
  return null;
}
