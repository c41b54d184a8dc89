/** Runs one command line and says how it ended. */
import { resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { Interrupted } from '../app/interrupted.ts';
import { addApplyCommand } from './commands/apply.ts';
import { addCompletionCommand } from './commands/completion.ts';
import { addConflictsCommand } from './commands/conflicts.ts';
import { addDirectoryCommand } from './commands/directory.ts';
import { addHistoryCommand } from './commands/history.ts';
import { addInitCommand } from './commands/init.ts';
import type { Perform } from './commands/perform.ts';
import { addPlanCommand } from './commands/plan.ts';
import { addSchemaCommand } from './commands/schema.ts';
import { addShowCommand } from './commands/show.ts';
import { addSnapshotCommand } from './commands/snapshot.ts';
import { addStateCommand } from './commands/state.ts';
import { addSyncCommand } from './commands/sync.ts';
import { addUsersCommand } from './commands/users.ts';
import { addValidateCommand } from './commands/validate.ts';
import { addWhyCommand } from './commands/why.ts';
import { type Context, Reported } from './context.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { addGlobalOptions, type GlobalOptions } from './options.ts';
import { failureText } from './render-failure.ts';
import { processTerminal } from './terminal.ts';
import { version } from './version.ts';
import { adapters } from './wiring.ts';

const COMMANDS = [
  addInitCommand,
  addValidateCommand,
  addPlanCommand,
  addShowCommand,
  addApplyCommand,
  addSyncCommand,
  addWhyCommand,
  addConflictsCommand,
  addUsersCommand,
  addDirectoryCommand,
  addHistoryCommand,
  addStateCommand,
  addSnapshotCommand,
  addSchemaCommand,
  addCompletionCommand,
] as const;

/** Runs the command line `argv`, without the program's name. Never rejects. */
export async function run(argv: readonly string[]): Promise<ExitCode> {
  const stop = new AbortController();
  listenForEnd(stop);
  let exit: ExitCode = EXIT.done;
  const perform: Perform = async (command, work) => {
    exit = await work(contextOf(command, stop.signal));
  };
  try {
    await programOf(perform).parseAsync([...argv], { from: 'user' });
    return exit;
  } catch (error) {
    return failed(error, argv);
  }
}

/** The whole command line, for running, help and completion. */
export function programOf(perform: Perform): Command {
  const program = addGlobalOptions(new Command('rollcall'))
    .description('Keeps the user roster of an e-mail security service in step with each customer’s directory, as code.')
    .version(version(), '-V, --version')
    .helpOption('-h, --help', 'show help')
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('Run with --help to see what there is.')
    .exitOverride();
  for (const add of COMMANDS) add(program, perform);
  return program;
}

function contextOf(command: Command, signal: AbortSignal): Context {
  const options = command.optsWithGlobals<GlobalOptions>();
  const quiet = options.quiet === true;
  const verbose = options.verbose === true;
  return {
    terminal: processTerminal({ quiet, verbose, logFormat: options.logFormat }),
    adapters,
    signal,
    folder: resolve(options.directory ?? '.'),
    quiet,
    verbose,
  };
}

/** The first signal asks the command to come to an end, the second ends it. */
function listenForEnd(stop: AbortController): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(EXIT.interrupted);
      stop.abort();
    });
  }
  // Whoever read our output has heard enough (`| head`).
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? EXIT.done : EXIT.error);
  });
}

function failed(error: unknown, argv: readonly string[]): ExitCode {
  if (error instanceof Reported) return error.exit;
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  const interrupted = error instanceof Interrupted;
  process.stderr.write(
    interrupted ? 'Interrupted.\n' : failureText(error, argv.includes('-v') || argv.includes('--verbose')),
  );
  return interrupted ? EXIT.interrupted : EXIT.error;
}
