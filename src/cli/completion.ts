/** Completion scripts, made from the command line's own definition, so that they cannot fall behind it. */
import type { Command } from 'commander';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** What may come after some words of a command line. */
interface Node {
  /** The commands that lead here: empty, `plan`, `users export`. */
  readonly path: string;
  readonly commands: readonly Word[];
  readonly options: readonly Word[];
}

interface Word {
  readonly text: string;
  readonly help: string;
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
  const commands = command.commands.map((sub) => ({ text: sub.name(), help: firstSentence(sub.description()) }));
  const help = command.createHelp();
  const options = [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)].map((option) => ({
    text: option.long ?? option.short ?? '',
    help: firstSentence(option.description),
  }));
  return [
    { path: path.join(' '), commands, options },
    ...command.commands.flatMap((sub) => nodesOf(sub, [...path, sub.name()])),
  ];
}

function firstSentence(text: string): string {
  return (text.split(/[.;:]/)[0] ?? '').replaceAll("'", '’').trim();
}

function bash(nodes: readonly Node[]): string {
  const cases = nodes.map(
    ({ path, commands, options }) =>
      `    '${path}') words='${[...commands, ...options].map(({ text }) => text).join(' ')}' ;;`,
  );
  const paths = nodes.map(({ path }) => `'${path}'`).join('|');
  return `_rollcall() {
  local word path='' words=''
  COMPREPLY=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${path:+$path }$word" in
      ${paths}) path="\${path:+$path }$word" ;;
    esac
  done
  case "$path" in
${cases.join('\n')}
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

function fish(nodes: readonly Node[]): string {
  const lines = nodes.flatMap(({ path, commands, options }) => {
    const seen =
      path === ''
        ? '__fish_use_subcommand'
        : path
            .split(' ')
            .map((word) => `__fish_seen_subcommand_from ${word}`)
            .join('; and ');
    return [
      ...commands.map(({ text, help }) => `complete -c rollcall -n '${seen}' -f -a ${text} -d '${help}'`),
      ...options.map(
        ({ text, help }) => `complete -c rollcall -n '${seen}' -l ${text.replace(/^-+/, '')} -d '${help}'`,
      ),
    ];
  });
  return `${lines.join('\n')}\n`;
}
