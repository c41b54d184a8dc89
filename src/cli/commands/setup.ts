/** `rollcall setup` */
import { setTimeout as wait } from 'node:timers/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { heloOf } from '../../app/check-smtp.ts';
import { chooseCustomers } from '../../app/choose-customers.ts';
import { lookAtSetup, type SetupRequest } from '../../app/setup.ts';
import { durationMs } from '../../config/duration.ts';
import type { CustomerConfig } from '../../domain/config.ts';
import type { Problem } from '../../domain/diagnostic.ts';
import { type Checklist, withSteps } from '../../planner/setup/checklist.ts';
import { progressBetween } from '../../planner/setup/progress.ts';
import { CONFIRMABLE, type ConfirmableStep, STEP_IDS, type StepId } from '../../planner/setup/step.ts';
import { type Context, clockOf, openReader, openWorkspace, Reported, type Workspace } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { addFormatOption } from '../options.ts';
import { headline, renderProgress, renderSetup } from '../render-setup.ts';
import { renderSetupMarkdown } from '../render-setup-markdown.ts';
import type { Perform } from './perform.ts';

interface SetupOptions {
  readonly format: 'text' | 'json' | 'markdown';
  readonly smtp?: boolean;
  readonly step: readonly StepId[];
  readonly confirm: readonly ConfirmableStep[];
  readonly watch?: boolean;
  readonly interval: number;
  readonly detailedExitcode?: boolean;
}

export function addSetupCommand(program: Command, perform: Perform): void {
  addFormatOption(program.command('setup'), ['text', 'json', 'markdown'])
    .argument('<customer>', 'the customer’s name')
    .description('how far a customer is on its way on board, and what is to be done next')
    .addOption(
      new Option('--step <step>', 'only this step; may be given several times')
        .choices(STEP_IDS)
        .argParser(oneMoreOf(STEP_IDS))
        .default([], 'all'),
    )
    .option('--smtp', 'ask the mail servers of the sites too; run this where the service is not')
    .addOption(
      new Option(
        '--confirm <step>',
        'take for done what of a step cannot be seen from here; may be given several times',
      )
        .choices(CONFIRMABLE)
        .argParser(oneMoreOf(CONFIRMABLE))
        .default([], 'none'),
    )
    .option('--watch', 'look again and again, and show what has changed, until all is done')
    .addOption(
      new Option('--interval <duration>', 'with --watch, how long to wait between two looks: 10s, 5m')
        .default(30_000, '30s')
        .argParser(interval),
    )
    .option('--detailed-exitcode', 'exit 2 if something is left to be done')
    .addHelpText(
      'after',
      `
Examples:
  rollcall setup acme
  rollcall setup acme --format markdown > ticket.md
  rollcall setup acme --step mx --step spf     for whoever has the DNS
  rollcall setup acme --smtp --confirm firewall --watch`,
    )
    .action((customer: string, options: SetupOptions, command: Command) => {
      if (options.watch === true && options.format === 'markdown') {
        command.error("error: option '--watch' cannot be used with '--format markdown'.");
      }
      return perform(command, (context) => setup(customer, options, context));
    });
}

/** Gathers the values of an option that may be given several times. */
function oneMoreOf<T extends string>(choices: readonly T[]): (text: string, before: readonly T[]) => readonly T[] {
  return (text, before) => {
    const choice = choices.find((one) => one === text);
    if (choice === undefined) throw new InvalidArgumentError(`Allowed choices are ${choices.join(', ')}.`);
    return [...before, choice];
  };
}

function interval(text: string): number {
  if (!/^\d{1,6}[smh]$/.test(text) || durationMs(text) === 0) {
    throw new InvalidArgumentError('Give a duration such as 10s, 5m or 1h.');
  }
  return durationMs(text);
}

async function setup(name: string, options: SetupOptions, context: Context): Promise<ExitCode> {
  const checklist = await look(name, await openWorkspace(context), options, context);
  await context.terminal.print(rendered(checklist, options, context));
  if (options.watch === true) return watch(name, checklist, options, context);
  if (checklist.steps.some(({ status }) => status === 'failed')) return EXIT.error;
  return options.detailedExitcode === true && !checklist.done ? EXIT.changes : EXIT.done;
}

/** Looks once, with the configuration and the state as they are now: both may have changed since the last time. */
async function look(name: string, { config }: Workspace, options: SetupOptions, context: Context): Promise<Checklist> {
  const { adapters, terminal, signal } = context;
  const customer = oneCustomer(name, config.customers);
  const clock = clockOf({});
  const log = (line: string) => terminal.detail(line);
  const observer = adapters.observer({ dns: config.workspace.dns, clock, log });
  await using reader = await openReader(context, config);
  const checklist = await lookAtSetup({
    customer,
    reader,
    observe: (question, stop) => observer.observe(question, stop),
    mailServers: options.smtp === true ? mailServersOf(context) : null,
    confirmed: new Set(options.confirm),
    signal,
  });
  return options.step.length === 0 ? checklist : withSteps(checklist, options.step);
}

/** Until all is done. A configuration that is half written is told, and looked at again. */
async function watch(name: string, first: Checklist, options: SetupOptions, context: Context): Promise<ExitCode> {
  const { terminal, signal, quiet } = context;
  let last = first;
  if (!last.done && !quiet) terminal.say('Watching until all is done; Ctrl-C ends it.');
  while (!last.done) {
    await wait(options.interval, undefined, { signal });
    const workspace = await openWorkspace({ ...context, quiet: true }).catch(reportedAsNull);
    if (workspace === null) continue;
    const next = await look(name, workspace, options, context);
    const progress = progressBetween(last, next);
    last = next;
    if (progress.length === 0) continue;
    await terminal.print(
      options.format === 'json'
        ? `${JSON.stringify(next)}\n`
        : `\n${renderProgress(progress, clockOf({})(), terminal.colors)}`,
    );
  }
  if (options.format === 'text') await terminal.print(`\n${headline(last)}\n`);
  return EXIT.done;
}

function reportedAsNull(error: unknown): null {
  if (error instanceof Reported) return null;
  throw error;
}

/** Of a watch each look is a line. */
function rendered(checklist: Checklist, { format, watch: again }: SetupOptions, { terminal }: Context): string {
  switch (format) {
    case 'json':
      return `${again === true ? JSON.stringify(checklist) : JSON.stringify(checklist, null, 2)}\n`;
    case 'markdown':
      return renderSetupMarkdown(checklist);
    case 'text':
      return renderSetup(checklist, terminal.colors);
  }
}

/** Throws NoSuchCustomer for a name that nobody has. */
function oneCustomer(name: string, customers: readonly CustomerConfig[]): CustomerConfig {
  const exact = customers.find((customer) => customer.name === name);
  const [first, ...others] = exact === undefined ? chooseCustomers(customers, [name]) : [exact];
  if (first === undefined || others.length > 0) throw new SeveralCustomers(name);
  return first;
}

class SeveralCustomers extends Error implements Problem {
  override readonly name = 'SeveralCustomers';
  readonly code = 'SEVERAL_CUSTOMERS';
  readonly hint = 'The set-up is shown of one customer at a time: give its whole name.';
  constructor(pattern: string) {
    super(`"${pattern}" names several customers.`);
  }
}

/** Servers that greylist or check their peers take their time. */
const SMTP_STEP_MS = 10_000;

function mailServersOf({ adapters }: Context): SetupRequest['mailServers'] {
  const { name, addresses } = adapters.host();
  return { tester: adapters.mailServerTester(SMTP_STEP_MS, clockOf({})), helo: heloOf(name, addresses) };
}
