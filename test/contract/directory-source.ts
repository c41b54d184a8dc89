/** What every directory source must do, whatever is behind it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { objectDigest } from '../../src/adapters/directory/digest.ts';
import type { CustomerConfig } from '../../src/domain/config.ts';
import type { DirectoryObject, DirectoryReading } from '../../src/domain/directory.ts';
import type { DirectorySource, ReadProgress } from '../../src/ports/directory.ts';

export interface SourceUnderTest extends AsyncDisposable {
  readonly source: DirectorySource;
  /** A customer whose directory holds the people and groups of CONTRACT_WORLD. */
  readonly customer: CustomerConfig;
  /** The same, but its directory cannot be read to its end. */
  readonly broken: { readonly source: DirectorySource; readonly customer: CustomerConfig };
}

/** Ann is active, Ben is disabled; the group `all` has them both, and something that is not read. */
export const CONTRACT_WORLD = { ann: 'ann@example.test', ben: 'ben@example.test', group: 'all@example.test' } as const;

/** Registers the contract for one kind of source. */
export function directorySourceContract(name: string, open: () => Promise<SourceUnderTest>): void {
  describe(`${name} as a directory source`, () => {
    let subject: SourceUnderTest;
    beforeAll(async () => {
      subject = await open();
    });
    afterAll(async () => {
      await subject?.[Symbol.asyncDispose]();
    });
    const read = () => complete(subject.source.read(subject.customer, { signal: new AbortController().signal }));

    it('reads every object, and proves it', async () => {
      const { proof, objects } = await read();
      expect(proof.entries).toBe(objects.length);
      expect(proof.pages).toBeGreaterThan(0);
      expect(proof.elapsedMs).toBeGreaterThanOrEqual(0);
      expect(proof.digest).toBe(digestOf(objects));
      expect(byMail(objects, CONTRACT_WORLD.ann)).toMatchObject({ kind: 'user', disabled: false });
      expect(byMail(objects, CONTRACT_WORLD.ben)).toMatchObject({ kind: 'user', disabled: true });
    });

    it('reads the same a second time', async () => {
      const [first, second] = [await read(), await read()];
      expect(second.objects).toEqual(first.objects);
      expect(second.identity).toEqual(first.identity);
      expect(second.proof.digest).toBe(first.proof.digest);
    });

    it('gives each object one id in lower case, and never an empty text', async () => {
      const { objects, identity } = await read();
      const ids = objects.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(identity.id).toBe(identity.id.toLowerCase());
      for (const object of objects) {
        expect(object.id).toMatch(/^[^A-Z]+$/);
        for (const text of [...object.proxyAddresses, ...object.mail, ...object.aliases]) expect(text).not.toBe('');
        for (const text of Object.values(object.attributes)) expect(text).not.toBe('');
      }
    });

    it('knows the members of a group by their ids, and counts those it does not know', async () => {
      const { objects } = await read();
      const ids = [CONTRACT_WORLD.ann, CONTRACT_WORLD.ben].map((mail) => byMail(objects, mail).id);
      const group = byMail(objects, CONTRACT_WORLD.group);
      expect(group).toMatchObject({ kind: 'group', unknownMembers: 1 });
      expect(group.members.toSorted()).toEqual(ids.toSorted());
    });

    it('tells how far it is', async () => {
      const seen: ReadProgress[] = [];
      const signal = new AbortController().signal;
      await subject.source.read(subject.customer, { signal, onProgress: (progress) => seen.push(progress) });
      expect(seen.length).toBeGreaterThan(0);
      expect(seen.map(({ pages }) => pages)).toEqual(seen.map(({ pages }) => pages).toSorted((a, b) => a - b));
      expect(seen.at(-1)?.entries).toBeGreaterThan(0);
    });

    it('has nothing to read where there is no directory, or none that is enabled', async () => {
      const { directory } = subject.customer;
      const signal = new AbortController().signal;
      const without = { ...subject.customer, directory: null };
      const off = { ...subject.customer, directory: directory === null ? null : { ...directory, enabled: false } };
      expect(await subject.source.read(without, { signal })).toEqual({ status: 'none' });
      expect(await subject.source.read(off, { signal })).toEqual({ status: 'none' });
    });

    it('fails, saying what to do, when the directory cannot be read to its end', async () => {
      const { source, customer } = subject.broken;
      const reading = await source.read(customer, { signal: new AbortController().signal });
      expect(reading).toMatchObject({
        status: 'failed',
        problem: {
          code: expect.stringMatching(/^[A-Z_]+$/),
          message: expect.stringMatching(/\.$/),
          hint: expect.any(String),
        },
      });
    });

    it('fails when it is interrupted, before or on the way', async () => {
      expect(await subject.source.read(subject.customer, { signal: AbortSignal.abort() })).toMatchObject({
        status: 'failed',
        problem: { code: 'INTERRUPTED' },
      });
      const controller = new AbortController();
      const reading = subject.source.read(subject.customer, { signal: controller.signal });
      controller.abort();
      expect(await reading).toMatchObject({ status: 'failed', problem: { code: 'INTERRUPTED' } });
    });
  });
}

/** The reading, if it is complete; throws with the problem if it is not. */
export async function complete(
  reading: Promise<DirectoryReading>,
): Promise<Extract<DirectoryReading, { status: 'complete' }>> {
  const result = await reading;
  if (result.status === 'complete') return result;
  throw new Error(
    result.status === 'none' ? 'there is no directory' : `${result.problem.code}: ${result.problem.message}`,
  );
}

/** The one object with this as its first mail value or `SMTP:` address. */
export function byMail(objects: readonly DirectoryObject[], address: string): DirectoryObject {
  const found = objects.filter(
    ({ mail, proxyAddresses }) => mail[0] === address || proxyAddresses.includes(`SMTP:${address}`),
  );
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} objects have ${address}`);
  return found[0];
}

function digestOf(objects: readonly DirectoryObject[]): string {
  const digest = objectDigest();
  for (const object of objects) digest.add(object);
  return digest.value();
}
