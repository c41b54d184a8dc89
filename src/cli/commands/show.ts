/** `rollcall show` */
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { addFormatOption } from '../options.ts';
import { renderPlan } from '../text/plan.ts';
import type { Perform } from './perform.ts';
import { viewOf } from './plan.ts';

interface ShowOptions {
  readonly allChanges?: boolean;
  readonly format: 'text' | 'json';
}

export function addShowCommand(program: Command, perform: Perform): void {
  addFormatOption(program.command('show'), ['text', 'json'])
    .argument('<file>', 'a plan that "rollcall plan -o" saved')
    .description('show a saved plan')
    .option('--all-changes', 'show every change instead of the first few of each kind')
    .addHelpText('after', '\nExamples:\n  rollcall show plan.json\n  rollcall show plan.json --all-changes | less -R')
    .action((file: string, options: ShowOptions, command: Command) =>
      perform(command, (context) => show(file, options, context)),
    );
}

async function show(file: string, options: ShowOptions, context: Context): Promise<ExitCode> {
  const { terminal, adapters } = context;
  const saved = await adapters.planFiles.load(context.file(file));
  if (options.format === 'json') {
    await terminal.print(adapters.planFiles.text(saved));
    return EXIT.done;
  }
  await terminal.print(`Plan ${saved.digest.slice(0, 19)}… of ${saved.plan.at}\n\n`);
  await terminal.print(renderPlan(saved.plan, viewOf(options, context)));
  return EXIT.done;
}
