/** `rollcall fmt` */
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Finding } from '../../config/finding.ts';
import { formatYaml } from '../../config/format.ts';
import { ProblemError } from '../../domain/diagnostic.ts';
import { count } from '../../domain/words.ts';
import { type Context, Reported } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { findingText } from '../text/findings.ts';
import type { Perform } from './perform.ts';

interface FmtOptions {
  readonly check?: boolean;
}

interface NamedFile {
  readonly path: string;
  /** As people know it. */
  readonly name: string;
}

const STDIN = '-';

export function addFmtCommand(program: Command, perform: Perform): void {
  program
    .command('fmt')
    .argument('[files...]', 'the files; without one, all YAML files of the workspace; "-" is stdin, to stdout')
    .description('lay the YAML files out: keys in one order, one indentation; what they say and their comments stay')
    .option('--check', 'write nothing; list the files that are not laid out so, and exit 1 if there are any')
    .addHelpText(
      'after',
      `
Examples:
  rollcall fmt
  rollcall fmt --check                  in a pipeline
  rollcall fmt - < customers/acme.yaml  as an editor's formatter`,
    )
    .action((files: readonly string[], options: FmtOptions, command: Command) => {
      if (files.includes(STDIN) && (files.length > 1 || options.check === true))
        command.error('error: "-" goes with no other file and with no --check.');
      return perform(command, (context) => (files.includes(STDIN) ? fmtStdin(context) : fmt(files, options, context)));
    });
}

async function fmtStdin(context: Context): Promise<ExitCode> {
  const lines: string[] = [];
  for await (const line of context.adapters.lines(null, context.signal)) lines.push(`${line}\n`);
  const formatted = formatYaml(lines.join(''), 'stdin');
  if (!formatted.ok) return refused(formatted.findings, context);
  await context.terminal.print(formatted.text);
  return EXIT.done;
}

async function fmt(named: readonly string[], { check = false }: FmtOptions, context: Context): Promise<ExitCode> {
  const { adapters, terminal, file, quiet } = context;
  const files =
    named.length === 0 ? await workspaceFiles(context) : named.map((name) => ({ path: file(name), name: file(name) }));
  let changed = 0;
  let exit: ExitCode = EXIT.done;
  for (const { path, name } of files) {
    try {
      const outcome = await adapters.formatFile(path, name, check);
      if (outcome.status === 'refused') exit = refused(outcome.findings, context);
      if (outcome.status !== 'changed') continue;
      changed += 1;
      await terminal.print(`${name}\n`);
    } catch (problem) {
      // The other files are laid out all the same.
      if (!(problem instanceof ProblemError)) throw problem;
      terminal.complain(problem);
      exit = EXIT.error;
    }
  }
  if (!quiet) terminal.say(noteOf(changed, files.length, check));
  return check && changed > 0 ? EXIT.error : exit;
}

/** Those that are in its folder: what is imported from elsewhere is somebody else's to lay out. */
async function workspaceFiles({ adapters, folder, terminal }: Context): Promise<readonly NamedFile[]> {
  const { root, files, findings } = await adapters.loadWorkspace(folder);
  if (root === null) {
    for (const finding of findings) terminal.say(findingText(finding, terminal.sayColors), { finding }, 'error');
    throw new Reported(EXIT.error);
  }
  return files
    .filter((name) => /\.ya?ml$/i.test(name) && !name.startsWith('../'))
    .map((name) => ({ path: join(root, name), name }));
}

function refused(findings: readonly Finding[], { terminal }: Context): ExitCode {
  for (const finding of findings) terminal.say(findingText(finding, terminal.sayColors), { finding }, 'error');
  return EXIT.error;
}

function noteOf(changed: number, all: number, check: boolean): string {
  if (changed === 0) return `${count(all, 'file')}: nothing to lay out.`;
  if (!check) return `${changed} of ${count(all, 'file')} laid out.`;
  return `${changed} of ${count(all, 'file')} ${changed === 1 ? 'is' : 'are'} not laid out. Do it with: rollcall fmt`;
}
