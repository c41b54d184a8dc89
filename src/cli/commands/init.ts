/** `rollcall init` */
import type { Command } from 'commander';
import { initialFiles } from '../../app/initial-files.ts';
import { count } from '../../domain/words.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { schemaText } from '../schemas.ts';
import type { Perform } from './perform.ts';

/** The schemas of files that people write. */
const EDITED = ['workspace', 'customer', 'users'];

export function addInitCommand(program: Command, perform: Perform): void {
  program
    .command('init')
    .argument('[dir]', 'the folder, which is made if need be', '.')
    .description('start a workspace: an example customer, .gitignore, editor settings')
    .addHelpText('after', '\nExamples:\n  rollcall init mail-rosters && cd mail-rosters && rollcall validate')
    .action((dir: string, _options: unknown, command: Command) => perform(command, (context) => init(dir, context)));
}

async function init(dir: string, { adapters, file, terminal, quiet }: Context): Promise<ExitCode> {
  const root = file(dir);
  const schemas = new Map(EDITED.map((name) => [name, schemaText(name)]));
  const { written, kept } = await adapters.writeNewFiles(root, initialFiles(schemas));
  if (!quiet) {
    for (const path of kept) terminal.say(`${path} is there already: left as it is.`);
  }
  await terminal.print([
    `${count(written.length, 'file')} written to ${root}: ${written.join(', ')}\n`,
    'Next: describe your customer in customers/example.yaml, then run: rollcall validate\n',
  ]);
  return EXIT.done;
}
