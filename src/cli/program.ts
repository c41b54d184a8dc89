/** The command line: its options and its commands, each loaded when it is called. */
import { Command } from 'commander';
import type { Perform } from './commands/perform.ts';
import { addGlobalOptions } from './options.ts';
import { version } from './version.ts';

type AddCommand = (program: Command, perform: Perform) => void;

/** By name, in the order of the help. To load all of them takes longer than most commands take to do their work. */
const COMMANDS: Readonly<Record<string, () => Promise<AddCommand>>> = {
  init: async () => (await import('./commands/init.ts')).addInitCommand,
  validate: async () => (await import('./commands/validate.ts')).addValidateCommand,
  fmt: async () => (await import('./commands/fmt.ts')).addFmtCommand,
  check: async () => (await import('./commands/check.ts')).addCheckCommand,
  setup: async () => (await import('./commands/setup.ts')).addSetupCommand,
  plan: async () => (await import('./commands/plan.ts')).addPlanCommand,
  show: async () => (await import('./commands/show.ts')).addShowCommand,
  apply: async () => (await import('./commands/apply.ts')).addApplyCommand,
  approve: async () => (await import('./commands/approve.ts')).addApproveCommand,
  sync: async () => (await import('./commands/sync.ts')).addSyncCommand,
  why: async () => (await import('./commands/why.ts')).addWhyCommand,
  conflicts: async () => (await import('./commands/conflicts.ts')).addConflictsCommand,
  users: async () => (await import('./commands/users.ts')).addUsersCommand,
  directory: async () => (await import('./commands/directory.ts')).addDirectoryCommand,
  discover: async () => (await import('./commands/discover.ts')).addDiscoverCommand,
  drift: async () => (await import('./commands/drift.ts')).addDriftCommand,
  import: async () => (await import('./commands/import.ts')).addImportCommand,
  history: async () => (await import('./commands/history.ts')).addHistoryCommand,
  state: async () => (await import('./commands/state.ts')).addStateCommand,
  snapshot: async () => (await import('./commands/snapshot.ts')).addSnapshotCommand,
  schema: async () => (await import('./commands/schema.ts')).addSchemaCommand,
  man: async () => (await import('./commands/man.ts')).addManCommand,
  completion: async () => (await import('./commands/completion.ts')).addCompletionCommand,
};

/** They tell of all the others. */
const NEED_ALL = ['completion', 'man'];

/** Global options whose value is the word behind them. Letters may be written together: `-vC DIR`. */
const TAKES_NEXT = /^(?:-[a-zA-Z]*C|--directory|--log-format)$/;

/** The command that a command line names, or null where it names none that there is. */
export function commandIn(argv: readonly string[]): string | null {
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? '';
    if (TAKES_NEXT.test(word)) index += 1;
    else if (!word.startsWith('-')) return Object.hasOwn(COMMANDS, word) && !NEED_ALL.includes(word) ? word : null;
  }
  return null;
}

/**
 * The command line with the one command that is `only`, to run it, or with all of them, for those that tell of them. `writeError` takes what is
 * wrong with its use.
 */
export async function programOf(
  perform: Perform,
  writeError: (text: string) => void,
  only: string | null = null,
): Promise<Command> {
  const program = addGlobalOptions(new Command('rollcall'))
    .description('Keeps the user roster of an e-mail security service in step with each customer’s directory, as code.')
    .version(version(), '-V, --version')
    .helpOption('-h, --help', 'show help')
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('Run with --help to see what there is.')
    .configureOutput({ writeErr: writeError })
    .exitOverride();
  const named = Object.entries(COMMANDS).filter(([name]) => only === null || name === only);
  for (const add of await Promise.all(named.map(([, load]) => load()))) add(program, perform);
  return program;
}
