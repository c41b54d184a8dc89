/** `rollcall init` in a terminal. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inTerminal } from '../support/rollcall-terminal.ts';
import { temporaryFolder } from '../support/workspace.ts';

const ENTER = '\r';

describe.concurrent('init in a terminal', () => {
  test('asks, says what is wrong with an answer, and writes what was said', async () => {
    using folder = temporaryFolder();
    const { code } = await inTerminal(['init', 'rosters', '--type', 'none'], {
      cwd: folder.path,
      typing: [
        ['[acme]: ', `Birch Ltd${ENTER}`],
        ['must be up to 63 small letters, digits and -', `birch${ENTER}`],
        ['[Birch]: ', ENTER],
        ['[birch.example]: ', `birch.test${ENTER}`],
        ['[none]: ', ENTER],
      ],
    });
    expect(code).toBe(0);
    const text = readFileSync(join(folder.path, 'rosters/customers/birch.yaml'), 'utf8');
    expect(text).toContain('postmaster@birch.test');
  });

  test.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('%s writes nothing at all', async (_, key) => {
    using folder = temporaryFolder();
    const { code, said } = await inTerminal(['init', 'rosters'], {
      cwd: folder.path,
      typing: [
        ['[acme]: ', ENTER],
        ['[Acme]: ', key],
      ],
    });
    expect(said).toContain('Interrupted.');
    expect(code).toBe(130);
    expect(readdirSync(folder.path)).toEqual([]);
    expect(existsSync(join(folder.path, 'rosters'))).toBe(false);
  });
});
