/** The completion script for zsh, to be sourced or to be put into a folder of $fpath as _rollcall. */
import { FOLDER_NAMES, type Guess, type Node, valuedNames, valueGuesses, type Word } from './words.ts';

export function zsh(nodes: readonly Node[]): string {
  return `#compdef rollcall

_rollcall_names() {
  local -a names
  names=(\${(f)"$("\${words[1]}" __complete "$1" "$2" 2>/dev/null)"})
  compadd -a names
}

_rollcall() {
  local word at='' before='' folder='.'
  local -a offered
  integer index
  for (( index = 2; index < CURRENT; index++ )); do
    word="\${words[index]}"
    case "$before" in
      (${FOLDER_NAMES.join('|')}) folder="\${word/#\\~\\//$HOME/}" ;;
    esac
    case "$before" in
      (${valuedNames(nodes).join('|')}) before=''; continue ;;
    esac
    before="$word"
    case "\${at:+$at }$word" in
      (${nodes.map(({ path }) => `'${path}'`).join('|')}) at="\${at:+$at }$word" ;;
    esac
  done
  if [[ "$PREFIX" == --*=* ]]; then
    before="\${PREFIX%%=*}"
    compset -P '*='
  fi
  case "$at $before" in
${valueGuesses(nodes)
  .map(({ at, guess }) => `    (${at.map((one) => `'${one}'`).join('|')}) ${offerOf(guess)}; return ;;`)
  .join('\n')}
  esac
  case "$at" in
${nodes.map(caseOf).join('\n')}
  esac
}

if [[ "\${funcstack[1]}" == _rollcall ]]; then
  _rollcall "$@"
else
  compdef _rollcall rollcall
fi
`;
}

function offerOf(guess: Guess): string {
  switch (guess.kind) {
    case 'words':
      return `compadd -- ${guess.words.join(' ')}`;
    case 'names':
      return `_rollcall_names ${guess.of} "$folder"`;
    case 'files':
      return '_files';
  }
}

/** Options are offered once one is begun, or where there is nothing else. */
function caseOf({ path, commands, options, argument }: Node): string {
  const described = commands.length > 0 ? `${listOf(commands)}; _describe command offered` : offerOf(argument);
  return `    ('${path}')
      if [[ "$PREFIX" == -* ]]; then ${listOf(options)}; _describe option offered
      else ${described}; fi ;;`;
}

function listOf(words: readonly Word[]): string {
  return `offered=(${words.map(({ text, help }) => `'${text}:${help}'`).join(' ')})`;
}
