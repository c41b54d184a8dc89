/** The completion script for bash. */
import { FOLDER_NAMES, type Guess, type Node, valuedNames, valueGuesses } from './words.ts';

export function bash(nodes: readonly Node[]): string {
  return `_rollcall_names() {
  "\${COMP_WORDS[0]}" __complete "$1" "$2" 2>/dev/null
}

_rollcall() {
  local word at='' before='' folder='.' options='' current="$2"
  COMPREPLY=()
  [[ "$current" == '=' ]] && current=''
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    # Of --option=value, bash makes three words.
    [[ "$word" == '=' ]] && continue
    case "$before" in
      ${FOLDER_NAMES.join('|')}) folder="\${word/#\\~\\//$HOME/}" ;;
    esac
    case "$before" in
      ${valuedNames(nodes).join('|')}) before=''; continue ;;
    esac
    before="$word"
    case "\${at:+$at }$word" in
      ${nodes.map(({ path }) => `'${path}'`).join('|')}) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at $before" in
${valueGuesses(nodes)
  .map(({ at, guess }) => `    ${at.map((one) => `'${one}'`).join('|')}) ${replyOf(guess)}; return ;;`)
  .join('\n')}
  esac
  case "$at" in
${nodes.map(caseOf).join('\n')}
  esac
  [[ "$current" == -* ]] && COMPREPLY=($(compgen -W "$options" -- "$current"))
}
complete -o filenames -F _rollcall rollcall
`;
}

function caseOf({ path, commands, options, argument }: Node): string {
  const guess: Guess = commands.length > 0 ? { kind: 'words', words: commands.map(({ text }) => text) } : argument;
  return `    '${path}')
      options='${options.map(({ text }) => text).join(' ')}'
      [[ "$current" == -* ]] || ${replyOf(guess)} ;;`;
}

function replyOf(guess: Guess): string {
  return `COMPREPLY=($(compgen ${sourceOf(guess)} -- "$current"))`;
}

function sourceOf(guess: Guess): string {
  switch (guess.kind) {
    case 'words':
      return `-W '${guess.words.join(' ')}'`;
    case 'names':
      return `-W "$(_rollcall_names ${guess.of} "$folder")"`;
    case 'files':
      return '-f';
  }
}
