/** `rollcall show` */
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { addFormatOption, REVIEW_FORMATS } from '../options.ts';
import { printPlan, type ShowPlanOptions } from '../show-plan.ts';
import type { Perform } from './perform.ts';

export function addShowCommand(program: Command, perform: Perform): void {
  addFormatOption(program.command('show'), REVIEW_FORMATS)
    .argument('<file>', 'a plan that "rollcall plan -o" saved')
    .description('show a saved plan')
    .option('--all-changes', 'show every change instead of the first few of each kind')
    .addHelpText('after', '\nExamples:\n  rollcall show plan.json\n  rollcall show plan.json --all-changes | less -R')
    .action((file: string, options: ShowPlanOptions, command: Command) =>
      perform(command, (context) => show(file, options, context)),
    );
}

async function show(file: string, options: ShowPlanOptions, context: Context): Promise<ExitCode> {
  const { terminal, adapters } = context;
  const saved = await adapters.planFiles.load(context.file(file));
  if (options.format === 'text') {
    await terminal.print(`Plan ${saved.digest.slice(0, 19)}… of ${saved.plan.at}\n\n`);
  }
  await printPlan(saved, options, context);
  return EXIT.done;
}
