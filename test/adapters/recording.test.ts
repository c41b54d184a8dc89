/** Recordings: what was read comes back as it was, or not at all. */
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { objectDigest } from '../../src/adapters/directory/digest.ts';
import { readRecording } from '../../src/adapters/directory/recording-read.ts';
import { recordingSource } from '../../src/adapters/directory/recording-source.ts';
import { recordReading } from '../../src/adapters/directory/recording-write.ts';
import { redactReading } from '../../src/app/redaction/reading.ts';
import type { CompleteReading, DirectoryObject, DirectoryReading } from '../../src/domain/directory.ts';
import { parseInstant } from '../../src/domain/instant.ts';
import type { CustomerId, ObjectId } from '../../src/domain/roster.ts';
import { CONTRACT_WORLD, complete, directorySourceContract } from '../contract/directory-source.ts';
import { ldapCustomer } from '../support/ldap-customer.ts';

const ACME = 'acme' as CustomerId;
const AT = parseInstant('2026-11-20T12:00:00Z') ?? neverAnInstant();

function neverAnInstant(): never {
  throw new Error('the instant is one');
}

function objectOf(id: string, more: Partial<DirectoryObject> = {}): DirectoryObject {
  return {
    id: id as ObjectId,
    name: `cn=${id},dc=example,dc=test`,
    kind: 'user',
    mailbox: 'user',
    disabled: false,
    guest: false,
    proxyAddresses: [],
    mail: [`${id}@example.test`],
    aliases: [],
    attributes: {},
    members: [],
    unknownMembers: 0,
    ...more,
  };
}

function readingOf(objects: readonly DirectoryObject[]): CompleteReading {
  const digest = objectDigest();
  for (const object of objects) digest.add(object);
  const proof = { pages: 2, ranges: 1, referrals: ['ldap://other/'], throttled: 0, since: null, elapsedMs: 12 };
  return {
    status: 'complete',
    identity: { type: 'ldap', id: '00112233-4455-6677-8899-aabbccddeeff' },
    proof: { ...proof, entries: objects.length, digest: digest.value() },
    objects,
  };
}

const WORLD = [
  objectOf('ann', {
    proxyAddresses: ['SMTP:ann@example.test', 'X500:/o=x'],
    attributes: { givenName: 'Änn', surname: '美咲', notes: 'two\nlines "quoted" \u2028' },
  }),
  objectOf('ben', { disabled: true, aliases: ['b@example.test'] }),
  objectOf('room', { mailbox: 'room', disabled: true }),
  objectOf('info', { kind: 'publicFolder' }),
  objectOf('all', { kind: 'group', members: ['ann', 'ben'] as ObjectId[], unknownMembers: 1 }),
];

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-recording-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const read = (): Promise<DirectoryReading> =>
  recordingSource(folder).read(ldapCustomer({}), { signal: new AbortController().signal });

it('says that it is redacted, and is as whole as any', async () => {
  const reading = redactReading(readingOf(WORLD), (kind) => `${kind}-aaaaaaaaaaaa`);
  if (reading.status !== 'complete') throw new Error('it is not complete');
  const path = await recordReading(folder, ACME, reading, AT);
  const text = await readFile(path, 'utf8');
  expect(JSON.parse(text.slice(0, text.indexOf('\n')))).toMatchObject({ customer: 'acme', redacted: true });
  expect(text).not.toMatch(/Änn|美咲|cn=ben/);
  const back = await read();
  expect(back).toMatchObject({ status: 'complete', objects: reading.objects, proof: { redacted: true } });
  await writeFile(path, text.replace('name-aaaaaaaaaaaa', 'name-bbbbbbbbbbbb'));
  expect(await read()).toMatchObject(damaged(7, 'objects are not'));
});

const damaged = (line: number, what = '') => ({
  status: 'failed',
  problem: {
    code: 'RECORDING_DAMAGED',
    message: expect.stringMatching(new RegExp(`acme\\.ndjson:${line}: the recording cannot be used: .*${what}`)),
    hint: expect.stringContaining('rollcall snapshot'),
  },
});

directorySourceContract('A recording', async () => {
  const home = await mkdtemp(join(tmpdir(), 'rollcall-recording-'));
  const objects = [
    objectOf('1', { mail: [CONTRACT_WORLD.ann] }),
    objectOf('2', { mail: [CONTRACT_WORLD.ben], disabled: true }),
    objectOf('3', {
      mail: [CONTRACT_WORLD.group],
      kind: 'group',
      members: ['1', '2'] as ObjectId[],
      unknownMembers: 1,
    }),
  ];
  await recordReading(home, ACME, readingOf(objects), AT);
  const customer = ldapCustomer({});
  return {
    source: recordingSource(home),
    customer,
    broken: { source: recordingSource(join(home, 'none')), customer },
    [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }),
  };
});

describe('a recording', () => {
  it('comes back with the same objects, identity and proof', async () => {
    const reading = readingOf(WORLD);
    const path = await recordReading(join(folder, 'new', 'folder'), ACME, reading, AT);
    expect(path).toBe(join(folder, 'new', 'folder', 'acme.ndjson'));
    const signal = new AbortController().signal;
    const source = recordingSource(join(folder, 'new', 'folder'));
    expect(await complete(source.read(ldapCustomer({}), { signal }))).toEqual(reading);
    expect(await readRecording(path)).toMatchObject({ customer: 'acme', recordedAt: AT });
  });

  it('of an empty directory comes back empty', async () => {
    await recordReading(folder, ACME, readingOf([]), AT);
    expect(await read()).toEqual(readingOf([]));
  });

  it('of many objects comes back whole', async () => {
    const reading = readingOf(
      Array.from({ length: 20_000 }, (_, index) =>
        objectOf(`p${index}`, { attributes: { notes: 'ü'.repeat((index % 90) + 1) } }),
      ),
    );
    await recordReading(folder, ACME, reading, AT);
    expect(await read()).toEqual(reading);
  });

  it('takes the place of an older one, is for its owner only, and leaves nothing beside it', async () => {
    await recordReading(folder, ACME, readingOf(WORLD), AT);
    await recordReading(folder, ACME, readingOf(WORLD.slice(1)), AT);
    expect((await complete(read())).objects).toHaveLength(WORLD.length - 1);
    expect(await readdir(folder)).toEqual(['acme.ndjson']);
    expect((await stat(join(folder, 'acme.ndjson'))).mode & 0o777).toBe(0o600);
  });

  it('that cannot be written leaves the older one as it was', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(recordReading(join(folder, 'file'), ACME, readingOf(WORLD), AT)).rejects.toMatchObject({
      code: 'RECORDING_NOT_SAVED',
    });
    await mkdir(join(folder, 'acme.ndjson'));
    await expect(recordReading(folder, ACME, readingOf(WORLD), AT)).rejects.toMatchObject({
      code: 'RECORDING_NOT_SAVED',
    });
    expect((await readdir(folder)).toSorted()).toEqual(['acme.ndjson', 'file']);
  });
});

describe('a recording that is not whole', () => {
  let text: string;
  const path = () => join(folder, 'acme.ndjson');
  beforeEach(async () => {
    await recordReading(folder, ACME, readingOf(WORLD), AT);
    text = await readFile(path(), 'utf8');
  });

  it('is missed when it is not there', async () => {
    await rm(path());
    expect(await read()).toMatchObject({
      status: 'failed',
      problem: { code: 'RECORDING_MISSING', message: expect.stringContaining('acme.ndjson') },
    });
  });

  it('is refused wherever it was cut, at a line or within one', async () => {
    for (let length = 0; length < text.length; length += 1) {
      await writeFile(path(), text.slice(0, length));
      const line = text.slice(0, length).split('\n').length;
      expect(await read(), `cut after ${length} characters`).toMatchObject(damaged(line));
    }
  });

  it('is refused when a line is missing or moved', async () => {
    const lines = text.trimEnd().split('\n');
    const swapped = lines.with(1, lines[2] ?? '').with(2, lines[1] ?? '');
    for (const changed of [lines.toSpliced(2, 1), swapped]) {
      await writeFile(path(), `${changed.join('\n')}\n`);
      expect(await read()).toMatchObject(damaged(changed.length, 'objects are not'));
    }
  });

  it.each([
    ['an address', 'ann@example.test', 'eve@example.test'],
    ['the kind', '"kind":"publicFolder"', '"kind":"user"'],
    ['a disabled account', '"disabled":true,', ''],
    ['the number of unknown members', '"unknownMembers":1', '"unknownMembers":2'],
    ['the digest', /sha256:./, 'sha256:x'],
    ['the count', `"entries":${WORLD.length}`, '"entries":1'],
  ])('is refused when it was changed: %s', async (_, from, to) => {
    await writeFile(path(), text.replace(from, to));
    expect(await read()).toMatchObject(damaged(WORLD.length + 2, 'objects are not'));
  });

  it.each([
    ['what is not JSON', '"kind":"group"', '"kind":group', 6, 'it is not JSON'],
    ['an unknown member', '"kind":"group"', '"kind":"group","extra":1', 6, '"extra" does not belong there'],
    ['an unknown kind', '"kind":"group"', '"kind":"robot"', 6, '"kind" is none of'],
    ['a list that is none', '"members":["ann","ben"]', '"members":"ann"', 6, '"members" is not a list'],
    ['an empty attribute', '"surname":"美咲"', '"surname":""', 2, '"surname" is not a text'],
    ['an unknown attribute', '"surname"', '"shoeSize"', 2, '"shoeSize" does not belong there'],
    ['another format', 'rollcall.recording/1', 'rollcall.recording/2', 1, 'rollcall.recording/1'],
    ['no moment', AT, 'yesterday', 1, '"recordedAt" is not a moment'],
    ['a negative count', '"pages":2', '"pages":-2', 7, '"pages" is not a count'],
  ])('is refused with the line that holds %s', async (_, from, to, line, what) => {
    await writeFile(path(), text.replace(from, to));
    expect(await read()).toMatchObject(damaged(line, what.replace('"', '.').replace('/', '.')));
  });

  it('is refused with what comes after its end', async () => {
    await writeFile(path(), `${text}\n`);
    expect(await read()).toMatchObject(damaged(8, 'something after its end'));
  });

  it('is refused with the line that is not UTF-8', async () => {
    const bytes = Buffer.from(text);
    bytes[bytes.indexOf('Änn') + 1] = 0x20;
    await writeFile(path(), bytes);
    expect(await read()).toMatchObject(damaged(2, 'it is not UTF-8'));
  });

  it('is refused when it is of another customer', async () => {
    await writeFile(path(), text.replace('"customer":"acme"', '"customer":"globex"'));
    expect(await read()).toMatchObject(damaged(1, 'of the customer globex'));
  });

  it('is refused when a line is repeated', async () => {
    const lines = text.trimEnd().split('\n');
    await writeFile(path(), `${lines.toSpliced(2, 0, lines[2] ?? '').join('\n')}\n`);
    expect(await read()).toMatchObject(damaged(4, 'an object with the id .* already'));
  });

  it('is refused when two objects in it have one id, whatever its digest says', async () => {
    await recordReading(folder, ACME, readingOf([objectOf('1'), objectOf('1', { mail: ['other@example.test'] })]), AT);
    expect(await read()).toMatchObject(damaged(3, 'an object with the id 1 already'));
  });

  it('is refused when it is a folder', async () => {
    await rm(path());
    await mkdir(path());
    expect(await read()).toMatchObject({ status: 'failed', problem: { code: 'RECORDING_UNREADABLE' } });
  });
});

describe('the digest', () => {
  const digestOf = (objects: readonly DirectoryObject[]) => readingOf(objects).proof.digest;

  it('tells where one text ends and the next begins', () => {
    const one = objectOf('a', { mail: ['x', 'y'], attributes: { givenName: 'ab', surname: 'c' } });
    const others: readonly Partial<DirectoryObject>[] = [
      { mail: ['xy'] },
      { mail: ['', 'xy'] },
      { mail: ['x'], aliases: ['y'] },
      { attributes: { givenName: 'a', surname: 'bc' } },
      { attributes: { surname: 'ab', displayName: 'c' } },
      { unknownMembers: 1 },
      { disabled: true },
    ];
    const digests = [one, ...others.map((other) => ({ ...one, ...other }))].map((object) => digestOf([object]));
    expect(new Set(digests).size).toBe(digests.length);
  });

  it('stays what it is: recordings that were made before depend on it', () => {
    expect(digestOf(WORLD)).toBe('sha256:ad2042f2ee7241e3321cb50cb6794cb674e81e670c701f8b0a94522d7d52776c');
  });

  it('is the same for the same objects, in the same order only', () => {
    expect(digestOf(WORLD)).toBe(digestOf(structuredClone(WORLD)));
    expect(digestOf(WORLD)).not.toBe(digestOf(WORLD.toReversed()));
  });
});
