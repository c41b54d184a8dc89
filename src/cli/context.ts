/** What every command is given, and the steps that most of them begin with. */
import { chooseCustomers } from '../app/choose-customers.ts';
import type { GatherRequest } from '../app/gather.ts';
import type { Config, CustomerConfig } from '../domain/config.ts';
import { type Instant, instantOf } from '../domain/instant.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObservationSource } from '../ports/dns.ts';
import type { StateReader, StateStore } from '../ports/state.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { ReadingOptions } from './options.ts';
import { readingProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';
import { findingText } from './text/findings.ts';
import type { Adapters } from './wiring.ts';

export interface Context {
  readonly terminal: Terminal;
  readonly adapters: Adapters;
  /** Aborted by Ctrl-C and by a request to end. */
  readonly signal: AbortSignal;
  /** The folder to work in, absolute. */
  readonly folder: string;
  /** A path that the command line names: what is relative is so to the folder to work in. */
  readonly file: (path: string) => string;
  readonly quiet: boolean;
  readonly verbose: boolean;
}

/** What was wrong has been printed already; the command ends with this code. */
export class Reported extends Error {
  override readonly name = 'Reported';
  readonly exit: ExitCode;
  constructor(exit: ExitCode) {
    super('The command failed; what was wrong has been printed.');
    this.exit = exit;
  }
}

export interface Workspace {
  readonly config: Config;
  readonly root: string;
  /** Every file that was read, relative to the root. */
  readonly files: readonly string[];
}

/** The workspace that the command works in. Prints what is wrong with it, and rejects with Reported if anything is. */
export async function openWorkspace({ adapters, folder, terminal, quiet }: Context): Promise<Workspace> {
  const loaded = await adapters.loadWorkspace(folder);
  for (const finding of loaded.findings) {
    const { severity } = finding;
    if (severity === 'warning' && quiet) continue;
    terminal.say(findingText(finding, terminal.sayColors), { finding }, severity === 'error' ? 'error' : 'info');
  }
  if (!loaded.ok) throw new Reported(EXIT.error);
  return { config: loaded.config, root: loaded.root, files: loaded.files };
}

/** The customers that `--customer` names. */
export function chosen(config: Config, patterns: readonly string[]): readonly CustomerConfig[] {
  return chooseCustomers(config.customers, patterns);
}

/** Real time, or the moment that `--at` says. */
export function clockOf({ at }: { readonly at?: Instant }): Clock {
  return at === undefined ? () => instantOf(Date.now()) : () => at;
}

export function openReader(context: Context, config: Config): Promise<StateReader> {
  return context.adapters.openReader(config.workspace.state.path);
}

/** The stored state, or the one in the document that `--state` names. */
export async function readerFor(
  { state }: { readonly state?: string },
  config: Config,
  context: Context,
): Promise<StateReader> {
  if (state === undefined) return openReader(context, config);
  const { stateFiles, readerOfState } = context.adapters;
  return readerOfState(await stateFiles.load(context.file(state)));
}

export function openStore(context: Context, config: Config, clock: Clock): Promise<StateStore> {
  return context.adapters.openStore(config.workspace.state.path, clock);
}

export interface Directories {
  readonly config: Config;
  /** How many of them are read. */
  readonly customers: number;
  /** Has the copies that readings may build on; null to read all whole. */
  readonly copies: Pick<StateReader, 'copy'> | null;
}

/** How to read directories, and what the DNS shows of their domains, as the options say. Progress shows while `work` runs. */
export async function withDirectories<T>(
  context: Context,
  options: ReadingOptions,
  { config, customers, copies }: Directories,
  work: (request: GatherRequest & { readonly observations: ObservationSource }) => Promise<T>,
): Promise<T> {
  const { adapters, terminal, signal } = context;
  const recordings = options.snapshot === undefined ? null : context.file(options.snapshot);
  const log = (line: string) => terminal.detail(line);
  const source = await adapters.directories(recordings, log);
  const observations = adapters.observations(recordings, { dns: config.workspace.dns, clock: clockOf(options), log });
  const copyOf = copies === null ? null : copiesIn(copies, options.full === true);
  const progress = await readingProgress(terminal, customers);
  try {
    return await work({ source, observations, parallelism: options.parallelism, signal, progress, copyOf });
  } finally {
    progress.end();
  }
}

/** With `--full` there are none, so that all is read; what is read then is kept as the new copy all the same. */
function copiesIn(copies: Pick<StateReader, 'copy'>, full: boolean): GatherRequest['copyOf'] {
  return full ? () => Promise.resolve(null) : (customer) => copies.copy(customer);
}
