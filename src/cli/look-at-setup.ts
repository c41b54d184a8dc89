/** Carries out `rollcall setup`: looks once, or again and again, and shows what it has seen. Loaded when it is asked for. */
import { setTimeout as wait } from 'node:timers/promises';
import { heloOf } from '../app/check-smtp.ts';
import { oneCustomer } from '../app/choose-customers.ts';
import { redactChecklist } from '../app/redaction/setup.ts';
import { lookAtSetup, type SetupRequest } from '../app/setup.ts';
import { type Checklist, withSteps } from '../planner/setup/checklist.ts';
import { progressBetween } from '../planner/setup/progress.ts';
import type { ConfirmableStep, StepId } from '../planner/setup/step.ts';
import { type Context, clockOf, openReader, openWorkspace, Reported, type Workspace } from './context.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { ReviewFormat } from './options.ts';
import { pseudonymsFor, type RedactOptions } from './redaction.ts';
import { headline, renderProgress, renderSetup } from './text/setup.ts';

export interface SetupOptions extends RedactOptions {
  readonly format: ReviewFormat;
  readonly smtp?: boolean;
  readonly step: readonly StepId[];
  readonly confirm: readonly ConfirmableStep[];
  readonly watch?: boolean;
  readonly interval: number;
  readonly detailedExitcode?: boolean;
}

/** Rejects with NoSuchName for a name that nobody has. */
export async function setup(name: string, options: SetupOptions, context: Context): Promise<ExitCode> {
  const checklist = await look(name, await openWorkspace(context), options, context);
  await context.terminal.print(await rendered(checklist, options, context));
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
  const asked = options.step.length === 0 ? checklist : withSteps(checklist, options.step);
  const pseudonym = await pseudonymsFor(options, config, context);
  return pseudonym === null ? asked : redactChecklist(asked, pseudonym);
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
async function rendered(
  checklist: Checklist,
  { format, watch: again }: SetupOptions,
  { terminal }: Context,
): Promise<string | Iterable<string>> {
  switch (format) {
    case 'json':
      return `${again === true ? JSON.stringify(checklist) : JSON.stringify(checklist, null, 2)}\n`;
    case 'markdown':
      return (await import('./markdown/setup.ts')).renderSetupMarkdown(checklist);
    case 'html':
      return (await import('./html/setup.ts')).renderSetupHtml(checklist);
    case 'junit':
      return (await import('./junit/setup.ts')).renderSetupJunit(checklist);
    case 'text':
      return renderSetup(checklist, terminal.colors);
  }
}

/** Servers that greylist or check their peers take their time. */
const SMTP_STEP_MS = 10_000;

function mailServersOf({ adapters }: Context): SetupRequest['mailServers'] {
  const { name, addresses } = adapters.host();
  return { tester: adapters.mailServerTester(SMTP_STEP_MS, clockOf({})), helo: heloOf(name, addresses) };
}
