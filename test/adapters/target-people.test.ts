/** Whom each kind of target says that it serves, for an import. */
import { describe, expect, test } from 'vitest';
import { peopleIn } from '../../src/adapters/targets/csv/import.ts';
import { recipientsIn } from '../../src/adapters/targets/postfix/import.ts';
import { usersIn } from '../../src/adapters/targets/scim/import.ts';
import { DEFAULT_UPLOAD, type UploadFormat } from '../../src/domain/service.ts';
import type { FoundEntry, TargetValue } from '../../src/domain/target.ts';

function found(key: string, value: TargetValue): FoundEntry {
  return { owner: 'nobody', customer: null, key, value };
}

describe('a Postfix gateway', () => {
  test('serves every recipient, wildcards too, and does not say whose an address is', () => {
    const entries = [
      'recipients ann@acme.example',
      'recipients @acme.example',
      'domains acme.example',
      'aliases a@b.example',
    ];
    expect(recipientsIn(entries.map((key) => found(key, 'OK')))).toEqual([
      { address: 'ann@acme.example', aliases: [], attributes: {} },
      { address: '@acme.example', aliases: [], attributes: {} },
    ]);
  });
});

describe('upload files', () => {
  test('say by their columns who somebody is', () => {
    const cells = { address: 'ann@acme.example', aliases: 'a@acme.example;b@acme.example', surname: 'Lee', notes: '' };
    expect(peopleIn([found('acme.csv ann@acme.example', cells)], DEFAULT_UPLOAD)).toEqual([
      { address: 'ann@acme.example', aliases: ['a@acme.example', 'b@acme.example'], attributes: { surname: 'Lee' } },
    ]);
  });

  test('of another format are read by its columns; groups are none, nor rows without an address, nor whole files', () => {
    const format: UploadFormat = {
      ...DEFAULT_UPLOAD,
      groups: true,
      columns: [
        { name: 'E-mail', value: 'address' },
        { name: 'Kind', value: 'type' },
        { name: 'Plan', text: 'basic' },
      ],
    };
    const entries = [
      found('acme.csv ann@acme.example', { 'E-mail': 'ann@acme.example', Kind: 'user', Plan: 'basic' }),
      found('acme.csv team@acme.example', { 'E-mail': 'team@acme.example', Kind: 'group', Plan: 'basic' }),
      found('acme.csv row 3', { 'E-mail': '', Kind: 'user', Plan: 'basic' }),
      found('globex.csv', 'an upload file of globex'),
    ];
    expect(peopleIn(entries, format)).toEqual([{ address: 'ann@acme.example', aliases: [], attributes: {} }]);
  });
});

describe('a SCIM service', () => {
  const value = { userName: 'ann@acme.example', externalId: null, active: true };

  test('says by name and e-mail addresses who somebody is', () => {
    const fields = {
      emails: ['ann@acme.example', 'a@acme.example'],
      familyName: 'Lee',
      organization: 'Acme',
      mobile: null,
    };
    expect(usersIn([found('user ann@acme.example', { ...value, ...fields })])).toEqual([
      { address: 'ann@acme.example', aliases: ['a@acme.example'], attributes: { surname: 'Lee', company: 'Acme' } },
    ]);
  });

  test('may have user names that are no addresses, and groups, which are no users', () => {
    const entries = [
      found('user ann', { ...value, userName: 'ann', emails: ['ann@acme.example'] }),
      found('user ben', { ...value, userName: 'ben' }),
      found('group team@acme.example', { displayName: 'team@acme.example', externalId: null, members: [] }),
    ];
    expect(usersIn(entries).map(({ address }) => address)).toEqual(['ann@acme.example', 'ben']);
  });
});
