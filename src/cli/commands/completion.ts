/** `rollcall completion` */
import { Argument, type Command } from 'commander';
import { completionScript, SHELLS, type Shell } from '../completion/script.ts';
import { EXIT } from '../exit-code.ts';
import type { Perform } from './perform.ts';

export function addCompletionCommand(program: Command, perform: Perform): void {
  program
    .command('completion')
    .addArgument(new Argument('<shell>', 'the shell that it is for').choices(SHELLS))
    .description('print a completion script')
    .addHelpText(
      'after',
      `
Examples:
  source <(rollcall completion bash)
  rollcall completion zsh > "\${fpath[1]}/_rollcall"
  rollcall completion fish > ~/.config/fish/completions/rollcall.fish`,
    )
    .action((name: Shell, _options: unknown, command: Command) =>
      perform(command, async ({ terminal }) => {
        await terminal.print(completionScript(program, name));
        return EXIT.done;
      }),
    );
}
