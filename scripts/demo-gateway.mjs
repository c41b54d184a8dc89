/**
 * Lets a roster take effect in a real Postfix on loopback, with the built program, in a temporary folder: somebody new is refused before an apply and taken
 * after it, and what somebody edits by hand is found and put back. It needs root and Debian's postfix and postfix-lmdb, and sends no mail.
 */
import { chmod, cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { narrator } from './demo/narrator.mjs';
import { PROGRAM } from './demo/setting.mjs';
import { onStage } from './demo/stage.mjs';
import { story } from './demo-gateway/story.mjs';
import { installMissing, PEERS } from './install-debian.mjs';

// The gateway is that of the tests, which are TypeScript. A cache would stay behind.
process.env.TSX_DISABLE_CACHE = '1';
const { register } = await import('tsx/esm/api');
register();
const { startPostfix } = await import('../test/support/postfix/postfix.ts');

const ROOT = fileURLToPath(new URL('../', import.meta.url));

process.exitCode = await onStage('npm run demo:gateway', async ({ folder, signal }) => {
  await installMissing(PEERS.postfix, (text) => console.log(text));
  const workspace = join(folder, 'gateway');
  const isOurs = (path) => !path.endsWith('/.rollcall');
  await cp(join(ROOT, 'examples/gateway'), workspace, { recursive: true, filter: isOurs });
  const tables = join(workspace, 'tables');
  await mkdir(tables);
  // Postfix reads them as a user of its own.
  await chmod(folder, 0o755);
  const gateway = await startPostfix({
    domains: [],
    recipients: [],
    settings: {
      relay_domains: `lmdb:${tables}/domains`,
      relay_recipient_maps: `lmdb:${tables}/recipients`,
      transport_maps: `lmdb:${tables}/transport`,
    },
  });
  try {
    await play({ workspace, gateway, signal });
  } finally {
    await gateway.stop();
  }
});

async function play({ workspace, gateway, signal }) {
  const { say, tell } = narrator({
    folder: workspace,
    programs: {
      rollcall: [process.execPath, PROGRAM],
      rcpt: [process.execPath, join(ROOT, 'scripts/demo-gateway/rcpt.mjs')],
      somebody: [process.execPath, join(ROOT, 'scripts/demo-gateway/somebody.mjs')],
      cat: ['cat'],
    },
    environment: { GATEWAY_PORT: String(gateway.port), MAIL_CONFIG: gateway.etc },
    signal,
  });
  say('The workspace is a copy of examples/gateway; its directory is a recording.');
  say(
    `A Postfix of the demo's own listens on 127.0.0.1:${gateway.port}, with the tables that the target "edge" writes.`,
  );
  say('"rollcall" stands for: node dist/cli/main.js; "rcpt" offers mail for an address and sends none.');
  await tell(story);
  if (!signal.aborted) say('\nThat was all. docs/targets.md says what a target is, and how to set one up.');
}
