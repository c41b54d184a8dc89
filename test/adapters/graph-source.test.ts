/** The Entra ID source against a simulated tenant: what it asks, what it finds, and how it describes it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ObjectId } from '../../src/domain/roster.ts';
import { byMail, CONTRACT_WORLD, complete, directorySourceContract } from '../contract/directory-source.ts';
import { type EntraCustomerOptions, entraCustomer, sourceOf, startTenant } from '../support/entra-customer.ts';
import type { GraphSimulator } from '../support/graph/simulator.ts';
import type { Tenant } from '../support/graph/tenant.ts';

directorySourceContract('Entra ID', async () => {
  const [whole, broken] = await Promise.all([startTenant(), startTenant()]);
  for (const tenant of [whole.tenant(), broken.tenant()]) {
    const ann = tenant.addUser({ mail: CONTRACT_WORLD.ann });
    const ben = tenant.addUser({ mail: CONTRACT_WORLD.ben, accountEnabled: false });
    tenant.addGroup({ displayName: 'All', mail: CONTRACT_WORLD.group, mailEnabled: true }, [
      ...[ann, ben, tenant.addDevice('printer')],
    ]);
  }
  broken.faults.add({ kind: 'noValue' }, { path: '/v1.0/groups', times: 1_000 });
  return {
    source: sourceOf(whole),
    customer: entraCustomer(),
    broken: { source: sourceOf(broken), customer: entraCustomer() },
    async [Symbol.asyncDispose]() {
      await Promise.all([whole[Symbol.asyncDispose](), broken[Symbol.asyncDispose]()]);
    },
  };
});

describe('a tenant of Entra ID', () => {
  let simulator: GraphSimulator;
  let tenant: Tenant;
  beforeEach(async () => {
    simulator = await startTenant();
    tenant = simulator.tenant();
  });
  afterEach(() => simulator[Symbol.asyncDispose]());

  const read = (options: EntraCustomerOptions = {}) =>
    complete(sourceOf(simulator).read(entraCustomer(options), { signal: new AbortController().signal }));
  const asked = () => simulator.requests.filter(({ host }) => host === 'graph.microsoft.com');

  it('describes a person with all attributes that Graph has (SEL-8)', async () => {
    const id = tenant.addUser({
      userPrincipalName: 'Zoe@contoso.example',
      mail: 'zoe@example.test',
      proxyAddresses: ['SMTP:zoe@example.test', 'smtp:z@example.test', 'X500:/o=x'],
      givenName: 'Zoë',
      surname: '美咲',
      displayName: 'Zoë 美咲',
      mobilePhone: '+49 170 1',
      companyName: 'Example GmbH',
      department: 'D-7',
    });
    const { objects } = await read();
    expect(objects).toEqual([
      {
        id,
        name: 'Zoe@contoso.example',
        kind: 'user',
        mailbox: 'user',
        disabled: false,
        guest: false,
        proxyAddresses: ['SMTP:zoe@example.test', 'smtp:z@example.test', 'X500:/o=x'],
        mail: ['zoe@example.test'],
        aliases: [],
        attributes: {
          givenName: 'Zoë',
          surname: '美咲',
          displayName: 'Zoë 美咲',
          mobile: '+49 170 1',
          company: 'Example GmbH',
          department: 'D-7',
        },
        members: [],
        unknownMembers: 0,
      },
    ]);
  });

  it('leaves empty texts out, and takes a type that is not set for a member', async () => {
    tenant.addUser({
      mail: '',
      userType: null,
      displayName: '',
      givenName: '',
      proxyAddresses: ['', 'SMTP:a@example.test'],
    });
    const { objects } = await read();
    expect(objects).toMatchObject([
      { mail: [], guest: false, attributes: {}, proxyAddresses: ['SMTP:a@example.test'] },
    ]);
  });

  it('tells guests and disabled accounts apart, and leaves out neither', async () => {
    tenant.addUser({ mail: 'guest@fabrikam.example', userType: 'Guest' });
    tenant.addUser({ mail: 'left@example.test', accountEnabled: false });
    const { objects } = await read();
    expect(byMail(objects, 'guest@fabrikam.example')).toMatchObject({ guest: true, disabled: false });
    expect(byMail(objects, 'left@example.test')).toMatchObject({ guest: false, disabled: true });
  });

  it('reads groups with an address only, with direct members by their ids', async () => {
    const [ann = '', ben = ''] = tenant.addUsers([{ mail: 'ann@example.test' }, { mail: 'ben@example.test' }]);
    const security = tenant.addGroup({ displayName: 'Security', mailEnabled: false }, [ann]);
    const inner = tenant.addGroup({ displayName: 'Inner', mail: 'inner@example.test', mailEnabled: true }, [ben]);
    tenant.addGroup(
      {
        displayName: 'Outer',
        mail: 'outer@example.test',
        mailEnabled: true,
        proxyAddresses: ['SMTP:outer@example.test'],
      },
      [ann, inner, security, tenant.addContact({ mail: 'c@fabrikam.example' })],
    );
    const { objects } = await read();
    expect(objects.map(({ kind, name }) => `${kind} ${name}`).toSorted()).toEqual([
      'group Inner',
      'group Outer',
      'user ann@example.test',
      'user ben@example.test',
    ]);
    expect(byMail(objects, 'outer@example.test')).toMatchObject({
      kind: 'group',
      members: [ann, inner].toSorted(),
      unknownMembers: 2,
      attributes: { displayName: 'Outer' },
    });
    expect(byMail(objects, 'inner@example.test').members).toEqual([ben]);
  });

  it('sorts users and then groups by their ids', async () => {
    tenant.addUsers([{}, {}, {}, {}]);
    for (const name of ['a', 'b', 'c'])
      tenant.addGroup({ displayName: name, mail: `${name}@example.test`, mailEnabled: true });
    const { objects } = await read();
    const ids = (kind: string) => objects.filter((object) => object.kind === kind).map(({ id }) => id);
    expect(objects.map(({ id }) => id)).toEqual([...ids('user').toSorted(), ...ids('group').toSorted()]);
    expect(ids('group')).toHaveLength(3);
  });

  it('asks for exactly what it uses, 999 at a time', async () => {
    tenant.addUsers(Array.from({ length: 1500 }, (_, index) => ({ mail: `u${index}@example.test` })));
    const { proof } = await read();
    expect(proof).toMatchObject({ entries: 1500, throttled: 0, since: null, ranges: 0, referrals: [] });
    expect(asked().map(({ path }) => path.split('&$skiptoken')[0])).toEqual([
      ...Array(2).fill(
        '/v1.0/users?$select=id,userPrincipalName,displayName,givenName,surname,mail,proxyAddresses,accountEnabled,userType,mobilePhone,companyName,department&$top=999',
      ),
      '/v1.0/groups?$select=id,displayName,mail,mailEnabled,proxyAddresses&$filter=mailEnabled%20eq%20true&$top=999',
    ]);
  });

  it('asks for the members of twenty groups at once', async () => {
    const users = tenant.addUsers(Array.from({ length: 1200 }, () => ({})));
    for (let index = 0; index < 45; index += 1) {
      const mail = `g${index}@example.test`;
      tenant.addGroup(
        { displayName: mail, mail, mailEnabled: true },
        index === 7 ? users : users.slice(index, index + 2),
      );
    }
    const { objects } = await read();
    expect(byMail(objects, 'g7@example.test').members).toHaveLength(1200);
    expect(byMail(objects, 'g44@example.test').members).toEqual(users.slice(44, 46).toSorted());
    const batches = asked().filter(({ path }) => path === '/v1.0/$batch');
    expect(batches.map(({ parts }) => parts.length).toSorted((a, b) => a - b)).toEqual([5, 20, 20]);
  });

  it('asks without the header that a plain filter does not need', async () => {
    tenant.addUsers([{ mail: 'a@example.test', department: 'Sales' }, { mail: 'b@example.test' }]);
    const { objects } = await read({ filter: "department eq 'Sales' and startsWith(displayName,'a ne not')" });
    expect(objects).toEqual([]);
    expect(asked()[0]?.headers).not.toHaveProperty('consistencylevel');
    expect(asked()[0]?.path).not.toContain('$count');
  });

  it('makes an advanced query of a filter that needs one, on each of its pages', async () => {
    tenant.addUsers(Array.from({ length: 1200 }, (_, index) => ({ mail: `u${index}@example.test` })));
    tenant.addUser({ mail: 'x@fabrikam.example' });
    const { objects } = await read({ filter: "endsWith(mail,'@example.test')" });
    expect(objects).toHaveLength(1200);
    const users = asked().filter(({ path }) => path.startsWith('/v1.0/users?'));
    expect(users.map(({ headers }) => headers['consistencylevel'])).toEqual(['eventual', 'eventual']);
    for (const { path } of users) expect(path).toContain('&$count=true');
    expect(asked().find(({ path }) => path.startsWith('/v1.0/groups'))?.headers).not.toHaveProperty('consistencylevel');
  });

  it('asks again as an advanced query what Graph does not serve otherwise', async () => {
    tenant.addUsers([{ mail: 'a@example.test', mobilePhone: '+49 1' }, { mail: 'b@example.test' }]);
    simulator.faults.add({ kind: 'status', status: 400, code: 'Request_UnsupportedQuery' }, { path: '/v1.0/users' });
    const { objects } = await read({ filter: "mail eq 'a@example.test'" });
    expect(objects).toHaveLength(1);
    expect(asked()[1]?.headers['consistencylevel']).toBe('eventual');
  });

  it('does not narrow groups by the filter', async () => {
    const ann = tenant.addUser({ mail: 'ann@example.test', department: 'Sales' });
    const ben = tenant.addUser({ mail: 'ben@example.test' });
    tenant.addGroup({ displayName: 'All', mail: 'all@example.test', mailEnabled: true }, [ann, ben]);
    const { objects } = await read({ filter: "department eq 'Sales'" });
    expect(objects.map(({ id }) => id)).toEqual([ann as ObjectId, expect.any(String)]);
    expect(byMail(objects, 'all@example.test')).toMatchObject({ members: [ann], unknownMembers: 1 });
  });

  it('knows the tenant by its id, and asks nobody for it', async () => {
    const byName = await read();
    simulator.clearRequests();
    const byId = await read({ tenant: tenant.id });
    expect(byId.identity).toEqual({ type: 'entra', id: tenant.id });
    expect(byName.identity).toEqual(byId.identity);
    expect(simulator.requests.filter(({ host }) => host === 'login.microsoftonline.com')).toMatchObject([
      { method: 'POST' },
    ]);
  });

  it('waits for nothing and asks nothing more where a list is empty', async () => {
    const { objects, proof } = await read();
    expect(objects).toEqual([]);
    expect(proof).toMatchObject({ pages: 2, entries: 0 });
    expect(asked()).toHaveLength(2);
  });

  describe('with shared mailboxes and rooms', () => {
    beforeEach(() => {
      tenant.grant(tenant.app('5f0c1a52-7c1e-4f5e-9d3b-2a4f6c8e0b1d')?.clientId ?? '', 'MailboxSettings.Read');
      for (const purpose of ['shared', 'room', 'equipment', 'user', 'others', null] as const) {
        const mail = `${purpose ?? 'none'}@example.test`;
        tenant.setMailbox(tenant.addUser({ mail, accountEnabled: false }), purpose);
      }
      tenant.addUser({ mail: 'ann@example.test' });
      tenant.addUser({ accountEnabled: false });
    });

    it('tells disabled accounts apart by what their mailbox is for', async () => {
      const { objects } = await read({ include: { sharedMailboxes: true } });
      const kinds = objects.flatMap(({ mail, mailbox, disabled }) => (mail[0] ? [[mail[0], mailbox, disabled]] : []));
      expect(Object.fromEntries(kinds.map(([mail, ...rest]) => [mail, rest]))).toEqual({
        'shared@example.test': ['shared', true],
        'room@example.test': ['room', true],
        'equipment@example.test': ['equipment', true],
        'user@example.test': ['user', true],
        'others@example.test': ['user', true],
        'none@example.test': ['user', true],
        'ann@example.test': ['user', false],
      });
      expect(asked().flatMap(({ parts }) => parts)).toHaveLength(6);
    });

    it('asks that of nobody where nothing depends on it', async () => {
      const { objects } = await read({ include: { disabled: true } });
      expect(byMail(objects, 'shared@example.test')).toMatchObject({ mailbox: 'user', disabled: true });
      expect(asked().flatMap(({ parts }) => parts)).toEqual([]);
    });
  });
});

describe.each(['global', 'us-gov', 'us-dod', 'china'] as const)('the cloud %s', (cloud) => {
  it('is signed in to and read where it is', async () => {
    const simulator = await startTenant({ cloud });
    simulator.tenant().addUser({ mail: 'ann@example.test' });
    const reading = sourceOf(simulator).read(entraCustomer({ cloud }), { signal: new AbortController().signal });
    expect((await complete(reading)).objects).toHaveLength(1);
    await simulator[Symbol.asyncDispose]();
  });
});
