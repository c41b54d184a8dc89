/** The demo tells its story to the end, with a server and without one, and leaves nothing behind. */
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { requirePeer } from '../support/requirements.ts';
import { programPath } from '../support/rollcall.ts';

const DEMO = fileURLToPath(new URL('../../scripts/demo.mjs', import.meta.url));
const ONBOARDING = fileURLToPath(new URL('../../scripts/demo-onboarding.mjs', import.meta.url));
const GATEWAY = fileURLToPath(new URL('../../scripts/demo-gateway.mjs', import.meta.url));
const ENTRA = fileURLToPath(new URL('../../scripts/demo-entra.mjs', import.meta.url));

describe('the demo', () => {
  beforeAll(programPath);

  it('plays with an OpenLDAP server of its own', async () => {
    requirePeer('OpenLDAP');
    const said = await play(DEMO, '--live');
    expect(said).toContain('$ ldapmodify ');
    expect(said).toContain('$ rollcall plan -o plan.json');
  });

  it('plays from recordings, and says so', async () => {
    const said = await play(DEMO, '--recorded');
    expect(said).toContain('its directories are recordings');
    expect(said).toContain('$ rollcall plan --snapshot recordings/3-wrong-filter');
  });

  it('plays with a tenant of Entra ID', async () => {
    const said = await play(ENTRA);
    expect(said).toContain('$ rollcall check directory');
    expect(said).toContain('Asked of Microsoft Graph since the last time: 1.');
  });

  it('lets a roster take effect in a Postfix, and undoes what somebody edits there', async () => {
    requirePeer('Postfix');
    const said = await play(GATEWAY);
    expect(said).toContain('kim.vale@quill.example: 550 5.1.1');
    expect(said).toContain('kim.vale@quill.example: 250 2.1.5 Ok');
    expect(said).toContain('- remove  recipients eve@quill.example');
    expect(said).toContain('Run 3: edge: 1 added, 1 removed.');
  });

  it('brings a customer on board, whose mail server is a Postfix', async () => {
    requirePeer('Postfix');
    const said = await play(ONBOARDING);
    expect(said).toContain('is the mail server of the customer.');
    expect(said).toContain('Client host rejected: only the gateway delivers here');
    expect(said).toContain('all steps done');
  });

  it('brings a customer on board without a mail server to ask', async () => {
    const said = await play(ONBOARDING, '--without-postfix');
    expect(said).toContain('There is no mail server to ask here');
    expect(said).toContain('all steps done');
  });
});

async function play(demo: string, ...options: readonly string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-play-'));
  // Postfix works as a user of its own.
  chmodSync(folder, 0o755);
  try {
    const env = { ...process.env, TMPDIR: folder };
    // Rejects if it ends with anything but 0.
    const { stdout } = await promisify(execFile)(process.execPath, [demo, ...options], { env, maxBuffer: 2 ** 26 });
    expect(readdirSync(folder)).toEqual([]);
    expect(stdout).toContain('That was all.');
    return stdout;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
