/** `rollcall setup` */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { durationMs } from '../../config/duration.ts';
import { CONFIRMABLE, STEP_IDS } from '../../planner/setup/step.ts';
import type { SetupOptions } from '../look-at-setup.ts';
import { addFormatOption, REVIEW_FORMATS } from '../options.ts';
import { addRedactOption } from '../redaction.ts';
import type { Perform } from './perform.ts';

export function addSetupCommand(program: Command, perform: Perform): void {
  addRedactOption(addFormatOption(program.command('setup'), REVIEW_FORMATS))
    .argument('<customer>', 'the customer’s name')
    .description('how far a customer is on its way on board, and what is to be done next')
    .addOption(
      new Option('--step <step>', 'only this step; may be given several times')
        .choices(STEP_IDS)
        .argParser(oneMoreOf(STEP_IDS))
        .default([], 'all'),
    )
    .option('--smtp', 'ask the mail servers of the sites too; run this where the service is not')
    .addOption(
      new Option(
        '--confirm <step>',
        'take for done what of a step cannot be seen from here; may be given several times',
      )
        .choices(CONFIRMABLE)
        .argParser(oneMoreOf(CONFIRMABLE))
        .default([], 'none'),
    )
    .option('--watch', 'look again and again, and show what has changed, until all is done')
    .addOption(
      new Option('--interval <duration>', 'with --watch, how long to wait between two looks: 10s, 5m')
        .default(30_000, '30s')
        .argParser(interval),
    )
    .option('--detailed-exitcode', 'exit 2 if something is left to be done')
    .addHelpText(
      'after',
      `
Examples:
  rollcall setup acme
  rollcall setup acme --format markdown > ticket.md
  rollcall setup acme --step mx --step spf     for whoever has the DNS
  rollcall setup acme --smtp --confirm firewall --watch`,
    )
    .action((customer: string, options: SetupOptions, command: Command) => {
      if (options.watch === true && options.format !== 'text' && options.format !== 'json') {
        command.error(`error: option '--watch' cannot be used with '--format ${options.format}'.`);
      }
      return perform(command, async (context) =>
        (await import('../look-at-setup.ts')).setup(customer, options, context),
      );
    });
}

/** Gathers the values of an option that may be given several times. */
function oneMoreOf<T extends string>(choices: readonly T[]): (text: string, before: readonly T[]) => readonly T[] {
  return (text, before) => {
    const choice = choices.find((one) => one === text);
    if (choice === undefined) throw new InvalidArgumentError(`Allowed choices are ${choices.join(', ')}.`);
    return [...before, choice];
  };
}

function interval(text: string): number {
  if (!/^\d{1,6}[smh]$/.test(text) || durationMs(text) === 0) {
    throw new InvalidArgumentError('Give a duration such as 10s, 5m or 1h.');
  }
  return durationMs(text);
}
