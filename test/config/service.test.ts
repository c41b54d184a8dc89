import { describe, expect, it } from 'vitest';
import { checkCustomers } from '../../src/config/checks.ts';
import { parseNetwork } from '../../src/config/networks.ts';
import { type Inherited, normalizeCustomer, normalizeWorkspace } from '../../src/config/normalize.ts';
import { normalizeProfile, profileWith } from '../../src/config/normalize-service.ts';
import { parseCustomer, parseProfile, parseWorkspace } from '../../src/config/parse.ts';
import type { CustomerConfig } from '../../src/domain/config.ts';
import { DEFAULT_UPLOAD, missingFact, type ServiceProfile } from '../../src/domain/service.ts';
import { CUSTOMER, INHERITED, said } from './said.ts';

const WORKSPACE = 'apiVersion: rollcall/v1\nkind: Workspace\n';
/** Four lines: what a test says of regions begins in line 5. */
const PROFILE = 'apiVersion: rollcall/v1\nkind: ServiceProfile\nname: gw\nregions:\n';
const TWO_REGIONS = `${PROFILE}  uk: {ranges: [192.0.2.0/24], spfInclude: _spf.gw.example}\n  us: {mx: [MX1.gw.example.]}\n`;

function profile(text: string): { readonly value: ServiceProfile | null; readonly found: readonly string[] } {
  const parsed = parseProfile(text, 'gw.yaml');
  const { value, findings } = normalizeProfile(parsed);
  return { value, found: said([...parsed.findings, ...findings]) };
}

function profileOf(text: string): ServiceProfile {
  const { value, found } = profile(text);
  expect(found).toEqual([]);
  if (value === null) throw new Error('no profile');
  return value;
}

function workspace(text: string) {
  const parsed = parseWorkspace(`${WORKSPACE}${text}`, 'rollcall.yaml');
  const normalized = normalizeWorkspace(parsed, (path) => path);
  return { ...normalized, found: said([...parsed.findings, ...normalized.findings]) };
}

function customer(text: string, service: ServiceProfile | null, inherited: Inherited = INHERITED) {
  const parsed = parseCustomer(text, 'c');
  const { value, findings } = normalizeCustomer(parsed, [], { ...inherited, service }, (path) => path);
  const customers = value === null ? [] : [{ customer: value, incomplete: parsed.incomplete }];
  return {
    customer: value as CustomerConfig,
    found: said([...parsed.findings, ...findings, ...checkCustomers(customers)]),
  };
}

describe('a service profile', () => {
  it('has its regions with what is known of them, in canonical form', () => {
    expect(profileOf(TWO_REGIONS)).toEqual({
      name: 'gw',
      displayName: 'gw',
      ownership: { label: '_rollcall', value: 'rollcall-verification={token}' },
      ports: { delivery: 25, smartHost: 25 },
      upload: DEFAULT_UPLOAD,
      regions: [
        {
          name: 'uk',
          displayName: 'uk',
          ranges: ['192.0.2.0/24'],
          mx: [],
          smartHost: null,
          spfInclude: '_spf.gw.example',
        },
        { name: 'us', displayName: 'us', ranges: [], mx: ['mx1.gw.example'], smartHost: null, spfInclude: null },
      ],
    });
  });

  it('says where each mistake in it is', () => {
    const text = `${PROFILE}  uk: {ranges: [192.0.2.1/24, 192.0.2.0/33, mail.example], mx: [10 mx1.example], spfInclude: "include:spf.example"}\n`;
    expect(profile(text).found).toEqual([
      '5:17 CONFIG_VALUE "192.0.2.1/24" is inside of a network, and not one: that is 192.0.2.0/24.',
      '5:31 CONFIG_VALUE "192.0.2.0/33" is not a network: the number after "/" goes from 0 to 32.',
      '5:45 CONFIG_VALUE "mail.example" is neither an IP address nor a network as CIDR.',
      '5:65 CONFIG_VALUE "10 mx1.example" is not a host name.',
      '5:94 CONFIG_VALUE "include:spf.example" is not a domain name. Give the name alone, without "include:".',
    ]);
  });

  it.each([
    [
      '  uk: {rangs: [192.0.2.0/24]}',
      ['5:8 CONFIG_UNKNOWN_KEY There is no "rangs" under "regions.uk". Did you mean "ranges"?'],
    ],
    ['  uk: [192.0.2.0/24]', ['5:7 CONFIG_TYPE "regions.uk" must be a block of keys, but it is a list.']],
    [
      '  uk: {ranges: 192.0.2.0/24}',
      ['5:16 CONFIG_TYPE "regions.uk.ranges" must be a list, but it is text. Put it in [ ] to make it a list of one.'],
    ],
    ['  {}', ['5:3 CONFIG_VALUE "regions" must be a block with a key for each region.']],
    [
      '  uk: {}\nownership: {label: "a b", value: x}',
      [
        '6:20 CONFIG_VALUE "ownership.label" must be a label such as _rollcall, or an empty text for the domain itself.',
        '6:34 CONFIG_VALUE "ownership.value" must be a text of ASCII characters with {token} in it.',
      ],
    ],
  ])('is held against its schema: %s', (text, found) => {
    expect(profile(`${PROFILE}${text}\n`).found).toEqual(found);
  });
});

describe('networks', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7/32'],
    ['2001:DB8:0:0::/32', '2001:db8::/32'],
    ['2a01:77c0:0006::/47', '2a01:77c0:6::/47'],
    ['2001:db8::1', '2001:db8::1/128'],
  ])('%s is %s', (text, network) => {
    expect(parseNetwork(text)).toEqual({ ok: true, network });
  });

  it.each(['10/8', '010.0.0.1', '0x7f.1', 'fe80::1%eth0', '1.2.3.4/24/24', '1.2.3.4/', '::/129', '', '/8'])(
    '%s is refused',
    (text) => {
      expect(parseNetwork(text).ok).toBe(false);
    },
  );
});

describe('the service of a workspace', () => {
  const inherit = (text: string) => {
    const { service, found } = workspace(text);
    expect(found).toEqual([]);
    if (service === null) throw new Error('no service');
    const { value, findings } = profileWith(profileOf(TWO_REGIONS), service);
    return { value, found: said(findings) };
  };

  it('gives what the profile does not say, and says otherwise where it must', () => {
    const { value, found } = inherit(
      'service: {profile: gw, regions: {uk: {mx: [mx.uk.example], ranges: [198.51.100.0/24]}}}\n',
    );
    expect(found).toEqual([]);
    expect(value.regions[0]).toMatchObject({
      name: 'uk',
      mx: ['mx.uk.example'],
      ranges: ['198.51.100.0/24'],
      spfInclude: '_spf.gw.example',
    });
    expect(value.regions[1]).toMatchObject({ name: 'us', mx: ['mx1.gw.example'] });
  });

  it('says what upload files are like, key by key', () => {
    const { value, found } = inherit(
      'service:\n  profile: gw\n  upload: {columns: [{name: Mail, value: address}, {name: Plan, text: basic}], delimiter: tab, separator: space, lineEnd: crlf}\n',
    );
    expect(found).toEqual([]);
    expect(value.upload).toEqual({
      ...DEFAULT_UPLOAD,
      columns: [
        { name: 'Mail', value: 'address' },
        { name: 'Plan', text: 'basic' },
      ],
      delimiter: '\t',
      separator: ' ',
      lineEnd: '\r\n',
    });
  });

  it('gives upload files no columns that make no sense beside each other', () => {
    const of = (upload: string) => inherit(`service:\n  profile: gw\n  upload: {${upload}}\n`).found;
    expect(of('columns: [{name: Name, value: displayName}, {name: Name, value: surname}]')).toEqual([
      '5:11 CONFIG_VALUE The upload has two columns "Name".',
      '5:11 CONFIG_VALUE The upload needs a column with the address: {name: Email, value: address}',
    ]);
    expect(of('groups: true')).toEqual([
      '5:11 CONFIG_VALUE An upload with groups needs a column that tells them from users: {name: Type, value: type}',
    ]);
    expect(of('columns: [{name: action, value: address}]')).toEqual([
      '5:11 CONFIG_VALUE A column of the upload cannot be named "action": the files of what has changed have it already.',
    ]);
    const column = (text: string) => workspace(`service: {profile: gw, upload: {columns: [${text}]}}\n`).found;
    expect(column('{name: Mail}')).toEqual([
      expect.stringContaining('a block with a name, and either a value or a text'),
    ]);
    expect(column('{name: Mail, value: address, text: x}')).toEqual([
      expect.stringContaining('a block with a name, and either a value or a text'),
    ]);
    expect(column('{name: "a\\nb", value: address}')).toEqual([expect.stringContaining('a text in one line')]);
  });

  it('changes no region that there is not', () => {
    expect(inherit('service:\n  profile: gw\n  regions:\n    ukk: {mx: [mx.uk.example]}\n').found).toEqual([
      '6:5 CONFIG_REGION The profile gw has no region "ukk". It has: uk, us. Did you mean "uk"? Further regions need a profile of your own.',
    ]);
  });

  it('is checked where it stands', () => {
    expect(workspace('service: {profile: gw, regions: {uk: {mx: [no host]}}}\n').found).toEqual([
      '3:44 CONFIG_VALUE "no host" is not a host name.',
    ]);
    expect(workspace('service: {regions: {}}\n').found).toEqual(['3:1 CONFIG_MISSING "service" needs "profile".']);
    expect(workspace('service: 7\n').found).toEqual([
      '3:10 CONFIG_TYPE "service" must be the name of a profile, the path to one, or a block, but it is a whole number.',
    ]);
  });
});

describe('how the DNS is asked', () => {
  it('is by these resolvers', () => {
    const { workspace: settings, found } = workspace(
      'dns: {resolvers: ["127.0.0.1:5353", "192.0.2.53", "2001:DB8::53", "[::1]:54"], authoritative: false, timeout: 5s}\n',
    );
    expect(found).toEqual([]);
    expect(settings.dns).toEqual({
      resolvers: [
        { address: '127.0.0.1', port: 5353 },
        { address: '192.0.2.53', port: 53 },
        { address: '2001:db8::53', port: 53 },
        { address: '::1', port: 54 },
      ],
      authoritative: false,
      timeoutMs: 5000,
    });
  });

  it.each(['dns.example', '192.0.2.53:0', '192.0.2.53:70000', '192.0.2.53:', '[192.0.2'])(
    '%s is no resolver',
    (text) => {
      expect(workspace(`dns: {resolvers: ["${text}"]}\n`).found).toEqual([
        `3:19 CONFIG_VALUE "${text}" is not the address of a resolver: an IP address such as 192.0.2.53, with a port as 192.0.2.53:5353 or [2001:db8::53]:5353.`,
      ]);
    },
  );
});

describe('the region of a customer', () => {
  const two = profileOf(TWO_REGIONS);

  it('is one of the profile', () => {
    expect(customer(`${CUSTOMER}region: uk\n`, two).customer.service).toMatchObject({
      profile: 'gw',
      region: { name: 'uk', ranges: ['192.0.2.0/24'] },
    });
    expect(customer(`${CUSTOMER}region: ukk\n`, two).found).toEqual([
      '5:9 CONFIG_REGION The profile gw has no region "ukk". It has: uk, us. Did you mean "uk"?',
    ]);
  });

  it('is the only one where there is but one, and none where there are several', () => {
    const one = { ...two, regions: two.regions.slice(0, 1) };
    expect(customer(CUSTOMER, one).customer).toMatchObject({ region: 'uk', service: { region: { name: 'uk' } } });
    expect(customer(CUSTOMER, two).customer).toMatchObject({ region: null, service: { region: null } });
  });

  it('cannot be checked without a service', () => {
    expect(customer(`${CUSTOMER}region: uk\n`, null)).toMatchObject({ customer: { region: 'uk' }, found: [] });
  });
});

describe('gates', () => {
  const two = profileOf(TWO_REGIONS);
  const blocking: Inherited = { ...INHERITED, gates: workspace('gates: {mx: block}\n').gates };

  it('are those of the workspace, unless the customer says otherwise', () => {
    expect(customer(CUSTOMER, two).customer.gates).toEqual({ mx: 'warn', spf: 'warn', ownership: 'block' });
    expect(customer(`${CUSTOMER}region: us\n`, two, blocking).customer.gates.mx).toBe('block');
    expect(customer(`${CUSTOMER}gates: {mx: warn, spf: block}\n`, two, blocking).customer.gates).toEqual({
      mx: 'warn',
      spf: 'block',
      ownership: 'block',
    });
  });

  it('that block must know what they wait for', () => {
    expect(customer(`${CUSTOMER}region: us\n`, two, blocking).found).toEqual([]);
    expect(customer(`${CUSTOMER}region: uk\n`, two, blocking).found).toEqual([
      "3:1 CONFIG_SERVICE A gate cannot be asked. The profile gw does not say the MX hosts of region uk: they are shown in the vendor's portal. Give them under service.regions.uk.mx.",
    ]);
    expect(customer(CUSTOMER, two, blocking).found).toEqual([
      '3:1 CONFIG_SERVICE A gate cannot be asked. Which MX hosts count depends on the region, and the customer has none. Give it one under region.',
    ]);
    expect(customer(CUSTOMER, null, blocking).found).toEqual([
      '3:1 CONFIG_SERVICE A gate cannot be asked. There is no profile of the service to take the MX hosts from. Name one under service.',
    ]);
  });

  it('that only warn do without', () => {
    const { found, customer: acme } = customer(`${CUSTOMER}region: uk\n`, two);
    expect(found).toEqual([]);
    expect(missingFact(acme.service, 'smartHost')).toBe(
      "The profile gw does not say the smart host of region uk: it is shown in the vendor's portal. Give it under service.regions.uk.smartHost.",
    );
    expect(missingFact(acme.service, 'ranges')).toBeNull();
  });

  it('of ownership cannot be opened', () => {
    expect(customer(`${CUSTOMER}gates: {ownership: warn}\n`, two).found).toEqual([
      '5:20 CONFIG_VALUE "gates.ownership" must be block, but it is "warn".',
    ]);
  });
});

describe('relays', () => {
  it('are addresses and networks, each name once', () => {
    const text = `${CUSTOMER}outbound:\n  relays:\n    - {name: a, addresses: [192.0.2.25, "2001:db8::/64"]}\n    - {name: b, addresses: [mail.example]}\n    - {name: a, addresses: [192.0.2.1]}\n`;
    const { customer: acme, found } = customer(text, null);
    expect(acme.relays[0]).toMatchObject({ name: 'a', addresses: ['192.0.2.25/32', '2001:db8::/64'] });
    expect(found).toEqual([
      '8:29 CONFIG_VALUE "mail.example" is neither an IP address nor a network as CIDR.',
      '9:14 CONFIG_RELAY The relay "a" is defined already: c:7.',
    ]);
  });
});

describe('a takeover', () => {
  const taking = 'domains: [{name: acme.example, takeover: true}]';

  it('lets two customers list the domain until it is done, if one of them alone takes it over', () => {
    const claims = (...texts: readonly string[]) =>
      said(
        checkCustomers(
          texts.map((text, index) => {
            const named = text.replace('name: acme\n', `name: c${index}\n`);
            return { customer: customer(named, null).customer, incomplete: new Set<string>() };
          }),
        ),
      );
    const taker = CUSTOMER.replace(/domains.*/, taking);
    expect(claims(CUSTOMER, taker)).toEqual([]);
    expect(claims(taker, CUSTOMER)).toEqual([]);
    expect(claims(taker, taker)).toHaveLength(1);
    expect(claims(CUSTOMER, CUSTOMER)).toHaveLength(1);
  });

  it('needs a proof', () => {
    const text = CUSTOMER.replace(/domains.*/, taking.replace('true', 'true, verification: none'));
    expect(customer(text, null).found).toEqual([
      '4:18 CONFIG_TAKEOVER The domain "acme.example" cannot be taken over with verification: none. Take that out, so that its own TXT record shows whose it is (DOM-3).',
    ]);
  });
});
