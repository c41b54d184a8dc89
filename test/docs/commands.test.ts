/** docs/commands.md names every command and every option of the program, and only exit codes that there are. */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/cli/exit-code.ts';
import { programOf } from '../../src/cli/program.ts';

const TEXT = readFileSync(new URL('../../docs/commands.md', import.meta.url), 'utf8');
const PROGRAM = await programOf(
  async () => {},
  () => {},
);

/** What stands below a heading, down to the next of the same level. */
function section(heading: string): string {
  const [, rest = ''] = TEXT.split(`\n## ${heading}\n`);
  return rest.split(/\n## /)[0] ?? '';
}

function leaves(command: Command): readonly Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
}

describe('the command reference', () => {
  it.each(PROGRAM.commands.map((command) => [command.name(), command] as const))('describes %s', (name, command) => {
    const text = section(name);
    expect(text).toContain(`rollcall ${name}`);
    for (const sub of command.commands) expect(text).toContain(sub.name());
    for (const option of leaves(command).flatMap((leaf) => leaf.options)) {
      expect(text, `the option ${option.long}`).toMatch(new RegExp(`${option.long}\\b`));
    }
  });

  it('lists every command in the table at its head', () => {
    const [table = ''] = TEXT.split('## Exit codes');
    for (const command of PROGRAM.commands) expect(table).toContain(`[\`${command.name()}\`](#${command.name()})`);
  });

  it('describes the options of every command', () => {
    const text = section('Options of every command');
    for (const option of PROGRAM.options) expect(text).toContain(`\`${option.long}`);
  });

  it('names no option that does not exist', () => {
    const known = new Set(
      [PROGRAM, ...PROGRAM.commands.flatMap((command) => [command, ...leaves(command)])].flatMap((command) =>
        command.options.map(({ long }) => long),
      ),
    );
    const named = [...TEXT.matchAll(/(?<![\w-])--[a-z][a-z-]+/g)].map(([option]) => option);
    expect(named.filter((option) => option !== '--help' && !known.has(option))).toEqual([]);
  });

  it('says what each exit code means', () => {
    const text = section('Exit codes');
    for (const code of Object.values(EXIT)) expect(text).toContain(`\n| ${code} | `);
  });
});
