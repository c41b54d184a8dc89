/** An import from a service that speaks SCIM 2.0, which knows more of people than their addresses. */
import { expect, test } from 'vitest';
import { person } from '../support/builders.ts';
import { startPeer, TOKEN } from '../support/scim/peer.ts';
import { customerFile, READ, workspace } from '../support/workspace.ts';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';

test('accounts without a mark come with names and aliases, are bound in place, and none is made twice or deleted', async () => {
  await using peer = await startPeer();
  const account = (id: string, userName: string, parts: object) =>
    peer.memory.users.set(id, { schemas: [USER], id, userName, active: true, ...parts });
  account('1', 'ann@acme.example', {
    name: { givenName: 'Ann', familyName: 'Lee' },
    emails: [{ value: 'ann@acme.example', primary: true }, { value: 'a.lee@acme.example' }],
  });
  account('2', 'old@acme.example', { displayName: 'Old "Hand"\n' });
  account('3', 'foreign@acme.example', { externalId: 'somebody-else:1' });
  account('4', 'not an address', {});
  using ws = await workspace({
    workspace: `targets: [{name: crm, type: scim, url: '${peer.url}', token: {env: SCIM_TOKEN}}]\n`,
    customers: { acme: customerFile('acme') },
    directories: { acme: [person('ann', 'ann@acme.example', { aliases: ['a.lee@acme.example'] })] },
  });
  const run = (...args: readonly string[]) => ws.runWith({ env: { SCIM_TOKEN: TOKEN } }, ...args);

  const imported = await run('import', 'target', 'crm', '--auto-approve', '--format', 'json');
  expect(imported.code, imported.stderr).toBe(0);
  const { taken, notTaken } = JSON.parse(imported.stdout);
  expect(taken).toEqual([
    {
      customer: 'acme',
      users: [
        {
          address: 'ann@acme.example',
          aliases: ['a.lee@acme.example'],
          attributes: { givenName: 'Ann', surname: 'Lee' },
        },
        { address: 'old@acme.example', aliases: [], attributes: { displayName: 'Old "Hand"' } },
      ],
    },
  ]);
  expect(notTaken).toMatchObject([{ address: 'not an address', why: 'invalid' }]);

  const applied = await run('apply', '--auto-approve', ...READ);
  expect(applied.code, applied.stderr).toBe(0);
  expect(applied.stdout).toContain('! flag       old@acme.example');
  const accounts = [...peer.memory.users.values()].map(({ id, userName, active }) => ({ id, userName, active }));
  expect(accounts).toEqual([
    { id: '1', userName: 'ann@acme.example', active: true },
    { id: '2', userName: 'old@acme.example', active: false },
    { id: '3', userName: 'foreign@acme.example', active: true },
    { id: '4', userName: 'not an address', active: true },
  ]);
});
