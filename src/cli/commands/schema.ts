/** `rollcall schema` */
import { Argument, type Command } from 'commander';
import { EXIT } from '../exit-code.ts';
import { schemaNames, schemaText } from '../schemas.ts';
import type { Perform } from './perform.ts';

export function addSchemaCommand(program: Command, perform: Perform): void {
  program
    .command('schema')
    .addArgument(new Argument('[name]', 'of the schema').choices(schemaNames()))
    .description('print a JSON Schema (draft-07), or the names of all')
    .addHelpText('after', '\nExamples:\n  rollcall schema\n  rollcall schema customer > customer.schema.json')
    .action((name: string | undefined, _options: unknown, command: Command) =>
      perform(command, async ({ terminal }) => {
        const text = name === undefined ? `${schemaNames().join('\n')}\n` : schemaText(name);
        await terminal.print(text);
        return EXIT.done;
      }),
    );
}
