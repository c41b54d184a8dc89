/** Options that commands share, and how their values are read. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { durationMs } from '../config/duration.ts';
import { didYouMean } from '../config/suggest.ts';
import { type Instant, parseInstant } from '../domain/instant.ts';
import { listed } from '../domain/words.ts';

/** What every command takes. */
export interface GlobalOptions {
  readonly directory?: string;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly logFormat: 'text' | 'json';
}

export interface CustomerOptions {
  readonly customer: readonly string[];
}

/** Of commands that read directories. */
export interface ReadingOptions extends CustomerOptions {
  readonly at?: Instant;
  readonly snapshot?: string;
  readonly parallelism: number;
  readonly full?: boolean;
}

/** Of commands that plan. */
export interface PlanningOptions extends ReadingOptions {
  readonly allowRemovals?: number;
}

/** Of commands that change the state or targets. */
export interface ApplyingOptions {
  readonly allowRemovals?: number;
  readonly lockTimeout: number;
}

export function addGlobalOptions(program: Command): Command {
  return program
    .option('-C, --directory <dir>', 'work in this folder instead of the current one')
    .option('-q, --quiet', 'show no progress and no notes')
    .option('-v, --verbose', 'show what is asked of each server')
    .addOption(
      new Option('--log-format <format>', 'how notes and progress are written to stderr')
        .choices(['text', 'json'])
        .default('text'),
    );
}

export function addCustomerOption(command: Command): Command {
  return command.addOption(
    new Option('--customer <name>', 'only this customer; may be given several times, and may be a glob')
      .argParser((name: string, names: readonly string[]) => [...names, name])
      .default([], 'all'),
  );
}

export function addReadingOptions(command: Command): Command {
  return addAtOption(addCustomerOption(command))
    .option('--snapshot <dir>', 'take the directories from recordings in this folder instead of the network')
    .option('--full', 'read directories whole, not only what changed since the last sync')
    .addOption(parallelismOption());
}

export function parallelismOption(): Option {
  return new Option('--parallelism <n>', 'how many customers are read at once').default(4).argParser(positive);
}

/** Of commands that look at domains only: a question to the DNS costs less than a directory. */
export function domainsOption(): Option {
  return new Option('--parallelism <n>', 'how many domains are looked at at once').default(32).argParser(positive);
}

/** Of commands that talk to mail servers. In milliseconds. */
export function smtpTimeoutOption(): Option {
  return new Option('--timeout <duration>', 'how long a server is waited for in each step: 10s, 1m')
    .default(10_000, '10s')
    .argParser(smtpTimeout);
}

export function addAtOption(command: Command): Command {
  return command.addOption(
    new Option('--at <time>', 'what "now" is, as ISO 8601: 2026-12-24 or 2026-12-24T12:00:00Z').argParser(instant),
  );
}

export function addPlanningOptions(command: Command): Command {
  return addReadingOptions(command).addOption(
    new Option(
      '--allow-removals <n>',
      'let exactly up to n removals through in this run, whatever the policy',
    ).argParser(natural),
  );
}

export function addFormatOption(command: Command, formats: readonly [string, ...string[]]): Command {
  return command.addOption(
    new Option('--format <format>', 'how the result is written').choices(formats).default(formats[0]),
  );
}

/** How what people review can be written. */
export const REVIEW_FORMATS = ['text', 'json', 'markdown', 'html', 'junit'] as const;

export type ReviewFormat = (typeof REVIEW_FORMATS)[number];

/** Of commands that are about targets. */
export function targetOption(description: string): Option {
  return new Option('--target <name>', description)
    .argParser((name: string, names: readonly string[]) => [...names, name])
    .default([], 'all');
}

export function addLockOption(command: Command): Command {
  return command.addOption(
    new Option('--lock-timeout <duration>', 'how long to wait for another apply of the same customer: 0s, 30s, 5m')
      .default(0, '0s')
      .argParser(duration),
  );
}

/** For the subcommand that stands for its parent alone: a word behind it is no argument, but a subcommand misspelt. */
export function refuseOperands(command: Command): Command {
  return command.allowExcessArguments().hook('preAction', ({ args, parent }) => {
    const [word] = args;
    if (word === undefined) return;
    const known = parent?.commands.map((sibling) => sibling.name()) ?? [];
    command.error(`error: unknown command '${word}'.${didYouMean(word, known) || ` It takes ${listed(known)}.`}`);
  });
}

function instant(text: string): Instant {
  const parsed = parseInstant(text);
  if (parsed === null) throw new InvalidArgumentError('Give a time as 2026-12-24 or 2026-12-24T12:00:00Z.');
  return parsed;
}

function natural(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Give a whole number, 0 or more.');
  return Number(text);
}

/** Of an option's value: a whole number, 1 or more. */
export function positive(text: string): number {
  const number = natural(text);
  if (number === 0) throw new InvalidArgumentError('Give a whole number, 1 or more.');
  return number;
}

function smtpTimeout(text: string): number {
  const ms = /^\d{1,4}[sm]$/.test(text) ? durationMs(text) : 0;
  if (ms === 0) throw new InvalidArgumentError('Give a duration such as 10s or 1m, more than 0s.');
  return ms;
}

/** What somebody is called in approvals and as the author of plans. */
export function personName(text: string): string {
  if (!/^[^\s\p{C}]{1,100}$/u.test(text)) throw new InvalidArgumentError('Give a name without spaces.');
  return text;
}

function duration(text: string): number {
  if (!/^\d{1,6}[smh]$/.test(text)) throw new InvalidArgumentError('Give a duration such as 30s, 5m or 1h.');
  return durationMs(text);
}
