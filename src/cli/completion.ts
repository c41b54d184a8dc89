/** Completion scripts, made from the command line's own definition, so that they cannot fall behind it. */
import type { Command } from 'commander';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** What may come after some words of a command line. */
interface Node {
  /** The commands that lead here: empty, `plan`, `users export`. */
  readonly path: string;
  readonly commands: readonly Word[];
  readonly options: readonly OptionWord[];
  /** What its first argument may be, where that is one of a few words. */
  readonly choices: readonly string[];
}

interface Word {
  readonly text: string;
  readonly help: string;
}

interface OptionWord extends Word {
  readonly short: string | null;
  readonly takesValue: boolean;
  /** The values that it takes, where they are few; else a file is as good a guess as any. */
  readonly choices: readonly string[];
}

export function completionScript(program: Command, shell: Shell): string {
  const nodes = nodesOf(program, []);
  switch (shell) {
    case 'bash':
      return bash(nodes);
    case 'zsh':
      return `#compdef rollcall\nautoload -U +X bashcompinit && bashcompinit\n${bash(nodes)}`;
    case 'fish':
      return fish(nodes);
  }
}

function nodesOf(command: Command, path: readonly string[]): readonly Node[] {
  const help = command.createHelp();
  return [
    {
      path: path.join(' '),
      commands: command.commands.map((sub) => ({ text: sub.name(), help: firstSentence(sub.description()) })),
      options: [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)].map((option) => ({
        text: option.long ?? option.short ?? '',
        short: option.short ?? null,
        help: firstSentence(option.description),
        takesValue: option.required || option.optional,
        choices: option.argChoices ?? [],
      })),
      choices: command.registeredArguments[0]?.argChoices ?? [],
    },
    ...command.commands.flatMap((sub) => nodesOf(sub, [...path, sub.name()])),
  ];
}

function firstSentence(text: string): string {
  return (text.split(/[.;:]/)[0] ?? '').replaceAll("'", '’').trim();
}

function bash(nodes: readonly Node[]): string {
  const words = nodes.map(
    ({ path, commands, options, choices }) =>
      `    '${path}') words='${[...commands.map(({ text }) => text), ...choices, ...options.map(({ text }) => text)].join(' ')}' ;;`,
  );
  const paths = nodes.map(({ path }) => `'${path}'`).join('|');
  const valued = [
    ...new Set(nodes.flatMap(({ options }) => options.filter(({ takesValue }) => takesValue)).flatMap(namesOf)),
  ];
  return `_rollcall() {
  local word path='' before='' words=''
  COMPREPLY=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$before" in
      ${valued.join('|')}) before=''; continue ;;
    esac
    before="$word"
    case "\${path:+$path }$word" in
      ${paths}) path="\${path:+$path }$word" ;;
    esac
  done
  case "$path $before" in
${nodes.flatMap(bashValues).join('\n')}
  esac
  case "$path" in
${words.join('\n')}
  esac
  if [[ "$2" != -* && -z "\${words%%-*}" ]]; then
    COMPREPLY=($(compgen -f -- "$2"))
  else
    COMPREPLY=($(compgen -W "$words" -- "$2"))
  fi
}
complete -o filenames -F _rollcall rollcall
`;
}

/** A case for each option of a command that takes a value. */
function bashValues({ path, options }: Node): readonly string[] {
  return options
    .filter(({ takesValue }) => takesValue)
    .map((option) => {
      const guess = option.choices.length === 0 ? '-f' : `-W '${option.choices.join(' ')}'`;
      const pattern = namesOf(option)
        .map((name) => `'${path} ${name}'`)
        .join('|');
      return `    ${pattern}) COMPREPLY=($(compgen ${guess} -- "$2")); return ;;`;
    });
}

function namesOf({ text, short }: OptionWord): readonly string[] {
  return short === null || short === text ? [text] : [text, short];
}

function fish(nodes: readonly Node[]): string {
  const lines = nodes.flatMap(({ path, commands, options, choices }) => {
    const seen =
      path === ''
        ? '__fish_use_subcommand'
        : path
            .split(' ')
            .map((word) => `__fish_seen_subcommand_from ${word}`)
            .join('; and ');
    const line = (what: string) => `complete -c rollcall -n '${seen}' ${what}`;
    return [
      ...commands.map(({ text, help }) => line(`-f -a ${text} -d '${help}'`)),
      ...(choices.length === 0 ? [] : [line(`-f -a '${choices.join(' ')}'`)]),
      ...options.map(({ text, help, ...option }) =>
        line(`-l ${text.replace(/^-+/, '')}${fishValue(option)} -d '${help}'`),
      ),
    ];
  });
  return `${lines.join('\n')}\n`;
}

function fishValue({ takesValue, choices }: Pick<OptionWord, 'takesValue' | 'choices'>): string {
  if (!takesValue) return '';
  return choices.length === 0 ? ' -r' : ` -x -a '${choices.join(' ')}'`;
}
