/** The shells themselves, to see what they complete a command line to. */
import { execFile, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { programPath, rollcall } from './rollcall.ts';

const run = promisify(execFile);

export type ShellName = 'bash' | 'zsh' | 'fish';

/** What a shell completes each of the lines to, whose last word is being typed. With one candidate zsh gives the whole word, with several none. */
export type Complete = (folder: string, lines: readonly string[]) => Promise<readonly (readonly string[])[]>;

/** Prepares a folder with the completion script of a shell and with `rollcall` on its PATH. */
export async function completionIn(shell: ShellName, home: string): Promise<Complete> {
  const bin = join(home, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'rollcall'), `#!/bin/sh\nexec '${process.execPath}' '${await programPath()}' "$@"\n`);
  chmodSync(join(bin, 'rollcall'), 0o755);
  const script = join(home, `rollcall.${shell}`);
  writeFileSync(script, (await rollcall(['completion', shell])).stdout);
  const env = { ...process.env, PATH: [bin, process.env['PATH']].join(delimiter), HOME: home, TERM: 'xterm' };
  const options = (cwd: string) => ({ cwd, env, timeout: 60_000, killSignal: 'SIGKILL' as const });
  return (folder, lines) => COMPLETERS[shell](script, lines, options(folder), home);
}

interface ShellOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly timeout: number;
  readonly killSignal: 'SIGKILL';
}

type Completer = (
  script: string,
  lines: readonly string[],
  options: ShellOptions,
  home: string,
) => Promise<readonly (readonly string[])[]>;

const COMPLETERS: Readonly<Record<ShellName, Completer>> = {
  async bash(script, lines, options) {
    // Bash gives a completion function the words of the line, with "=" as a word of its own.
    const calls = lines.map((line) => {
      const words = line.split(/ |(?==)|(?<==)/);
      const quoted = words.map((word) => `'${word}'`).join(' ');
      return `COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _rollcall rollcall '${words.at(-1)}' '${words.at(-2)}'; echo "\${COMPREPLY[*]}"`;
    });
    const { stdout } = await run('bash', ['-c', `source '${script}'\n${calls.join('\n')}`], options);
    return stdout.split('\n').slice(0, lines.length).map(wordsOf);
  },
  async fish(script, lines, options) {
    const calls = lines.map((line) => `complete -C '${line}'; echo --end--`);
    const { stdout } = await run('fish', ['--no-config', '-c', `source '${script}'\n${calls.join('\n')}`], options);
    return stdout
      .split('--end--\n')
      .slice(0, lines.length)
      .map((text) => text.split('\n').flatMap((line) => line.split('\t')[0] || []));
  },
  /** Zsh completes in its line editor only: the lines are typed into a terminal, and what became of each is printed. */
  async zsh(script, lines, options, home) {
    const setup = `PROMPT='ready> '; autoload -Uz compinit; compinit -u -D; source '${script}'
tell() { print -r -- "BUFFER<$BUFFER>"; BUFFER=''; zle reset-prompt }
zle -N tell; bindkey '^T' tell; setopt nolistbeep noautolist\n`;
    writeFileSync(join(home, '.zshrc'), setup);
    const child = spawn('script', ['-qec', 'stty cols 200; zsh -i', '/dev/null'], {
      ...options,
      env: { ...options.env, ZDOTDIR: home },
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (!said.includes('ready> ') && (said + text).includes('ready> '))
        child.stdin.write(`${lines.map((line) => `${line}\t\x14`).join('')}\x04`);
      said += text;
    });
    await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
    return [...said.matchAll(/BUFFER<([^>]*)>/g)].map(([, line = ''], index) => {
      const typed = lines[index] ?? '';
      return line.trimEnd() === typed.trimEnd() ? [] : wordsOf(line).slice(-1);
    });
  },
};

function wordsOf(text: string): readonly string[] {
  return text.split(' ').filter((word) => word !== '');
}
