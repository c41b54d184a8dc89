/** Command lines that run in this process, with the real adapters: many of them cost less than one process of their own. */
import { join } from 'node:path';
import pc from 'picocolors';
import type { Perform } from '../../src/cli/commands/perform.ts';
import { Reported } from '../../src/cli/context.ts';
import { commandIn, programOf } from '../../src/cli/program.ts';
import { problemOf, problemText } from '../../src/cli/text/failure.ts';
import { adapters } from '../../src/cli/wiring.ts';

export interface InProcessOutcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in a folder. Nobody watches, nobody answers, and nothing interrupts it. */
export async function runInProcess(root: string, argv: readonly string[]): Promise<InProcessOutcome> {
  const said = { stdout: '', stderr: '' };
  const log = (text: string) => {
    said.stderr += `${text}\n`;
  };
  const complain = (problem: Parameters<typeof problemText>[0]) => log(problemText(problem).trimEnd());
  const terminal = {
    print: async (text: string | Iterable<string>) => {
      said.stdout += typeof text === 'string' ? text : [...text].join('');
    },
    complain,
    say: log,
    detail: () => {},
    ask: async () => null,
    colors: pc.createColors(false),
    sayColors: pc.createColors(false),
    watched: false,
  };
  let code: number | null = null;
  const perform: Perform = async (_, work) => {
    const { signal } = new AbortController();
    const file = (path: string) => join(root, path);
    code = await work({ terminal, adapters, signal, folder: root, file, quiet: false, verbose: false });
  };
  const program = await programOf(perform, log, commandIn(argv));
  await program.parseAsync([...argv], { from: 'user' }).catch((error: unknown) => {
    code = error instanceof Reported ? error.exit : 1;
    if (!(error instanceof Reported)) complain(problemOf(error, true));
  });
  if (code === null) throw new Error(`${argv.join(' ')} did not begin: ${said.stderr}`);
  return { code, ...said };
}
