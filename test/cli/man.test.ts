/** The manual page is whole, and is what man expects. */
import { execFileSync } from 'node:child_process';
import type { Command } from 'commander';
import { beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../src/cli/exit-code.ts';
import { manPage } from '../../src/cli/man-page.ts';
import { programOf } from '../../src/cli/program.ts';
import { requirePeer } from '../support/requirements.ts';
import { rollcall } from '../support/rollcall.ts';

const PROGRAM = await programOf(
  async () => {},
  () => {},
);
const PAGE = manPage(PROGRAM, { day: '2026-11-20', version: '1.2.3' });
/** A letter and the way back over it: how terminals were told of bold type. */
const OVERSTRUCK = new RegExp(`.${'\b'}`, 'gu');
let shown = '';

beforeAll(() => {
  requirePeer('mandoc');
  // Wide enough that no line is broken.
  const rendered = execFileSync('mandoc', ['-T', 'utf8', '-O', 'width=500'], { input: PAGE, encoding: 'utf8' });
  shown = rendered.replaceAll(OVERSTRUCK, '');
});

function all(command: Command): readonly Command[] {
  return command.commands.flatMap((sub) => [sub, ...all(sub)]);
}

describe('rollcall man', () => {
  it('has nothing that mandoc warns about', () => {
    const lint = () => execFileSync('mandoc', ['-T', 'lint', '-W', 'warning'], { input: PAGE, encoding: 'utf8' });
    expect(lint()).toBe('');
  });

  it.each(all(PROGRAM).map((command) => [command.createHelp().commandUsage(command), command] as const))(
    'tells of %s, of its arguments and of all its options',
    (usage, command) => {
      const [, rest = ''] = shown.split(`\n   ${usage}\n`);
      expect(rest, 'its section').not.toBe('');
      const section = rest.split(/\n {3}rollcall /)[0] ?? '';
      for (const option of command.commands.length === 0 ? command.options : []) {
        expect(section).toContain(`\n       ${command.createHelp().optionTerm(option)}`);
      }
      for (const argument of command.registeredArguments) expect(section).toContain(`\n       ${argument.name()}`);
      expect(section.toLowerCase()).toContain(command.description().toLowerCase());
    },
  );

  it('tells of the options of every command, and of every exit code', () => {
    for (const option of PROGRAM.options) expect(shown).toContain(`\n       ${option.flags}`);
    const [, codes = ''] = shown.split('\nEXIT STATUS\n');
    for (const code of Object.values(EXIT)) expect(codes).toMatch(new RegExp(`^ {7}${code} `, 'm'));
  });

  it('shows examples letter by letter, so that they can be copied', () => {
    expect(shown).toContain(`\n       rollcall completion zsh > "\${fpath[1]}/_rollcall"\n`);
    expect(shown).toContain(`rollcall plan --customer 'acme*'       only some customers`);
    expect(shown).toContain('each customer’s directory');
  });

  it('is printed by the program', async () => {
    const { code, stdout } = await rollcall(['man']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\.TH ROLLCALL 1 "\d{4}-\d\d-\d\d" "rollcall \d+\.\d+\.\d+" "User Commands"\n/);
    expect(stdout.split('\n').slice(1)).toEqual(PAGE.split('\n').slice(1));
  });
});
