/** Services that die, lie, repeat themselves and lose their answers: nothing lost, nothing doubled, said plainly, healed by the next run. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TargetProblem } from '../../src/ports/target.ts';
import { storedGroup, user } from '../support/builders.ts';
import { NOWHERE } from '../support/port.ts';
import { acme, changesOf, converge, failuresOf, NEVER, told } from '../support/scim/converging.ts';
import { type Opened, openScim } from '../support/scim/opening.ts';
import { type Stub, startStub } from '../support/scim/stub.ts';
import { listed } from '../support/scim/stub-store.ts';

let stub: Stub;
const open = (parts = {}): Opened => openScim(stub.url, { groups: false, ...parts });
const writes = () => stub.requests.filter((request) => !request.startsWith('GET'));
const names = () => [...stub.store.Users.values()].map((one) => String(one['userName'])).sort();
const ann = user('ann@acme.example', { objectId: 'id-ann' as never });
const ben = user('ben@acme.example', { objectId: 'id-ben' as never });
const crowd = (count: number) => Array.from({ length: count }, (_, index) => user(`u${index}@acme.example`));

beforeEach(async () => {
  stub = await startStub();
});
afterEach(() => stub[Symbol.asyncDispose]());

/** What it rejects with. */
async function problemOf(promise: Promise<unknown>): Promise<TargetProblem> {
  const reason = await promise.then(
    () => null,
    (error: unknown) => error,
  );
  expect(reason).toMatchObject({ name: 'TargetProblem', hint: expect.stringMatching(/\S/) });
  return reason as TargetProblem;
}

/** The next run finds all as it should be, or puts it right; nobody is there twice. */
async function heals(users: readonly (typeof ann)[]): Promise<void> {
  stub.fault = () => undefined;
  expect(failuresOf(await converge(open().target, acme(users)))).toEqual([]);
  expect(await changesOf(open().target, acme(users))).toEqual([]);
  expect(names()).toEqual(users.map(({ address }) => address).sort());
}

describe('reading', () => {
  const page = (items: readonly unknown[], startIndex: number, total: number) => ({
    status: 200,
    body: listed(items, startIndex, 100, total),
  });
  const read = (opened: Opened = open()) => opened.target.read([], NEVER);

  test.each<[string, (asked: { startIndex: number; items: readonly unknown[] }) => ReturnType<typeof page>]>([
    ['says too few', ({ startIndex, items }) => page(items, startIndex, 10)],
    ['says none', ({ startIndex, items }) => page(items, startIndex, 0)],
    [
      'calls the length of a page the total',
      ({ startIndex, items }) => page(items, startIndex, items.slice(startIndex - 1, startIndex + 99).length),
    ],
    [
      'gives shorter pages than asked for',
      ({ startIndex, items }) => ({ status: 200, body: listed(items, startIndex, 7, items.length) }),
    ],
    ['gives all at once', ({ items }) => ({ status: 200, body: listed(items, 1, 1000) })],
  ])('a service that %s is read to its end', async (_what, reply) => {
    await converge(open().target, acme(crowd(230)));
    const items = [...stub.store.Users.values()];
    stub.fault = (request, { query }) =>
      request.startsWith('GET /Users?startIndex')
        ? reply({ startIndex: Number(query.get('startIndex')), items })
        : undefined;
    expect(await changesOf(open().target, acme(crowd(230)))).toEqual([]);
  });

  test.each<[string, string, (startIndex: number, items: readonly unknown[]) => ReturnType<typeof page>]>([
    ['says more than it gives', 'SCIM_INCOMPLETE', (startIndex, items) => page(items, startIndex, items.length + 5)],
    [
      'repeats its first page',
      'SCIM_INCOMPLETE',
      (_, items) => ({ status: 200, body: listed(items, 1, 100, items.length) }),
    ],
    [
      'stops in the middle',
      'SCIM_INCOMPLETE',
      (startIndex, items) => ({
        status: 200,
        body: listed(startIndex > 100 ? [] : items, startIndex, 100, items.length),
      }),
    ],
    [
      'never comes to an end',
      'SCIM_ENDLESS',
      (startIndex) => {
        const more = Array.from({ length: 10_000 }, (_, index) => ({
          id: `${startIndex + index}`,
          userName: `n${startIndex + index}`,
        }));
        return { status: 200, body: listed(more, 1, 10_000, 1_000_000) };
      },
    ],
  ])('a service that %s is not compared', async (_what, code, reply) => {
    await converge(open().target, acme(crowd(150)));
    const items = [...stub.store.Users.values()];
    stub.requests.length = 0;
    stub.fault = (request, { query }) =>
      request.startsWith('GET /Users?') ? reply(Number(query.get('startIndex')), items) : undefined;
    expect((await problemOf(converge(open().target, acme(crowd(150))))).code).toBe(code);
    expect(writes()).toEqual([]);
  });

  test('what changes while it is read is read again', async () => {
    await converge(open().target, acme(crowd(150)));
    let isFirst = true;
    stub.fault = (request) => {
      if (request.startsWith('GET /Users?startIndex=101') && isFirst) {
        isFirst = false;
        const [id = ''] = stub.store.Users.keys();
        stub.store.Users.delete(id);
      }
      return undefined;
    };
    expect(told({ changes: await changesOf(open().target, acme(crowd(150))) })).toEqual(['add user u0@acme.example']);
  });

  test.each<[string, string, string, string]>([
    ['HTML in the place of JSON', '<html>Log in</html>', 'text/html', 'no JSON'],
    ['JSON that is cut off', '{"totalResults": 2, "Resources": [{"id"', 'application/scim+json', 'cut off'],
    ['JSON that is no list', '[1, 2]', 'application/json', 'no JSON'],
    [
      'resources without an id',
      '{"totalResults": 1, "Resources": [{"userName": "x"}]}',
      'application/json',
      'without an id',
    ],
    [
      'an id that is a step upwards',
      '{"totalResults": 1, "Resources": [{"id": ".."}]}',
      'application/json',
      'without an id',
    ],
  ])('%s is said plainly', async (_what, text, type, words) => {
    stub.fault = (request) => (request.startsWith('GET /Users') ? { status: 200, text, type } : undefined);
    const problem = await problemOf(read());
    expect([problem.code, problem.message]).toEqual(['SCIM_MALFORMED', expect.stringContaining(words)]);
  });

  test('a list in another type of content is a list', async () => {
    stub.fault = (request) =>
      request.startsWith('GET /Users') ? { status: 200, text: '{"totalResults": 0}', type: 'text/plain' } : undefined;
    expect(await read()).toEqual({ entries: [], faults: [] });
  });

  test('200 with an error in it is an error', async () => {
    const body = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: '500',
      detail: 'The database is away.',
    };
    stub.fault = (request) => (request.startsWith('GET /Users') ? { status: 200, body } : undefined);
    const problem = await problemOf(read());
    expect([problem.code, problem.message]).toEqual(['SCIM_LIST', expect.stringContaining('"The database is away."')]);
  });

  test('an answer without end is not read to its end', async () => {
    const text = 'x'.repeat(65 * 1024 * 1024);
    stub.fault = (request) => (request.startsWith('GET /Users') ? { status: 200, text } : undefined);
    expect((await problemOf(read())).code).toBe('SCIM_TOO_LARGE');
  });

  test('a token that is not taken is said at once, and never shown', async () => {
    const opened = openScim(stub.url, {}, 'stale-token');
    stub.fault = () => ({ status: 401, body: { detail: 'stale-token is not good.\u001b[2J' } });
    const problem = await problemOf(read(opened));
    expect(problem.code).toBe('SCIM_UNAUTHORIZED');
    expect(problem.message).toContain('*** is not good.');
    expect([problem.message, ...opened.lines].join()).not.toMatch(/stale-token|\p{Cc}/u);
  });

  test.each([
    [403, 'SCIM_FORBIDDEN'],
    [404, 'SCIM_LIST'],
  ])('%i to a list is %s', async (status, code) => {
    stub.fault = (request) => (request.startsWith('GET /Users') ? { status, body: {} } : undefined);
    expect((await problemOf(read())).code).toBe(code);
  });

  test('where there are no groups, the hint says how to do without them', async () => {
    stub.fault = (request) => (request.startsWith('GET /Groups') ? { status: 404, body: {} } : undefined);
    expect((await problemOf(read(open({ groups: true })))).hint).toContain('groups: false');
  });

  test('nobody is followed to another host', async () => {
    await using other = await startStub();
    stub.fault = () => ({ status: 307, headers: { location: `${other.url}/Users` } });
    expect((await problemOf(read())).code).toBe('SCIM_REDIRECT');
    expect(other.requests).toEqual([]);
  });

  test('a service that is away is tried again, and then said to be', async () => {
    const opened = openScim(`http://127.0.0.1:${NOWHERE}/v2`);
    expect((await problemOf(read(opened))).code).toBe('SCIM_CONNECT');
    expect(opened.waits).toContain(4000);
  });

  test('a token that is none is not sent', async () => {
    expect((await problemOf(read(openScim(stub.url, {}, 'two words')))).code).toBe('SCIM_TOKEN');
    expect(stub.requests).toEqual([]);
  });

  test('without a ServiceProviderConfig the least is assumed, and said', async () => {
    stub.traits.hasConfig = false;
    await converge(open().target, acme([ann]));
    const opened = open();
    await converge(opened.target, acme([{ ...ann, status: 'deactivated' }]));
    expect(writes().at(-1)).toMatch(/^PUT /);
    expect(stub.requests.join()).not.toContain('filter');
    expect(opened.lines.join('\n')).toContain('has no ServiceProviderConfig (404)');
  });

  test.each([
    ['seconds', '7', 7000],
    ['a date', 'Sat, 21 Nov 2026 12:00:09 GMT', 9000],
  ])('Retry-After in %s is kept to', async (_what, after, ms) => {
    let isFirst = true;
    stub.fault = (request) => {
      if (!request.startsWith('GET /Users') || !isFirst) return undefined;
      isFirst = false;
      return { status: 429, headers: { 'retry-after': after, date: 'Sat, 21 Nov 2026 12:00:00 GMT' } };
    };
    const opened = open();
    expect(await read(opened)).toEqual({ entries: [], faults: [] });
    expect(opened.waits).toEqual([ms]);
  });

  test('a service that always asks to wait is not waited for for ever', async () => {
    stub.fault = () => ({ status: 503 });
    expect((await problemOf(read())).code).toBe('SCIM_THROTTLED');
  });

  test('an interruption ends it', async () => {
    const controller = new AbortController();
    stub.fault = () => {
      controller.abort();
      return 'hang';
    };
    expect((await problemOf(open().target.read([], controller.signal))).code).toBe('INTERRUPTED');
  });
});

describe('writing', () => {
  test.each(['drop', 'lose'] as const)(
    'a POST whose answer was lost (%s) is looked up before it is repeated',
    async (kind) => {
      let isFirst = true;
      stub.fault = (request) => {
        if (request !== 'POST /Users' || !isFirst) return undefined;
        isFirst = false;
        return kind;
      };
      // Names need not be unique, so that nothing but the look-up keeps it from being doubled.
      stub.traits.isLax = true;
      expect(failuresOf(await converge(open().target, acme([ann])))).toEqual([]);
      expect(names()).toEqual(['ann@acme.example']);
      expect(writes()).toHaveLength(kind === 'lose' ? 1 : 2);
    },
  );

  test('an answer that is cut off after the POST was done is no reason to do it again', async () => {
    stub.traits.isLax = true;
    stub.fault = (request, asked) => {
      if (request !== 'POST /Users') return undefined;
      stub.store.Users.set('1', { ...asked.body, id: '1' });
      return { status: 201, text: '{"id": "1", "userNa', type: 'application/scim+json' };
    };
    expect(failuresOf(await converge(open().target, acme([ann])))).toEqual([]);
    expect(writes()).toEqual(['POST /Users']);
    await heals([ann]);
  });

  test('without filters a POST is not repeated, and the next run looks', async () => {
    stub.traits.filter = false;
    stub.traits.isLax = true;
    stub.fault = (request) => (request === 'POST /Users' ? 'lose' : undefined);
    const done = await converge(open().target, acme([ann]));
    expect(failuresOf(done)).toEqual(['SCIM_LOST user ann@acme.example']);
    expect(done.failures[0]?.problem.message).toContain('may or may not have been made');
    await heals([ann]);
  });

  test('an answer that never comes is waited for as long as it says', async () => {
    stub.traits.filter = false;
    stub.fault = (request) => (request === 'POST /Users' ? 'hang' : undefined);
    const done = await converge(open({ timeoutMs: 200 }).target, acme([ann]));
    expect(failuresOf(done)).toEqual(['SCIM_TIMEOUT user ann@acme.example']);
    await heals([ann]);
  });

  test('a service that dies in the middle stops everything, and the next run goes on', async () => {
    let posts = 0;
    stub.fault = (request) => {
      posts += request === 'POST /Users' ? 1 : 0;
      return posts > 10 ? 'drop' : undefined;
    };
    expect((await problemOf(converge(open().target, acme(crowd(60))))).code).toBe('SCIM_LOST');
    expect(stub.store.Users.size).toBe(10);
    expect(posts).toBeLessThan(30);
    await heals(crowd(60));
  });

  test('many requests at once make no noise', async () => {
    const warnings: Error[] = [];
    const hear = (warning: Error) => void warnings.push(warning);
    process.on('warning', hear);
    expect(failuresOf(await converge(open({ parallelism: 40 }).target, acme(crowd(100))))).toEqual([]);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', hear);
    expect(warnings).toEqual([]);
  });

  test('a storm of 429 is waited out', async () => {
    let asked = 0;
    stub.fault = () => {
      asked += 1;
      return asked > 6 && asked % 2 === 0 ? { status: 429, headers: { 'retry-after': '1' } } : undefined;
    };
    expect(failuresOf(await converge(open().target, acme(crowd(20))))).toEqual([]);
    await heals(crowd(20));
  });

  test('a token that is withdrawn in the middle stops everything at once', async () => {
    let posts = 0;
    stub.fault = (request) => {
      posts += request === 'POST /Users' ? 1 : 0;
      return posts > 5 ? { status: 401, body: {} } : undefined;
    };
    expect((await problemOf(converge(open().target, acme(crowd(500))))).code).toBe('SCIM_UNAUTHORIZED');
    expect(posts).toBeLessThan(15);
    await heals(crowd(500));
  });

  test('a token that may read alone is said so, once', async () => {
    stub.fault = (request) =>
      request.startsWith('POST') ? { status: 403, body: { detail: 'Read only.' } } : undefined;
    const problem = await problemOf(converge(open().target, acme(crowd(500))));
    expect([problem.code, problem.message]).toEqual(['SCIM_FORBIDDEN', expect.stringContaining('"Read only."')]);
    expect(writes().length).toBeLessThan(10);
  });

  test('one user who may not be touched stops nobody else', async () => {
    await converge(open().target, acme([ann, ben]));
    const [id = ''] = stub.store.Users.keys();
    stub.fault = (request) =>
      request === `PATCH /Users/${id}` ? { status: 403, body: { detail: 'An admin.' } } : undefined;
    const off = [ann, ben].map((one) => ({ ...one, status: 'deactivated' as const }));
    const done = await converge(open({ parallelism: 1 }).target, acme(off));
    expect(failuresOf(done)).toEqual(['SCIM_FORBIDDEN user ann@acme.example']);
    expect([...stub.store.Users.values()].map((one) => one['active'])).toEqual([true, false]);
  });

  test('an error quotes what the service says, on one short line', async () => {
    stub.fault = (request) =>
      request === 'POST /Users'
        ? {
            status: 400,
            body: { status: '400', scimType: 'invalidValue', detail: `No.\n\u001b[31m\u202e${'x'.repeat(9999)}` },
          }
        : undefined;
    const [failure] = (await converge(open().target, acme([ann]))).failures;
    expect(failure).toMatchObject({
      customer: 'acme',
      key: 'user ann@acme.example',
      problem: { code: 'SCIM_REFUSED' },
    });
    expect(failure?.problem.message).toMatch(
      /^ann@acme\.example could not be made: 127\.0\.0\.1:\d+ refused \(400 invalidValue\): "No\. /,
    );
    expect(failure?.problem.message).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(failure?.problem.message.length).toBeLessThan(450);
  });

  test.each<[string, { status: number; body?: unknown } | { status: number; text: string }]>([
    [
      'an error in 200',
      { status: 200, body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: 400, detail: 'No.' } },
    ],
    ['HTML in 200', { status: 200, text: '<html>' }],
  ])('%s to a change is a failure', async (_what, reply) => {
    await converge(open().target, acme([ann]));
    stub.fault = (request) => (request.startsWith('PATCH') ? reply : undefined);
    const off = { ...ann, status: 'deactivated' as const };
    expect((await converge(open().target, acme([off]))).failures).toHaveLength(1);
    await heals([off]);
  });

  test('409 is looked into: without a mark it is taken over, with another’s it is left alone', async () => {
    // The list does not show them, as where a service hides what was put out of use.
    stub.store.Users.set('1', { id: '1', userName: 'ann@acme.example' });
    stub.store.Users.set('2', { id: '2', userName: 'ben@acme.example', externalId: 'hr:1' });
    stub.fault = (request) =>
      request.startsWith('GET /Users?startIndex') ? { status: 200, body: listed([], 1, 100) } : undefined;
    const done = await converge(open().target, acme([ann, ben]));
    expect(failuresOf(done)).toEqual(['TARGET_FOREIGN user ben@acme.example']);
    expect(stub.store.Users.get('1')).toMatchObject({ externalId: 'rollcall:acme:id-ann' });
    expect(stub.store.Users.get('2')).toEqual({ id: '2', userName: 'ben@acme.example', externalId: 'hr:1' });
  });

  test('who is gone already is removed, and who is gone when changed is made anew', async () => {
    await converge(open().target, acme([ann, ben]));
    const target = open().target;
    const next = acme([{ ...ann, aliases: ['a@acme.example'] }]);
    const changes = await changesOf(target, next);
    stub.store.Users.clear();
    const writes = changes.filter((change) => change.action !== 'foreign');
    expect(await target.write({ changes: writes, desired: target.project(next), serials: new Map() }, NEVER)).toEqual(
      [],
    );
    expect(names()).toEqual(['ann@acme.example']);
  });

  test('of two with one mark, and of two with one name, one is left', async () => {
    stub.traits.isLax = true;
    const mark = 'rollcall:acme:id-ann';
    const twin = { externalId: mark, active: true, emails: [{ value: 'ann@acme.example' }] };
    stub.store.Users.set('1', { id: '1', userName: 'ann@acme.example', ...twin });
    stub.store.Users.set('2', { id: '2', userName: 'ANN@acme.example', ...twin });
    stub.store.Users.set('3', { id: '3', userName: 'ann.old@acme.example', ...twin });
    const done = await converge(open().target, acme([ann]));
    expect(told(done)).toEqual(['remove user ann.old@acme.example', 'remove user ann@acme.example']);
    expect([...stub.store.Users.keys()]).toEqual(['1']);
    await heals([ann]);
  });

  test('a service that drops the mark is not filled', async () => {
    stub.traits.keep = ({ externalId: _gone, ...rest }) => rest;
    const problem = await problemOf(converge(open().target, acme(crowd(50))));
    expect(problem.code).toBe('SCIM_EXTERNAL_ID');
    expect(stub.store.Users.size).toBe(1);
  });

  test('a service that leaves users active is told of', async () => {
    stub.traits.keep = ({ active: _gone, ...rest }) => rest;
    const done = await converge(open().target, acme([{ ...ann, status: 'deactivated' }, ben]));
    expect(failuresOf(done)).toEqual(['SCIM_ACTIVE user ann@acme.example']);
  });

  describe('in Bulk', () => {
    beforeEach(() => {
      stub.traits.bulk = { maxOperations: 7, maxPayloadSize: 2000 };
    });

    test('no request is larger than the service takes, and what is a reference there goes alone', async () => {
      const users = crowd(40).map((one, index) =>
        index === 3 ? { ...one, attributes: { displayName: 'bulkId:user-0' } } : one,
      );
      expect(failuresOf(await converge(open().target, acme(users)))).toEqual([]);
      const sizes = stub.bodies.flatMap(({ Operations }) => (Array.isArray(Operations) ? [Operations.length] : []));
      expect(Math.max(...sizes)).toBeGreaterThan(1);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(7);
      const bytes = stub.bodies.map((body) => JSON.stringify(body).length);
      expect(Math.max(...bytes)).toBeLessThanOrEqual(2000);
      expect([...stub.store.Users.values()].filter((one) => one['displayName'] === 'bulkId:user-0')).toHaveLength(1);
      await heals(users);
    });

    test('what one of them fails by is said of that one', async () => {
      stub.traits.keep = (resource) => resource;
      stub.store.Users.set('1', { id: '1', userName: 'u5@acme.example', externalId: 'hr:1' });
      stub.fault = (request) =>
        request.startsWith('GET /Users?startIndex') ? { status: 200, body: listed([], 1, 100) } : undefined;
      const done = await converge(open().target, acme(crowd(12)));
      expect(failuresOf(done)).toEqual(['TARGET_FOREIGN user u5@acme.example']);
      expect(stub.store.Users.size).toBe(12);
    });

    test.each<'drop' | 'lose' | { status: number }>(['drop', 'lose', { status: 413 }])(
      'a request that is lost (%s) doubles nobody',
      async (fault) => {
        stub.traits.isLax = true;
        stub.fault = (request) => (request === 'POST /Bulk' ? fault : undefined);
        expect(failuresOf(await converge(open().target, acme(crowd(20))))).toEqual([]);
        await heals(crowd(20));
      },
    );
  });
});

test('groups are made once, though the answer was lost', async () => {
  const all = storedGroup('all@acme.example', ['ann@acme.example']);
  stub.traits.isLax = true;
  let isFirst = true;
  stub.fault = (request) => {
    if (request !== 'POST /Groups' || !isFirst) return undefined;
    isFirst = false;
    return 'lose';
  };
  expect(failuresOf(await converge(open({ groups: true }).target, acme([ann, all])))).toEqual([]);
  expect(stub.store.Groups.size).toBe(1);
  expect(await changesOf(open({ groups: true }).target, acme([ann, all]))).toEqual([]);
});

test.each([5, 60, 140])('a process that is killed after %i requests is no harm', async (requests) => {
  stub.traits.isLax = true;
  const program = fileURLToPath(new URL('../support/scim/converge-worker.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', program, stub.url, '200'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(child, 'exit');
  let posts = 0;
  stub.fault = (request) => {
    posts += request === 'POST /Users' ? 1 : 0;
    if (posts === requests) child.kill('SIGKILL');
    return undefined;
  };
  expect((await ended)[1]).toBe('SIGKILL');
  expect(stub.store.Users.size).toBeLessThan(200);
  await heals(crowd(200));
});
