/** Records the directories of the demo's story into examples/msp/recordings, from an OpenLDAP server of its own. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { changesLdif } from './people.mjs';
import { changeCommand, copyWorkspace, EXAMPLE, PASSWORDS, PROGRAM, startDirectories } from './setting.mjs';
import { CUSTOMER, INCLUDE, RECORDINGS, WRONG_FILTER } from './story.mjs';

const run = promisify(execFile);

const folder = await mkdtemp(join(tmpdir(), 'rollcall-record-'));
const server = await startDirectories(folder);
try {
  const workspace = await copyWorkspace(folder, server);
  const record = async (name, at) => {
    const args = ['snapshot', '-o', join(EXAMPLE, 'recordings', name), '--at', at];
    const { stdout } = await run(process.execPath, [PROGRAM, ...args], {
      cwd: workspace,
      env: { ...process.env, ...PASSWORDS },
    });
    process.stdout.write(stdout);
  };
  await record(RECORDINGS.first, '2026-11-02T08:00:00Z');
  const [command, ...args] = await changeCommand(folder, server, changesLdif());
  await run(command, args, { cwd: workspace });
  await record(RECORDINGS.changed, '2026-11-03T08:00:00Z');
  const file = join(workspace, CUSTOMER);
  await writeFile(file, (await readFile(file, 'utf8')).replace(INCLUDE, `$&\n${WRONG_FILTER}`));
  await record(RECORDINGS.misread, '2026-11-04T08:00:00Z');
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
