/** Who is read from logs and lists, and who is left out. */
import { describe, expect, test } from 'vitest';
import { candidateScope, readCandidates } from '../../src/app/candidates.ts';
import type { AddressKey } from '../../src/domain/address.ts';
import type { CustomerConfig } from '../../src/domain/config.ts';
import { logRecipients } from '../../src/domain/log-recipients.ts';
import type { Roster } from '../../src/domain/roster.ts';
import {
  addition,
  configured,
  customer,
  directory,
  domain,
  exception,
  roster,
  storedGroup,
  user,
  verified,
} from '../support/builders.ts';

const signal = new AbortController().signal;
const NONE = { roster: 0, configuration: 0, exceptions: 0, file: 0, pendingDomains: 0, otherDomains: 0, invalid: 0 };

async function* linesOf(lines: readonly string[]) {
  yield* lines;
}

interface Setting {
  readonly config?: Partial<CustomerConfig>;
  readonly stored?: Roster;
  readonly inFile?: readonly string[];
  readonly form?: 'log' | 'addresses';
}

function read(
  lines: readonly string[],
  { config = {}, stored = roster([]), inFile = [], form = 'addresses' }: Setting = {},
) {
  const scope = candidateScope(customer(config), stored, new Set(inFile as readonly AddressKey[]));
  return readCandidates(linesOf(lines), form, scope, signal);
}

const SMTPD = 'Nov 20 08:00:03 mx postfix/smtpd[99]: NOQUEUE: reject: RCPT from unknown[198.51.100.7]:';

describe('the recipients in a line of a log', () => {
  test.each<[string, string, readonly string[]]>([
    ['a delivery', 'mx postfix/smtp[1]: 4A: to=<ann@acme.example>, relay=none, status=sent', ['ann@acme.example']],
    [
      'a delivery after an alias',
      'mx postfix/lmtp[1]: 4A: to=<ann@acme.example>, orig_to=<sales@acme.example>, relay=x',
      ['ann@acme.example', 'sales@acme.example'],
    ],
    [
      'a refusal',
      `${SMTPD} 550 5.1.1 <ann@acme.example>: Recipient address rejected: User unknown; from=<x@y.test> to=<ann@acme.example> proto=ESMTP helo=<h>`,
      ['ann@acme.example'],
    ],
    ['a quoted local part', 'mx: to=<"a > b, c"@acme.example>, relay=none', ['"a > b, c"@acme.example']],
    ['an escape in it', String.raw`mx: to=<"a\"> b"@acme.example>, relay=none`, [String.raw`"a\"> b"@acme.example`]],
    ['a line that begins with it', 'to=<a@b.example>', ['a@b.example']],
    ['a sender', 'mx postfix/qmgr[1]: 4A: from=<ann@acme.example>, size=1', []],
    ['another word that ends the same', 'mx: auto=<ann@acme.example> xorig_to=<ann@acme.example>', []],
    ['the null address', `${SMTPD} 554 no; from=<> to=<> proto=SMTP`, []],
    ['an address that does not end', 'mx: to=<ann@acme.example', []],
    ['quotes that do not end', 'mx: to=<"ann@acme.example>, relay=none', []],
    ['a bracket inside', 'mx: to=<<ann@acme.example>>', []],
    ['more than an address can have', `mx: to=<${'a'.repeat(600)}@acme.example>`, []],
    ['no recipient', 'mx postfix/smtpd[1]: connect from unknown[198.51.100.7]', []],
  ])('%s', (_, line, recipients) => {
    expect(logRecipients(line)).toEqual(recipients);
  });

  test('a line made of nothing but beginnings costs next to nothing, and has none', () => {
    expect(logRecipients(' to=<"\\'.repeat(2000))).toEqual([]);
  });
});

describe('candidates', () => {
  test('stand in canonical form, sorted, each once', async () => {
    const { addresses } = await read([
      'bob@acme.example',
      'ANN@Acme.EXAMPLE',
      '  ann@acme.example\t',
      '"ann"@acme.example',
    ]);
    expect(addresses).toEqual(['ann@acme.example', 'bob@acme.example']);
  });

  test('of a list: comments and empty lines are none, and lines that are wrong are named', async () => {
    const lines = ['# people', '', 'ann@acme.example # boss', 'a#b@acme.example', 'Ann Lee', '   # more', 'x@'];
    expect(await read(lines)).toEqual({
      addresses: ['a#b@acme.example', 'ann@acme.example'],
      leftOut: { ...NONE, invalid: 2 },
      invalidLines: [5, 7],
    });
  });

  test.each([
    ['a control character', 'a\u0007b@acme.example'],
    ['a second command', 'a@acme.example>\rDATA'],
    ['broken text', 'a\ufffd@acme.example'],
    ['a mark that turns the line around', '\u202egnp@acme.example'],
    ['a local part that is too long', `${'a'.repeat(65)}@acme.example`],
    ['no domain', 'root'],
    ['a domain literal', 'a@[192.0.2.1]'],
  ])('are not taken with %s', async (_, text) => {
    expect(await read([text])).toEqual({ addresses: [], leftOut: { ...NONE, invalid: 1 }, invalidLines: [1] });
  });

  test('are read from a log with the same care', async () => {
    const lines = [
      'mx: to=<Ann@ACME.example>, orig_to=<root>, relay=none',
      `${SMTPD} 550 no; from=<bob@acme.example> to=<zed@acme.example> proto=ESMTP helo=<to=<eve@acme.example>>`,
      'mx: to=<x@elsewhere.example>, relay=none',
    ];
    expect(await read(lines, { form: 'log' })).toEqual({
      addresses: ['ann@acme.example', 'zed@acme.example'],
      leftOut: { ...NONE, otherDomains: 1, invalid: 1 },
      invalidLines: [1],
    });
  });

  test('are not who is known: each counts once, where it is known from first', async () => {
    const setting: Setting = {
      config: {
        users: [
          configured('scanner@acme.example', { aliases: ['copier@acme.example'] }),
          configured('ann@acme.example'),
        ],
        directory: directory({
          exceptions: [
            exception('user', 'intern@acme.example'),
            exception('alias', 'old@acme.example'),
            exception('group', 'no-address'),
          ],
          additions: [addition('newhire@acme.example')],
        }),
      },
      stored: roster([
        user('Ann@acme.example', { aliases: ['a.lee@acme.example'], status: 'deactivated' }),
        storedGroup('all@acme.example', []),
        user('folder@acme.example', { type: 'publicFolder' }),
      ]),
      inFile: ['found@acme.example', 'scanner@acme.example'],
    };
    const known = ['ann', 'A.Lee', 'all', 'folder', 'scanner', 'copier', 'newhire', 'intern', 'old', 'found'];
    const lines = [...known, ...known, 'new'].map((name) => `${name}@acme.example`);
    expect(await read(lines, setting)).toEqual({
      addresses: ['new@acme.example'],
      leftOut: { ...NONE, roster: 4, configuration: 3, exceptions: 2, file: 1 },
      invalidLines: [],
    });
  });

  test('are in domains that are managed; pending and foreign ones are counted apart', async () => {
    const config = {
      domains: [
        domain('acme.example'),
        domain('shown.example', 'dns'),
        domain('pending.example', 'dns'),
        domain('new.example', 'dns'),
      ],
    };
    const stored = roster([], {
      domains: [
        verified('shown.example'),
        { name: 'pending.example', status: 'pending', verifiedAt: null, token: 't', site: null },
      ],
    });
    const lines = ['acme', 'shown', 'pending', 'new', 'foreign', 'sub.acme'].map((name) => `a@${name}.example`);
    const { addresses, leftOut } = await read(lines, { config, stored });
    expect(addresses).toEqual(['a@acme.example', 'a@shown.example']);
    expect(leftOut).toEqual({ ...NONE, pendingDomains: 2, otherDomains: 2 });
  });

  test('are not read any further once it is interrupted', async () => {
    const stop = new AbortController();
    async function* endless() {
      for (let n = 0; ; n += 1) {
        if (n === 10) stop.abort();
        yield `p${n}@acme.example`;
      }
    }
    const scope = candidateScope(customer(), roster([]), new Set());
    await expect(readCandidates(endless(), 'addresses', scope, stop.signal)).rejects.toThrow('Interrupted.');
  });

  test('are no more than a server could ever be asked about', async () => {
    async function* endless() {
      for (let n = 0; ; n += 1) yield `p${n}@acme.example`;
    }
    const scope = candidateScope(customer(), roster([]), new Set());
    await expect(readCandidates(endless(), 'addresses', scope, signal)).rejects.toMatchObject({
      code: 'TOO_MANY_CANDIDATES',
      hint: expect.stringContaining('status=sent'),
    });
  });
});
