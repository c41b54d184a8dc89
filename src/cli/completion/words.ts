/** What may come after the words of a command line, for each of its commands. */
import type { Argument, Command } from 'commander';

/** What only the workspace knows. */
export type NameKind = 'customers' | 'targets';

/** What stands for the value of an option, or for an argument: some of few words, a name of the workspace, or a file as good a guess as any. */
export type Guess =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'names'; readonly of: NameKind }
  | { readonly kind: 'files' };

/** The words behind one command. */
export interface Node {
  /** The commands that lead here: empty, `plan`, `users export`. */
  readonly path: string;
  readonly commands: readonly Word[];
  readonly options: readonly OptionWord[];
  /** Of its first argument. */
  readonly argument: Guess;
}

export interface Word {
  readonly text: string;
  readonly help: string;
}

export interface OptionWord extends Word {
  /** Under which it goes: `--directory`, `-C`. */
  readonly names: readonly string[];
  /** Null where it takes none. */
  readonly value: Guess | null;
}

const FILES: Guess = { kind: 'files' };

/** Of the option or the argument that is called so. */
const NAMES: Readonly<Record<string, NameKind>> = { customer: 'customers', target: 'targets' };

/** The nodes of a command line, its own first. */
export function nodesOf(command: Command, path: readonly string[] = []): readonly Node[] {
  const help = command.createHelp();
  const [argument] = command.registeredArguments;
  return [
    {
      path: path.join(' '),
      commands: command.commands.map((sub) => ({ text: sub.name(), help: firstSentence(sub.description()) })),
      options: [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)].map((option) => ({
        text: option.long ?? option.short ?? '',
        names: [option.long, option.short].filter((name) => name !== undefined && name !== null),
        help: firstSentence(option.description),
        value: option.required || option.optional ? guessOf(option.attributeName(), option.argChoices) : null,
      })),
      argument: argument === undefined ? FILES : argumentGuess(argument),
    },
    ...command.commands.flatMap((sub) => nodesOf(sub, [...path, sub.name()])),
  ];
}

function argumentGuess(argument: Argument): Guess {
  return guessOf(argument.name(), argument.argChoices);
}

function guessOf(name: string, choices: readonly string[] | undefined): Guess {
  if (choices !== undefined) return { kind: 'words', words: choices };
  const of = Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
  return of === undefined ? FILES : { kind: 'names', of };
}

/** Nothing in it would end a quoted text of a shell. */
function firstSentence(text: string): string {
  return (text.split(/[.;:]/)[0] ?? '')
    .replaceAll("'", '’')
    .replaceAll(/["`$\\]/g, '')
    .trim();
}

/** The options behind which a word is a value. */
export function valuedNames(nodes: readonly Node[]): readonly string[] {
  const valued = nodes.flatMap(({ options }) => options.filter(({ value }) => value !== null));
  return [...new Set(valued.flatMap(({ names }) => names))];
}

/** Those among them that name the folder to work in. */
export const FOLDER_NAMES = ['-C', '--directory'];

/** The values of the options of all nodes, those with one guess together: `at` are the commands and the option, `plan --customer`. */
export function valueGuesses(
  nodes: readonly Node[],
): readonly { readonly at: readonly string[]; readonly guess: Guess }[] {
  const grouped = new Map<string, { at: string[]; guess: Guess }>();
  for (const { path, options } of nodes) {
    for (const { names, value } of options) {
      if (value === null) continue;
      const key = JSON.stringify(value);
      const group = grouped.get(key) ?? { at: [], guess: value };
      group.at.push(...names.map((name) => `${path} ${name}`));
      grouped.set(key, group);
    }
  }
  return [...grouped.values()];
}
