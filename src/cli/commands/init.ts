/** `rollcall init` */
import { type Command, Option } from 'commander';
import { type Answers, DIRECTORY_TYPES } from '../../app/init/answers.ts';
import { initialFiles } from '../../app/init/initial-files.ts';
import { askAll, problemWith } from '../../app/init/questions.ts';
import { sampleReading } from '../../app/init/sample.ts';
import { Interrupted } from '../../app/interrupted.ts';
import type { CustomerId } from '../../domain/roster.ts';
import { count } from '../../domain/words.ts';
import { type Context, clockOf } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { schemaText } from '../schemas.ts';
import { END_OF_INPUT } from '../terminal.ts';
import type { Perform } from './perform.ts';

/** The schemas of files that people write. */
const EDITED = ['workspace', 'customer', 'users'];

interface InitOptions extends Pick<Partial<Answers>, 'name' | 'domain' | 'type'> {
  readonly yes?: boolean;
}

export function addInitCommand(program: Command, perform: Perform): void {
  program
    .command('init')
    .argument('[dir]', 'the folder, which is made if need be', '.')
    .description('start a workspace: a first customer, a sample to plan from, .gitignore, editor settings')
    .option('--name <name>', 'the first customer’s name')
    .option('--domain <domain>', 'the domain of its addresses')
    .addOption(new Option('--type <type>', 'the type of its directory').choices(DIRECTORY_TYPES))
    .option('--yes', 'ask nothing: what no option says is the default')
    .addHelpText(
      'after',
      `
Examples:
  rollcall init mail-rosters && cd mail-rosters && rollcall validate
  rollcall init --yes --name birch --domain birch.example --type entra`,
    )
    .action((dir: string, options: InitOptions, command: Command) =>
      perform(command, (context) => init(dir, options, context)),
    );
}

async function init(dir: string, { yes, ...given }: InitOptions, context: Context): Promise<ExitCode> {
  const { adapters, file, terminal, quiet } = context;
  if (!areUsable(given, context)) return EXIT.usage;
  // Nothing is written before the last answer.
  const answers = await askAll(given, {
    ask: yes === true ? async () => null : (question) => answerTo(question, context),
    refuse: (problem) => terminal.say(`  ${problem}`),
  });
  const reading = sampleReading(answers);
  const sample =
    reading === null ? null : await adapters.recordingText(answers.name as CustomerId, reading, clockOf({})());
  const schemas = new Map(EDITED.map((name) => [name, schemaText(name)]));
  const root = file(dir);
  const { written, kept } = await adapters.writeNewFiles(root, initialFiles(answers, { schemas, sample }));
  if (!quiet) {
    for (const path of kept) terminal.say(`${path} is there already: left as it is.`);
  }
  const plan = sample === null ? 'rollcall plan' : 'rollcall plan --snapshot sample';
  await terminal.print([
    `${count(written.length, 'file')} written to ${root}: ${written.join(', ')}\n`,
    `Next: read README.md, and run there: rollcall validate, then: ${plan}\n`,
  ]);
  return EXIT.done;
}

async function answerTo(question: string, { terminal, signal }: Context): Promise<string | null> {
  const answer = await terminal.ask(question, signal);
  if (answer === END_OF_INPUT) throw new Interrupted();
  return answer;
}

/** Says what is wrong with what the options give. */
function areUsable(given: Pick<Partial<Answers>, 'name' | 'domain' | 'type'>, { terminal }: Context): boolean {
  for (const name of ['name', 'domain'] as const) {
    const problem = given[name] === undefined ? null : problemWith(name, given);
    if (problem === null) continue;
    terminal.complain({
      code: 'ANSWER_INVALID',
      message: `--${name} cannot be used: ${problem}`,
      hint: `Give another --${name}. Nothing was written.`,
    });
    return false;
  }
  return true;
}
