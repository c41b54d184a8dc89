/** What trying directories out has shown, as text. Marks and words say it; colour only repeats it. */
import type { CheckResult } from '../../app/check-directory.ts';
import type { CheckStep, CheckStepName } from '../../domain/directory-check.ts';
import { inert } from '../../domain/inert.ts';
import { count } from '../../domain/words.ts';
import type { Colors } from '../terminal.ts';

type Checked = Extract<CheckResult, { status: 'checked' }>;

const NAMES: Readonly<Record<CheckStepName, string>> = {
  reach: 'reach',
  signIn: 'sign in',
  read: 'read',
  rights: 'rights',
  count: 'count',
};

const MARKS = {
  passed: { mark: '✓', word: 'passed', color: 'green' },
  warning: { mark: '!', word: 'warning', color: 'yellow' },
  failed: { mark: '✗', word: 'failed', color: 'red' },
  untried: { mark: '·', word: 'not tried', color: 'dim' },
} as const;

const NAME_WIDTH = 7;
const WORD_WIDTH = 9;
const INDENT = ' '.repeat(2 + 2 + NAME_WIDTH + 2 + WORD_WIDTH + 2);

/** A block for each customer, and a line on all of them. */
export function renderChecks(results: readonly CheckResult[], colors: Colors): readonly string[] {
  const checked = results.filter((result) => result.status === 'checked');
  return [
    ...results.map((result) => `${blockOf(result, colors)}\n`),
    `${count(checked.length, 'directory', 'directories')} checked: ${verdict(checked)}.\n`,
  ];
}

/** That a customer has nothing to check. */
export function uncheckedNote({ customer, status }: Exclude<CheckResult, Checked>): string {
  return status === 'none'
    ? `${customer} has no directory: there is nothing to check.`
    : `${customer}: the directory is not enabled (directory.enabled), and was not checked.`;
}

function blockOf(result: CheckResult, colors: Colors): string {
  if (result.status !== 'checked') return `${uncheckedNote(result)}\n`;
  const { customer, check } = result;
  const { server, directory, elapsedMs } = check;
  const what = directory === null ? '' : ` (${inert(directory)})`;
  const head = `${customer}: ${outcomeOf(result)}; ${inert(server)}${what}, ${(elapsedMs / 1000).toFixed(1)} s`;
  return `${[head, ...check.steps.flatMap((step) => linesOf(step, colors))].join('\n')}\n`;
}

function outcomeOf({ ok, check }: Checked): string {
  if (!ok) return 'failed';
  return check.steps.some(({ status }) => status === 'warning') ? 'passed with a warning' : 'passed';
}

function linesOf(step: CheckStep, colors: Colors): readonly string[] {
  const { mark, word, color } = MARKS[step.status];
  const head = `  ${colors[color](mark)} ${NAMES[step.step].padEnd(NAME_WIDTH)}  ${colors[color](word.padEnd(WORD_WIDTH))}`;
  switch (step.status) {
    case 'untried':
      return [head.trimEnd()];
    case 'passed':
      return [`${head}  ${inert(step.message)}`];
    default:
      return [`${head}  ${inert(step.problem.message)} [${step.problem.code}]`, `${INDENT}${inert(step.problem.hint)}`];
  }
}

function verdict(checked: readonly Checked[]): string {
  const failed = checked.filter(({ ok }) => !ok).length;
  if (checked.length === 0) return 'no customer has one that is enabled';
  if (checked.length === 1) return failed === 0 ? 'it passed' : 'it failed';
  if (failed === 0) return 'all passed';
  return failed === checked.length ? 'all failed' : `${failed} failed`;
}
