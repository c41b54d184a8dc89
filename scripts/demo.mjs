/**
 * Walks through Rollcall's story with the built program, in a temporary folder: against an OpenLDAP server of its own, or, where there is
 * none to be had, from the recordings in examples/. With --live or --recorded it does the one or the other, or fails.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { narrator, StepFailed } from './demo/narrator.mjs';
import { changeCommand, copyWorkspace, PASSWORDS, PROGRAM, startDirectories } from './demo/setting.mjs';
import { findProgram, SLAPD_PROGRAMS } from './demo/slapd.mjs';
import { story } from './demo/story.mjs';
import { installCommand, installMissing, PEERS } from './install-debian.mjs';

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop.abort());
// Whoever read our output has heard enough (`| head`).
process.stdout.on('error', () => stop.abort());

process.exitCode = await main(process.argv.slice(2));

async function main(options) {
  if (!existsSync(PROGRAM)) {
    console.error('Rollcall is not built yet. Run: npm run demo');
    return 1;
  }
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'rollcall-demo-')));
  let server = null;
  try {
    server = options.includes('--recorded') ? null : await directoryServer(folder, options.includes('--live'));
    await perform(folder, server);
    return stop.signal.aborted ? 130 : 0;
  } catch (error) {
    if (stop.signal.aborted) return 130;
    console.error(`\nThe demo failed: ${error instanceof StepFailed ? error.message : error.stack}`);
    return 1;
  } finally {
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The server, or null where there is none to be had and one is not demanded. */
async function directoryServer(folder, demanded) {
  try {
    return await start(folder);
  } catch (error) {
    if (demanded || stop.signal.aborted) throw error;
    console.log(`${error.message}\nSo the directories come from the recordings in examples/msp/recordings instead.`);
    return null;
  }
}

async function start(folder) {
  const absent = () => SLAPD_PROGRAMS.filter((name) => findProgram(name) === undefined);
  if (absent().length > 0) {
    const { reason } = await installMissing(PEERS.openldap, (text) => console.log(text));
    if (absent().length > 0) {
      throw new Error(
        `There is no OpenLDAP server here. ${reason ?? ''}\nTo see the demo with one, on Debian: ${installCommand(PEERS.openldap)}`,
      );
    }
  }
  return startDirectories(folder);
}

async function perform(folder, server) {
  const { say, tell } = narrator({
    folder: await copyWorkspace(folder, server),
    program: [process.execPath, PROGRAM],
    environment: PASSWORDS,
    changeDirectory: (ldif) => changeCommand(folder, server, ldif),
    signal: stop.signal,
  });
  say(
    server === null
      ? 'The workspace is a copy of examples/msp; its directories are recordings.'
      : `The workspace is a copy of examples/msp. An OpenLDAP server of the demo's own answers on ${server.url}.`,
  );
  say('"rollcall" stands for: node dist/cli/main.js');
  await tell(story({ live: server !== null, now: Date.now() }));
  if (!stop.signal.aborted) say('\nThat was all. Go on with docs/getting-started.md, which does this step by step.');
}
