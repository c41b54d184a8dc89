/** Texts of any size, line by line. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readLines } from '../../src/adapters/files/lines.ts';
import { temporaryFolder } from '../support/workspace.ts';

async function linesOf(content: string | Buffer): Promise<readonly string[]> {
  using folder = temporaryFolder();
  const path = join(folder.path, 'text');
  writeFileSync(path, content);
  return await all(path);
}

async function all(path: string, signal = new AbortController().signal): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const text of readLines(path, signal)) lines.push(text);
  return lines;
}

describe('readLines', () => {
  test.each<[string, string | Buffer, readonly string[]]>([
    ['an empty file', '', []],
    ['line ends of both kinds', 'a\r\nb\n\nc\n', ['a', 'b', '', 'c']],
    ['a last line without an end', 'a\nb', ['a', 'b']],
    ['a byte-order mark', '\ufeffa\nb\n', ['a', 'b']],
    ['broken UTF-8', Buffer.from([0x61, 0xff, 0x0a]), ['a\ufffd']],
    ['zero bytes', 'a\0b\n', ['a\0b']],
  ])('reads %s', async (_, content, lines) => {
    expect(await linesOf(content)).toEqual(lines);
  });

  test('puts lines and characters together that stand across pieces', async () => {
    const lines = Array.from({ length: 20_000 }, (_, n) => `${n} größer als ein Stück`);
    expect(await linesOf(`${lines.join('\n')}\n`)).toEqual(lines);
  });

  test('cuts a line that has no end, and goes on behind it', async () => {
    const [long, next, ...others] = await linesOf(`${'x'.repeat(3_000_000)}\nnext\n`);
    expect(long).toBe('x'.repeat(16_384));
    expect([next, others]).toEqual(['next', []]);
  });

  test('says what cannot be read', async () => {
    using folder = temporaryFolder();
    mkdirSync(join(folder.path, 'sub'));
    for (const name of ['missing', 'sub']) {
      await expect(all(join(folder.path, name))).rejects.toMatchObject({
        code: 'FILE_UNREADABLE',
        message: expect.stringContaining(name),
      });
    }
  });

  test('ends when it is interrupted', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'text');
    writeFileSync(path, 'x\n'.repeat(1_000_000));
    const stop = new AbortController();
    const reading = (async () => {
      for await (const _ of readLines(path, stop.signal)) stop.abort();
    })();
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
  });
});
