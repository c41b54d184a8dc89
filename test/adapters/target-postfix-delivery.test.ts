/** Where a real Postfix sends the mail that it takes, and whose mail it sends out. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { roster, storedGroup, user } from '../support/builders.ts';
import { convergeWith } from '../support/converge-target.ts';
import { NOWHERE } from '../support/port.ts';
import { askRcpt } from '../support/postfix/ask-rcpt.ts';
import { startGateway, tablesFolder } from '../support/postfix/gateway.ts';
import { startMailSink } from '../support/postfix/mail-sink.ts';
import { verifiedDomain } from '../support/roster-builders.ts';

const DELIVERING = { defer_transports: '', inet_protocols: 'all' };

describe.each(['lmdb', 'sqlite'] as const)('mail in, %s', (maps) => {
  test('goes to the first server that answers, in the order of their priority, and a list to its members', async () => {
    await using folder = await tablesFolder(maps);
    await using gateway = await startGateway(folder.dir, maps, DELIVERING);
    await using first = await startMailSink('::1');
    await using second = await startMailSink('127.0.0.1');
    const people = ['ann@acme.example', 'ben@acme.example', 'gone@acme.example'];
    const [ann, ben, gone] = people.map((address) => user(address));
    const wanted = roster(
      [
        ann,
        ben,
        { ...gone, status: 'deactivated' as const },
        storedGroup('all@acme.example', people, { aliases: ['everybody@acme.example'] }),
        storedGroup('empty@acme.example', ['gone@acme.example']),
      ].filter((entry) => entry !== undefined) as Parameters<typeof roster>[0],
      {
        domains: [verifiedDomain('acme.example', { site: 'home' })],
        sites: [
          {
            name: 'home',
            default: true,
            servers: [
              { address: '127.0.0.1', port: second.port, priority: 30 },
              { address: '127.0.0.1', port: NOWHERE, priority: 10 },
              { address: '::1', port: first.port, priority: 20 },
            ],
          },
        ],
      },
    );
    const { check, reload, postmap } = gateway;
    const target = folder.open({ check, reload, postmap, expandGroups: true });
    expect(await convergeWith(target, wanted)).toMatchObject({ failures: [] });
    const send = (recipient: string) => askRcpt(gateway.postfix.port, [recipient], { message: recipient });
    const taken = [expect.stringMatching(/^250 /), expect.stringMatching(/^250 /)];
    await expect.poll(() => send('ann@acme.example'), { timeout: 45_000 }).toEqual(taken);
    await expect.poll(() => first.recipients, { timeout: 45_000 }).toEqual(['ann@acme.example']);
    expect(await send('everybody@acme.example')).toEqual(taken);
    await expect
      .poll(() => first.recipients.slice(1).toSorted(), { timeout: 45_000 })
      .toEqual(['ann@acme.example', 'ben@acme.example']);
    expect(await send('empty@acme.example')).toEqual(taken);
    await expect.poll(() => first.recipients.slice(3), { timeout: 45_000 }).toEqual(['empty@acme.example']);
    expect(second.recipients).toEqual([]);
  });
});

describe.each(['texthash', 'lmdb', 'sqlite'] as const)('mail out, %s', (maps) => {
  test("leaves for the customers' own servers, and with senders of verified domains", async () => {
    await using folder = await tablesFolder(maps);
    const relays = `cidr:${join(folder.dir, 'relays')}`;
    const senders = `${maps}:${join(folder.dir, maps === 'sqlite' ? 'senders.cf' : 'senders')}`;
    await using gateway = await startGateway(folder.dir, maps, {
      smtpd_relay_restrictions: `check_client_access ${relays}, reject`,
      smtpd_sender_restrictions: `check_sender_access inline:{{<> = OK}}, check_sender_access ${senders}, reject`,
    });
    const { check, reload, postmap } = gateway;
    const wanted = roster([], {
      domains: [verifiedDomain('acme.example'), verifiedDomain('new.example', { status: 'pending', verifiedAt: null })],
      relays: [{ name: 'out', addresses: ['127.0.0.2/32', '2001:db8::/32'] }],
    });
    expect(await convergeWith(folder.open({ check, reload, postmap }), wanted)).toMatchObject({ failures: [] });
    const answer = async (from: string, sender: string) => {
      const [said = ''] = await askRcpt(gateway.postfix.port, ['someone@elsewhere.test'], { from, sender });
      return said.slice(0, 9);
    };
    await expect.poll(() => answer('127.0.0.2', 'ann@acme.example'), { timeout: 45_000 }).toBe('250 2.1.5');
    expect(await answer('127.0.0.2', '')).toBe('250 2.1.5');
    expect(await answer('127.0.0.2', 'ann@new.example')).toBe('554 5.7.1');
    expect(await answer('127.0.0.2', 'ann@sub.acme.example')).toBe('554 5.7.1');
    expect(await answer('127.0.0.2', 'ann@elsewhere.test')).toBe('554 5.7.1');
    expect(await answer('127.0.0.3', 'ann@acme.example')).toBe('554 5.7.1');
  });
});
