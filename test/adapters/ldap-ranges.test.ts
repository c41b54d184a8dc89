/** Range retrieval: members of large groups come in slices, and a slice that is missing is never an empty group. */
import { describe, expect, it } from 'vitest';
import { ldapSource } from '../../src/adapters/directory/ldap/source.ts';
import type { DirectoryReading } from '../../src/domain/directory.ts';
import { complete } from '../contract/directory-source.ts';
import { ldapCustomer, plainSecret } from '../support/ldap-customer.ts';
import { type LdapStub, type StubReply, type StubRequest, startLdapStub } from '../support/ldap-stub.ts';

const GROUP = 'CN=g,DC=x';
const guid = (number: number) => Buffer.from(number.toString(16).padStart(32, '0'), 'hex');
const nameOf = (number: number) => `CN=u${number},DC=x`;
const names = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => nameOf(first + index));

type Attributes = Readonly<Record<string, readonly string[]>>;

/** A directory of `people` users and one group; `slice` answers who asks for members from a position on. */
function startWith(people: number, first: Attributes, slice: (start: number) => Attributes | null): Promise<LdapStub> {
  return startLdapStub({
    users: (_, reply) => {
      for (let number = 0; number < people; number += 1) {
        reply.entry(nameOf(number), { objectGUID: [guid(number + 1)], mail: [`u${number}@example.test`] });
      }
      reply.done();
    },
    groups: (_, reply) => reply.entry(GROUP, { objectGUID: [guid(0xffff)], mail: ['g@example.test'], ...first }).done(),
    base: (request: StubRequest, reply: StubReply) => {
      const start = /^member;range=(\d+)-\*$/.exec(request.attributes[0] ?? '')?.[1];
      const attributes = start === undefined ? null : slice(Number(start));
      if (attributes !== null) reply.entry(request.baseDN, attributes);
      reply.done();
    },
  });
}

function read(stub: LdapStub): Promise<DirectoryReading> {
  const customer = ldapCustomer({ url: stub.url, baseDN: ['DC=x'] });
  return ldapSource({ resolveSecret: plainSecret }).read(customer, { signal: new AbortController().signal });
}

const incomplete = (message: string) => ({
  status: 'failed',
  problem: { code: 'LDAP_INCOMPLETE', message: expect.stringContaining(message) },
});

describe('a group of 3,001 members', () => {
  const honest = (start: number): Attributes => {
    const last = Math.min(start + 1499, 3000);
    return { [`member;range=${start}-${last === 3000 ? '*' : last}`]: names(start, last) };
  };

  it('is read in three slices, beside an empty member', async () => {
    await using stub = await startWith(3001, { member: [], ...honest(0) }, honest);
    const { objects, proof } = await complete(read(stub));
    expect(proof.ranges).toBe(2);
    const group = objects.at(-1);
    expect(group).toMatchObject({ kind: 'group', unknownMembers: 0 });
    expect(group?.members).toEqual(objects.slice(0, -1).map(({ id }) => id));
  });

  it('is read when the empty member comes last, or not at all', async () => {
    await using last = await startWith(3001, { ...honest(0), member: [] }, honest);
    expect((await complete(read(last))).objects.at(-1)?.members).toHaveLength(3001);
    await using none = await startWith(3001, honest(0), honest);
    expect((await complete(read(none))).objects.at(-1)?.members).toHaveLength(3001);
  });

  it('is read when the first answer has the empty member only', async () => {
    await using stub = await startWith(3001, { member: [] }, honest);
    const { objects, proof } = await complete(read(stub));
    expect(objects.at(-1)?.members).toHaveLength(3001);
    expect(proof.ranges).toBe(3);
  });
});

describe('an empty member', () => {
  it('is an empty group if the server says so when asked on', async () => {
    await using stub = await startWith(1, { member: [] }, () => ({ member: [] }));
    expect((await complete(read(stub))).objects.at(-1)).toMatchObject({ members: [], unknownMembers: 0 });
    await using silent = await startWith(1, { member: [] }, () => ({}));
    expect((await complete(read(silent))).objects.at(-1)).toMatchObject({ members: [], unknownMembers: 0 });
  });

  it('beside a slice that cannot be gone on from fails the read', async () => {
    const first = { member: [], 'member;range=0-1': names(0, 1) };
    await using gone = await startWith(2, first, () => null);
    expect(await read(gone)).toMatchObject(
      incomplete(`Of ${GROUP} the server sent 2 values of member and then no longer had the object`),
    );
    await using empty = await startWith(2, first, () => ({}));
    expect(await read(empty)).toMatchObject(incomplete('and then sent no more'));
    await using again = await startWith(2, first, () => ({ member: [] }));
    expect(await read(again)).toMatchObject(incomplete('and then sent no more'));
  });
});

describe('slices that do not join up fail the read', () => {
  it.each([
    ['overlap', 'member;range=1-3', names(1, 3)],
    ['leave a gap', 'member;range=3-*', names(3, 4)],
    ['hold fewer than they say', 'member;range=2-4', names(2, 3)],
    ['hold more than they say', 'member;range=2-2', names(2, 4)],
    ['end before they begin', 'member;range=2-1', []],
  ])('they %s', async (_, name, members) => {
    await using stub = await startWith(5, { 'member;range=0-1': names(0, 1) }, () => ({ [name]: members }));
    expect(await read(stub)).toMatchObject(incomplete('and then sent the slice'));
  });

  it('they begin late', async () => {
    await using stub = await startWith(5, { 'member;range=1-*': names(1, 4) }, () => null);
    expect(await read(stub)).toMatchObject(incomplete('Of CN=g,DC=x the server sent 0 values'));
  });
});

it('other attributes are read in slices too', async () => {
  const proxies = (first: number, last: number) =>
    Array.from({ length: last - first + 1 }, (_, index) => `smtp:a${first + index}@example.test`);
  await using stub = await startLdapStub({
    users: (_, reply) =>
      reply
        .entry(nameOf(1), { objectGUID: [guid(1)], proxyAddresses: [], 'proxyAddresses;range=0-1': proxies(0, 1) })
        .done(),
    base: (request, reply) => reply.entry(request.baseDN, { 'proxyAddresses;range=2-*': proxies(2, 4) }).done(),
  });
  const { objects } = await complete(read(stub));
  expect(objects[0]?.proxyAddresses).toEqual(proxies(0, 4));
});
