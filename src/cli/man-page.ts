/** The manual page, roff for man(1), made from the command line's own definition, so that it cannot fall behind it. */
import type { Command, Help } from 'commander';
import { EXIT_MEANINGS } from './exit-code.ts';

/** The page of the whole program. `day` is when it was made, as `2026-11-20`; `version` the program's. */
export function manPage(
  program: Command,
  { day, version }: { readonly day: string; readonly version: string },
): string {
  const help = program.createHelp();
  const lines = [
    `.TH ROLLCALL 1 "${day}" "rollcall ${version}" "User Commands"`,
    '.SH NAME',
    `rollcall \\- ${prose(lowerFirst(program.description()).replace(/\.$/, ''))}`,
    '.SH SYNOPSIS',
    '.B rollcall',
    '.RI [ options ]',
    '.I command',
    '.RI [ ... ]',
    '.SH OPTIONS',
    'These go with every command.',
    ...optionLines(program, help),
    '.SH COMMANDS',
    ...program.commands.flatMap((command) => commandLines(command, help)),
    '.SH EXIT STATUS',
    ...Object.entries(EXIT_MEANINGS).flatMap(([code, meaning]) => entry(code, meaning)),
    '.SH FILES',
    ...entry(
      'rollcall.yaml',
      'The workspace: what all customers share. Commands look for it in the working folder and above.',
    ),
    ...entry('customers/*.yaml', 'A file for each customer, unless rollcall.yaml says otherwise.'),
    ...entry('.rollcall/state.db', 'The stored state, unless rollcall.yaml says otherwise.'),
  ];
  return `${lines.join('\n')}\n`;
}

/** A command and those below it. A group of commands does nothing itself. */
function commandLines(command: Command, help: Help): readonly string[] {
  const isGroup = command.commands.length > 0;
  return [
    `.SS ${quoted(help.commandUsage(command))}`,
    ...paragraph(sentence(command.description())),
    ...help.visibleArguments(command).flatMap((one) => entry(help.argumentTerm(one), help.argumentDescription(one))),
    ...(isGroup ? [] : optionLines(command, help)),
    ...afterHelp(command),
    ...command.commands.flatMap((sub) => commandLines(sub, help)),
  ];
}

/** `--help` goes with every command, and is told of once. */
function optionLines(command: Command, help: Help): readonly string[] {
  return help
    .visibleOptions(command)
    .filter(({ long }) => long !== '--help' || command.parent === null)
    .flatMap((option) => entry(help.optionTerm(option), help.optionDescription(option)));
}

/** What the help shows at its end, as it stands there: examples mostly. */
function afterHelp(command: Command): readonly string[] {
  let text = '';
  const own = command.configureOutput();
  command.configureOutput({
    ...own,
    writeOut: (piece) => {
      text += piece;
    },
  });
  command.outputHelp();
  command.configureOutput(own);
  const [title = '', ...rest] = text.slice(command.helpInformation().length).trim().split('\n');
  if (title === '') return [];
  return ['.PP', prose(title), '.PP', '.nf', ...rest.map((line) => prose(line.replace(/^ {2}/, ''))), '.fi'];
}

function paragraph(text: string): readonly string[] {
  return text === '' ? [] : [prose(text)];
}

/** A term and what it means. */
function entry(term: string, meaning: string): readonly string[] {
  return ['.TP', `.B ${prose(term)}`, prose(sentence(meaning))];
}

function sentence(text: string): string {
  const begun = text.slice(0, 1).toUpperCase() + text.slice(1);
  return begun === '' || begun.endsWith('.') ? begun : `${begun}.`;
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}

/** An argument of a macro. */
function quoted(text: string): string {
  return `"${prose(text).replaceAll('"', '\\(dq')}"`;
}

const SPECIAL: Readonly<Record<string, string>> = {
  '\\': '\\e',
  '-': '\\-',
  '^': '\\(ha',
  '~': '\\(ti',
  '`': '\\(ga',
  "'": '\\(aq',
};

/** Text as roff prints it letter by letter: nothing in it is a request, and what is not ASCII is named. */
function prose(text: string): string {
  const escaped = text
    .replaceAll(/[\\^~`'-]/g, (one) => SPECIAL[one] ?? one)
    .replaceAll(/[^\n -~]/gu, (one) => `\\[u${(one.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`);
  return escaped.startsWith('.') ? `\\&${escaped}` : escaped;
}
