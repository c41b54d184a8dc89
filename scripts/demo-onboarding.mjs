/**
 * Brings a customer on board with the built program, in a temporary folder: a small DNS server answers on loopback from zone files, and a private
 * Postfix is the customer's mail server. Without root or Postfix, or with --without-postfix, the steps of the mail server are taken on somebody's word.
 */
import { appendFile, chmod, cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { narrator } from './demo/narrator.mjs';
import { PROGRAM } from './demo/setting.mjs';
import { onStage } from './demo/stage.mjs';
import { storyWith } from './demo-onboarding/story.mjs';

// The servers are those of the tests, which are TypeScript. A cache would stay behind.
process.env.TSX_DISABLE_CACHE = '1';
const { register } = await import('tsx/esm/api');
register();
const { startZoneFiles } = await import('../test/support/dns/zone-files.ts');
const { startPostfix } = await import('../test/support/postfix/postfix.ts');
const { requirePeer } = await import('../test/support/requirements.ts');

const ROOT = fileURLToPath(new URL('../', import.meta.url));

process.exitCode = await onStage('npm run demo:onboarding', async ({ folder, signal }) => {
  const workspace = join(folder, 'onboarding');
  const isOurs = (path) => !path.endsWith('/.rollcall');
  await cp(join(ROOT, 'examples/onboarding'), workspace, { recursive: true, filter: isOurs });
  const dns = await startZoneFiles(join(workspace, 'zones'));
  try {
    await play({ workspace, folder, dns, signal });
  } finally {
    await dns[Symbol.asyncDispose]();
  }
});

async function play({ workspace, folder, dns, signal }) {
  const asking = `dns: {resolvers: ['${dns.address}'], authoritative: false, timeout: 1s}\n`;
  await appendFile(join(workspace, 'rollcall.yaml'), asking);
  const access = join(folder, 'access');
  const mail = await mailServer(folder, access);
  try {
    await tellStory({ workspace, access, dns, mail, signal });
  } finally {
    await mail?.stop();
  }
}

async function tellStory({ workspace, access, dns, mail, signal }) {
  const { say, tell } = narrator({
    folder: workspace,
    programs: {
      rollcall: [process.execPath, PROGRAM],
      hostmaster: [process.execPath, join(ROOT, 'scripts/demo-onboarding/hostmaster.mjs')],
      firewall: [process.execPath, join(ROOT, 'scripts/demo-onboarding/firewall.mjs')],
    },
    environment: { ROLLCALL: PROGRAM, ACCESS: access },
    signal,
  });
  say('The workspace is a copy of examples/onboarding.');
  say(`A DNS server answers on ${dns.address} from the files in zones/.`);
  say(
    mail === null
      ? 'There is no mail server to ask here: what it does is taken on the word of whoever set it up (--confirm).'
      : `A Postfix on 127.0.0.1:${mail.port} is the mail server of the customer.`,
  );
  say(
    '"rollcall" stands for: node dist/cli/main.js; "hostmaster" and "firewall" do what somebody at the customer would do.',
  );
  await tell(storyWith(mail === null ? null : { address: '127.0.0.1', port: mail.port }));
  if (!signal.aborted) say('\nThat was all. docs/onboarding.md says how to bring a customer of your own on board.');
}

/** Takes mail from everybody, until the table says otherwise; null where there can be none. */
async function mailServer(folder, access) {
  if (process.argv.includes('--without-postfix') || !canRunPostfix()) return null;
  await writeFile(access, '');
  // Postfix reads it as a user of its own.
  await chmod(folder, 0o755);
  return startPostfix({
    domains: ['larch.example'],
    recipients: [
      'rosa.larch@larch.example',
      'tom.larch@larch.example',
      'ines.moreau@larch.example',
      'office@larch.example',
    ],
    // A process for each connection, so that a change of the table counts at once.
    settings: { smtpd_client_restrictions: `check_client_access cidr:${access}`, max_use: '1' },
  });
}

function canRunPostfix() {
  try {
    requirePeer('Postfix');
    return true;
  } catch {
    return false;
  }
}
