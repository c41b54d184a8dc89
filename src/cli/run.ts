/** Runs one command line and says how it ended. */
import { isAbsolute, join, relative, resolve } from 'node:path';
import { type Command, CommanderError } from 'commander';
import { isInterruption } from '../app/interrupted.ts';
import { inert } from '../domain/inert.ts';
import type { Perform } from './commands/perform.ts';
import { type Context, Reported } from './context.ts';
import { EXIT, type ExitCode, worst } from './exit-code.ts';
import type { GlobalOptions } from './options.ts';
import { type LogFormat, type Output, processOutput } from './output.ts';
import { commandIn, programOf } from './program.ts';
import { processTerminal } from './terminal.ts';
import { problemOf } from './text/failure.ts';
import { adapters } from './wiring.ts';

/** Runs the command line `argv`, without the program's name. Never rejects. */
export async function run(argv: readonly string[]): Promise<ExitCode> {
  const logFormat = logFormatOf(argv);
  const output = processOutput(logFormat);
  const stop = new AbortController();
  listenForEnd(stop);
  let exit: ExitCode = EXIT.done;
  const perform: Perform = async (command, work) => {
    exit = await work(contextOf(command, stop.signal, output));
  };
  const complain = (text: string) => output.log('error', text.trimEnd().split('\n').map(inert).join('\n'));
  const program = await programOf(perform, complain, commandIn(argv));
  await program.parseAsync([...argv], { from: 'user' }).catch((error: unknown) => {
    exit = failed(error, stop.signal, argv, output);
  });
  const unwritten = await output.end();
  if (unwritten === null) return exit;
  output.complain({
    code: 'OUTPUT',
    message: `The result could not be written to stdout: ${unwritten.message}.`,
    hint: 'What the command did besides is done. Make room where its output goes, and look at it again.',
  });
  return worst([exit, EXIT.error]);
}

/** Before the options are read, so that a mistake in them is said in the right form too. */
function logFormatOf(argv: readonly string[]): LogFormat {
  const at = argv.indexOf('--log-format');
  return argv.includes('--log-format=json') || (at >= 0 && argv[at + 1] === 'json') ? 'json' : 'text';
}

function contextOf(command: Command, signal: AbortSignal, output: Output): Context {
  const options = command.optsWithGlobals<GlobalOptions>();
  const quiet = options.quiet === true;
  const verbose = options.verbose === true;
  const folder = resolve(options.directory ?? '.');
  return {
    terminal: processTerminal({ output, quiet, verbose, logFormat: options.logFormat }),
    adapters,
    signal,
    folder,
    // Relative paths stay so, for that is how people know them.
    file: (path) => (isAbsolute(path) ? path : join(relative('.', folder), path)),
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
}

function failed(error: unknown, signal: AbortSignal, argv: readonly string[], output: Output): ExitCode {
  if (error instanceof Reported) return error.exit;
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (isInterruption(error, signal)) {
    output.log('error', 'Interrupted.');
    return EXIT.interrupted;
  }
  output.complain(problemOf(error, argv.includes('-v') || argv.includes('--verbose')));
  return EXIT.error;
}
