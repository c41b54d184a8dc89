/** The demo tells its story to the end, with a server and without one, and leaves nothing behind. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { requirePeer } from '../support/requirements.ts';
import { programPath } from '../support/rollcall.ts';

const DEMO = fileURLToPath(new URL('../../scripts/demo.mjs', import.meta.url));

describe('the demo', () => {
  beforeAll(programPath);

  it('plays with an OpenLDAP server of its own', async () => {
    requirePeer('OpenLDAP');
    const said = await play('--live');
    expect(said).toContain('$ ldapmodify ');
    expect(said).toContain('$ rollcall plan -o plan.json');
  });

  it('plays from recordings, and says so', async () => {
    const said = await play('--recorded');
    expect(said).toContain('its directories are recordings');
    expect(said).toContain('$ rollcall plan --snapshot recordings/3-wrong-filter');
  });
});

async function play(how: '--live' | '--recorded'): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-play-'));
  try {
    const env = { ...process.env, TMPDIR: folder };
    // Rejects if it ends with anything but 0.
    const { stdout } = await promisify(execFile)(process.execPath, [DEMO, how], { env, maxBuffer: 2 ** 26 });
    expect(readdirSync(folder)).toEqual([]);
    expect(stdout).toContain('That was all.');
    return stdout;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
