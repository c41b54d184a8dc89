/** `rollcall validate` */
import type { Command } from 'commander';
import { count } from '../../domain/words.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { addFormatOption } from '../options.ts';
import { findingText } from '../text/findings.ts';
import type { Perform } from './perform.ts';

interface ValidateOptions {
  readonly format: 'text' | 'json';
}

export function addValidateCommand(program: Command, perform: Perform): void {
  addFormatOption(program.command('validate'), ['text', 'json'])
    .description('check the YAML and CSV files; every finding as file:line:col: error[CODE]: message')
    .addHelpText('after', '\nExamples:\n  rollcall validate\n  rollcall -C customers-repo validate --format json')
    .action((options: ValidateOptions, command: Command) => perform(command, (context) => validate(options, context)));
}

async function validate(
  { format }: ValidateOptions,
  { adapters, folder, terminal, quiet }: Context,
): Promise<ExitCode> {
  const loaded = await adapters.loadWorkspace(folder);
  if (format === 'json') {
    await terminal.print(`${JSON.stringify(loaded.findings, null, 2)}\n`);
  } else {
    await terminal.print(loaded.findings.map((finding) => `${findingText(finding, terminal.colors)}\n`));
    if (!quiet) terminal.say(verdict(loaded.findings.length, loaded.files.length));
  }
  return loaded.ok ? EXIT.done : EXIT.error;
}

function verdict(findings: number, files: number): string {
  const checked = count(files, 'file');
  return findings === 0
    ? `${checked} checked, nothing to find fault with.`
    : `${count(findings, 'finding')} in ${checked}.`;
}
