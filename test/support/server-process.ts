/** Servers as child processes that never outlive the test. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { findProgram } from './requirements.ts';

export interface ServerProcess {
  /** Rejects with the end of the log if the process has gone. */
  alive(): Promise<void>;
  /** Ends it, by force after five seconds. Twice does no harm. */
  stop(): Promise<void>;
}

/** Starts a program that stays in the foreground, its output in `log`. */
export function startServer(program: string, args: readonly string[], log: string): ServerProcess {
  const path = findProgram(program) ?? program;
  // The kernel kills it with us, even if we are killed ourselves.
  const guard = findProgram('setpriv');
  const command = guard === null ? [path, ...args] : [guard, '--pdeathsig', 'KILL', path, ...args];
  const output = openSync(log, 'a');
  const child = spawn(command[0] ?? path, command.slice(1), { stdio: ['ignore', output, output] });
  closeSync(output);
  let startError: Error | null = null;
  child.once('error', (error) => {
    startError = error;
  });
  return {
    async alive() {
      if (startError !== null) throw startError;
      if (!hasEnded(child)) return;
      const said = await readFile(log, 'utf8').catch(() => '');
      throw new Error(`${program} ended with ${child.exitCode ?? child.signalCode}:\n${said.slice(-2000)}`);
    },
    async stop() {
      if (hasEnded(child) || child.pid === undefined) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await Promise.race([ended, wait(5000, undefined, { ref: false })]);
      if (!hasEnded(child)) {
        child.kill('SIGKILL');
        await ended;
      }
    },
  };
}

/** Asks until it answers; rejects when the server has gone or `timeoutMs` is over. */
export async function untilReady(
  server: ServerProcess,
  ask: () => Promise<boolean>,
  timeoutMs = 30_000,
): Promise<void> {
  for (const start = performance.now(); performance.now() - start < timeoutMs; await wait(20)) {
    if (await ask()) return;
    await server.alive();
  }
  throw new Error(`The server did not answer within ${timeoutMs} ms.`);
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
