/** The completion script for fish. */
import { FOLDER_NAMES, type Guess, type Node, valuedNames, valueGuesses, type Word } from './words.ts';

export function fish(nodes: readonly Node[]): string {
  return `function __rollcall_names
    set -l program (commandline -opc)[1]
    command $program __complete $argv 2>/dev/null
end

function __rollcall_offer
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l at ''
    set -l before ''
    set -l folder .
    set -e words[1]
    for word in $words
        switch "$before"
            case ${FOLDER_NAMES.join(' ')}
                set folder (string replace -r '^~/' "$HOME/" -- "$word")
        end
        switch "$before"
            case ${valuedNames(nodes).join(' ')}
                set before ''
                continue
        end
        set before "$word"
        set -l longer (string trim -- "$at $word")
        switch "$longer"
            case ${nodes.flatMap(({ path }) => (path === '' ? [] : [`'${path}'`])).join(' ')}
                set at "$longer"
        end
    end
    set -l prefix ''
    if string match -rq -- '^--[a-z-]+=' "$current"
        set before (string replace -r -- '=.*' '' "$current")
        set prefix "$before="
        set current (string replace -r -- '^[^=]*=' '' "$current")
    end
    switch "$at $before"
${valueGuesses(nodes)
  .map(
    ({ at, guess }) => `        case ${at.map((one) => `'${one}'`).join(' ')}
            ${offerOf(guess)} | string replace -r -- '^' "$prefix"
            return`,
  )
  .join('\n')}
    end
    switch "$at"
${nodes.map(caseOf).join('\n')}
    end
end

complete -c rollcall -f -a '(__rollcall_offer)'
`;
}

function offerOf(guess: Guess): string {
  switch (guess.kind) {
    case 'words':
      return `printf '%s\\n' ${guess.words.join(' ')}`;
    case 'names':
      return `__rollcall_names ${guess.of} "$folder"`;
    case 'files':
      return '__fish_complete_path "$current"';
  }
}

function caseOf({ path, commands, options, argument }: Node): string {
  return `        case '${path}'
            switch "$current"
                case '-*'
                    ${listOf(options)}
                case '*'
                    ${commands.length > 0 ? listOf(commands) : offerOf(argument)}
            end`;
}

function listOf(words: readonly Word[]): string {
  return `printf '%s\\t%s\\n' ${words.map(({ text, help }) => `${text} '${help}'`).join(' ')}`;
}
