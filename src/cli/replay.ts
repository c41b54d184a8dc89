/** `rollcall plan --against`: what a change of the configuration alone does. */
import { configChanges, type FileChange } from '../app/config-changes.ts';
import { rebased } from '../app/past-config.ts';
import { makeReplay } from '../app/replay.ts';
import type { Config } from '../domain/config.ts';
import { isNewlyBlocked, type Replay } from '../planner/replay.ts';
import type { PastWorkspace } from '../ports/history.ts';
import { type Context, clockOf, openWorkspace, readerFor, type Workspace, withDirectories } from './context.ts';
import { EXIT, type ExitCode, worst } from './exit-code.ts';
import type { PlanningOptions } from './options.ts';
import { lastingOf, pseudonymsFor, type RedactOptions } from './redaction.ts';
import type { ShowPlanOptions } from './show-plan.ts';
import { viewOf } from './show-plan.ts';
import type { Base, ShownReplay } from './shown-replay.ts';
import { findingText } from './text/findings.ts';

export interface ReplayOptions extends PlanningOptions, ShowPlanOptions, RedactOptions {
  readonly against: string;
  readonly state?: string;
  readonly detailedExitcode?: boolean;
}

export async function printReplay(options: ReplayOptions, context: Context): Promise<ExitCode> {
  const workspace = await openWorkspace(context);
  await using reader = await readerFor(options, workspace.config, context);
  const history = await context.adapters.history();
  await using past = await history.workspaceAt(workspace.root, options.against, context.signal);
  const before = await openPast(options.against, past, workspace, context);
  const { config: after } = workspace;
  const directories = { config: after, customers: customersOf(before.config, after), copies: reader };
  const redact = await pseudonymsFor(options, after, context);
  const made = await withDirectories(context, options, directories, (request) =>
    makeReplay({
      ...request,
      before: before.config,
      redact,
      alike: lastingOf(redact, after),
      after,
      chosen: options.customer,
      isRecorded: options.snapshot !== undefined,
      reader,
      now: clockOf(options)(),
      allowRemovals: options.allowRemovals ?? null,
    }),
  );
  const changed = await fileChanges(before.files, past, workspace, context);
  const files = redact === null ? changed : changed.map(withoutPatch);
  const shown: ShownReplay = { base: before.base, replay: made.replay, files, notes: [...past.notes, ...made.notes] };
  await context.terminal.print(await rendered(shown, options, context));
  return replayExit(made.replay, options.detailedExitcode === true);
}

/** What stands in the files is not looked through for names. */
function withoutPatch(file: FileChange): FileChange {
  return { ...file, patch: [], leftOut: file.patch.length + file.leftOut };
}

interface Past {
  readonly base: Base;
  /** Null where nothing could be planned by it. */
  readonly config: Config | null;
  readonly files: readonly string[];
}

/**
 * The configuration at the revision. One that is broken was never applied, and must not keep its repair from being reviewed: it
 * counts as none, and what is wrong with it is said.
 */
async function openPast(revision: string, past: PastWorkspace, { root }: Workspace, context: Context): Promise<Past> {
  const { adapters, terminal } = context;
  const loaded = await adapters.loadWorkspace(past.folder);
  const base = { revision, commit: past.commit };
  if (loaded.root !== past.folder)
    return { base: { ...base, status: 'absent', findings: [] }, config: null, files: [] };
  const { files } = loaded;
  if (loaded.ok) {
    const config = rebased(loaded.config, past.folder, root);
    return { base: { ...base, status: 'planned', findings: [] }, config, files };
  }
  const findings = loaded.findings.map((finding) => ({
    ...finding,
    location: { ...finding.location, file: `${revision}:${finding.location.file}` },
  }));
  for (const finding of findings) terminal.say(findingText(finding, terminal.sayColors), { finding }, 'info');
  return { base: { ...base, status: 'broken', findings }, config: null, files };
}

/** Each is read for the one configuration, for the other, or for both. */
function customersOf(before: Config | null, after: Config): number {
  return (before?.customers.length ?? 0) + after.customers.length;
}

async function fileChanges(
  files: readonly string[],
  past: PastWorkspace,
  { root, files: now }: Workspace,
  { adapters }: Context,
) {
  const all = [...new Set([...files, ...now])];
  const [old, current] = await Promise.all([adapters.fileTexts(past.folder, all), adapters.fileTexts(root, all)]);
  return configChanges(old, current, past.prefix);
}

async function rendered(
  shown: ShownReplay,
  options: ReplayOptions,
  context: Context,
): Promise<string | Iterable<string>> {
  switch (options.format) {
    case 'json':
      return (await import('./json/replay.ts')).replayDocument(shown);
    case 'markdown':
      return (await import('./markdown/replay.ts')).renderReplayMarkdown(shown);
    case 'html':
      return (await import('./html/replay.ts')).renderReplayHtml(shown);
    case 'junit':
      return (await import('./junit/replay.ts')).renderReplayJunit(shown);
    case 'text':
      return (await import('./text/replay.ts')).renderReplay(shown, viewOf(options, context));
  }
}

/** What the change of the configuration brings counts, and what was so before does not; a plan that cannot be made always does. */
function replayExit({ customers }: Replay, detailed: boolean): ExitCode {
  return worst(
    customers.map((customer) => {
      const { before, after, diagnostics, does, noLonger } = customer;
      if (before === 'failed' || after === 'failed') return EXIT.error;
      if (diagnostics.came.some(({ severity }) => severity === 'error')) return EXIT.error;
      if (isNewlyBlocked(customer)) return EXIT.blocked;
      return detailed && does.length + noLonger.length > 0 ? EXIT.changes : EXIT.done;
    }),
  );
}
