/** Prints captions, runs commands, prints each before its output, and holds the outcome against what the story says. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** An output longer than this is cut in the middle. */
const LONGEST = 32;
const TAIL = 4;

/** A step of the story did not end as it should. */
export class StepFailed extends Error {}

/**
 * Tells one story in `folder`. `programs` says what a command's first word stands for; `changeDirectory` says by which command LDIF is
 * applied to the directory, if the story does that.
 */
export function narrator({ folder, programs, environment, changeDirectory, signal }) {
  const paint = painter();
  const print = (text) => process.stdout.write(`${text}\n`);

  async function perform(step) {
    if (step.edit !== undefined) return edit(step);
    const words = await wordsOf(step);
    const shown = words.map(quoted).join(' ');
    print(`\n${paint.bold(`$ ${shown}`)}`);
    const { output, code } = await run(words);
    if (output.trim() !== '') print(shortened(output, step.head ?? LONGEST - TAIL));
    const expected = step.exit ?? 0;
    if (signal.aborted) return;
    if (code !== 0) print(paint.dim(`(exit code ${code})`));
    if (code !== expected) throw new StepFailed(`"${shown}" ended with ${code}, and ${expected} was expected.`);
    if (step.shows !== undefined && !step.shows.test(output)) {
      throw new StepFailed(`"${shown}" did not show what was expected: ${step.shows}\n${output}`);
    }
  }

  async function wordsOf(step) {
    const name = Object.keys(programs).find((known) => step[known] !== undefined);
    return name === undefined ? changeDirectory(step.directory) : [name, ...step[name]];
  }

  async function edit({ edit: path, after, insert, remove }) {
    const file = join(folder, path);
    const before = await readFile(file, 'utf8');
    const text = remove === undefined ? before.replace(after, `$&\n${insert}`) : before.replace(`${remove}\n`, '');
    if (text === before) throw new StepFailed(`${path} could not be edited.`);
    await writeFile(file, text);
    print(`\n${paint.bold(`${path}:`)}\n${remove === undefined ? `+ ${insert}` : `- ${remove}`}`);
  }

  /** Both streams go to one file, so that their lines stay in order. */
  async function run([name, ...args]) {
    const [command, ...first] = programs[name] ?? [name];
    const path = join(folder, '..', 'output.txt');
    const file = await open(path, 'w');
    try {
      const env = { ...process.env, ...environment };
      const child = spawn(command, [...first, ...args], {
        cwd: folder,
        env,
        stdio: ['ignore', file.fd, file.fd],
        signal,
      });
      const [code] = await once(child, 'exit').catch((error) => {
        if (signal.aborted) return [130];
        throw new StepFailed(`${command} could not be started: ${error.message}`);
      });
      return { output: await readFile(path, 'utf8'), code };
    } finally {
      await file.close();
    }
  }

  return {
    say: print,
    async tell(chapters) {
      for (const [index, { caption, steps }] of chapters.entries()) {
        print(`\n${paint.cyan(caption.map((line, i) => `${i === 0 ? `${index + 1}.` : '  '} ${line}`).join('\n'))}`);
        for (const step of steps) {
          await perform(step);
          if (signal.aborted) return;
        }
      }
    },
  };
}

function shortened(output, head) {
  const lines = output.trimEnd().split('\n');
  if (lines.length <= LONGEST) return lines.join('\n');
  const left = lines.length - head - TAIL;
  return [...lines.slice(0, head), `  [the demo leaves out ${left} lines here]`, ...lines.slice(-TAIL)].join('\n');
}

function quoted(argument) {
  return /^[\w@./:=,-]+$/.test(argument) ? argument : `'${argument}'`;
}

function painter() {
  const colored = process.stdout.isTTY === true && (process.env.NO_COLOR ?? '') === '' && process.env.TERM !== 'dumb';
  const paint = (code) => (text) => (colored ? `\u001b[${code}m${text}\u001b[0m` : text);
  return { bold: paint(1), dim: paint(2), cyan: paint(36) };
}
