/**
 * Walks through Rollcall's story with the built program, in a temporary folder: against an OpenLDAP server of its own, or, where there is
 * none to be had, from the recordings in examples/. With --live or --recorded it does the one or the other, or fails.
 */
import { narrator } from './demo/narrator.mjs';
import { changeCommand, copyWorkspace, PASSWORDS, PROGRAM, startDirectories } from './demo/setting.mjs';
import { findProgram, SLAPD_PROGRAMS } from './demo/slapd.mjs';
import { onStage } from './demo/stage.mjs';
import { story } from './demo/story.mjs';
import { installCommand, installMissing, PEERS } from './install-debian.mjs';

const options = process.argv.slice(2);

process.exitCode = await onStage('npm run demo', async (stage) => {
  const server = options.includes('--recorded') ? null : await directoryServer(stage, options.includes('--live'));
  try {
    await perform(stage, server);
  } finally {
    await server?.stop();
  }
});

/** The server, or null where there is none to be had and one is not demanded. */
async function directoryServer({ folder, signal }, demanded) {
  try {
    return await start(folder);
  } catch (error) {
    if (demanded || signal.aborted) throw error;
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

async function perform({ folder, signal }, server) {
  const { say, tell } = narrator({
    folder: await copyWorkspace(folder, server),
    programs: { rollcall: [process.execPath, PROGRAM] },
    environment: PASSWORDS,
    changeDirectory: (ldif) => changeCommand(folder, server, ldif),
    signal,
  });
  say(
    server === null
      ? 'The workspace is a copy of examples/msp; its directories are recordings.'
      : `The workspace is a copy of examples/msp. An OpenLDAP server of the demo's own answers on ${server.url}.`,
  );
  say('"rollcall" stands for: node dist/cli/main.js');
  await tell(story({ live: server !== null, now: Date.now() }));
  if (!signal.aborted) say('\nThat was all. Go on with docs/tour.md, which does this step by step.');
}
