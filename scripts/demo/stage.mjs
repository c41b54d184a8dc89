/** What a demo is played on: a temporary folder that is gone afterwards, and an end that tells how it went. */
import { existsSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StepFailed } from './narrator.mjs';
import { PROGRAM } from './setting.mjs';

/** Plays `perform({ folder, signal })` and returns the exit code; `again` is the command that builds and plays. A signal aborts it. */
export async function onStage(again, perform) {
  if (!existsSync(PROGRAM)) {
    console.error(`Rollcall is not built yet. Run: ${again}`);
    return 1;
  }
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop.abort());
  // Whoever read our output has heard enough (`| head`).
  process.stdout.on('error', () => stop.abort());
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'rollcall-demo-')));
  try {
    await perform({ folder, signal: stop.signal });
    return stop.signal.aborted ? 130 : 0;
  } catch (error) {
    if (stop.signal.aborted) return 130;
    console.error(`\nThe demo failed: ${error instanceof StepFailed ? error.message : error.stack}`);
    return 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
