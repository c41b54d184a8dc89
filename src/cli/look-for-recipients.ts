/** Carries out `rollcall discover`: reads candidates, has the servers asked, and keeps what was found. Loaded when it is asked for. */
import { dirname, join, relative, resolve, sep } from 'node:path';
import { type Candidates, candidateScope, readCandidates } from '../app/candidates.ts';
import { heloOf } from '../app/check-smtp.ts';
import { oneCustomer } from '../app/choose-customers.ts';
import { type Discovery, discover, foundIn, isComplete } from '../app/discover.ts';
import { paced, realTicks } from '../app/pace.ts';
import type { AddressKey } from '../domain/address.ts';
import type { CustomerConfig } from '../domain/config.ts';
import { emptyRoster, type Roster } from '../domain/roster.ts';
import type { UsersFiles } from '../ports/users-files.ts';
import { type Context, openReader, openWorkspace, type Workspace } from './context.ts';
import { discoverProgress } from './discover-progress.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { candidateNote, discoveryDocument, type KeptFinds, renderDiscovery } from './text/discover.ts';

export interface DiscoverOptions {
  readonly fromLog?: string;
  readonly addresses?: string;
  readonly out?: string;
  readonly rate: number;
  /** In milliseconds. */
  readonly timeout: number;
  readonly format: 'text' | 'json';
}

/** Rejects with NoSuchName for a name that nobody has, and with FileProblem for a file that cannot be read or added to. */
export async function lookForRecipients(name: string, options: DiscoverOptions, context: Context): Promise<ExitCode> {
  const { adapters, terminal, signal, quiet } = context;
  const workspace = await openWorkspace({ ...context, quiet: true });
  const customer = oneCustomer(name, workspace.config.customers);
  const files = await adapters.usersFiles();
  const path = outOf(options, customer, workspace, context);
  // Before anybody is asked: hours later it would be a pity.
  const inFile = path === null ? new Set<AddressKey>() : await files.addresses(path);
  const scope = candidateScope(customer, await rosterOf(customer, workspace, context), inFile);
  const candidates = await readCandidates(linesOf(options, context), formOf(options), scope, signal);
  if (!quiet) terminal.say(candidateNote(customer.name, candidates, options.rate));
  const discovery = await ask(customer, candidates.addresses, options, context);
  const finds = foundIn(discovery);
  const kept = path === null ? null : await keep(path, finds, { customer, files, workspace });
  await show({ customer, candidates, discovery, kept }, files, options, context);
  if (signal.aborted) {
    terminal.say('Interrupted. What was found so far is kept, and not asked about again.', {}, 'error');
    return EXIT.interrupted;
  }
  return isComplete(discovery) ? EXIT.done : EXIT.error;
}

/** Absolute; null is stdout. */
function outOf({ out }: DiscoverOptions, { name }: CustomerConfig, { root }: Workspace, { file }: Context) {
  if (out === '-') return null;
  return out === undefined ? join(root, 'users', `${name}-discovered.yaml`) : resolve(file(out));
}

async function rosterOf({ name }: CustomerConfig, { config }: Workspace, context: Context): Promise<Roster> {
  await using reader = await openReader(context, config);
  const { rosters } = await reader.read([name], []);
  return rosters.get(name) ?? emptyRoster(name);
}

function formOf({ fromLog }: DiscoverOptions) {
  return fromLog === undefined ? 'addresses' : 'log';
}

function linesOf({ fromLog, addresses }: DiscoverOptions, { adapters, file, signal }: Context): AsyncIterable<string> {
  const path = fromLog ?? addresses ?? '-';
  return adapters.lines(path === '-' ? null : file(path), signal);
}

async function ask(
  customer: CustomerConfig,
  addresses: readonly AddressKey[],
  { rate, timeout }: DiscoverOptions,
  { adapters, terminal, signal }: Context,
): Promise<Discovery> {
  const host = adapters.host();
  const progress = await discoverProgress(terminal, addresses.length);
  try {
    return await discover(customer, addresses, {
      verifier: adapters.recipientVerifier(timeout),
      helo: heloOf(host.name, host.addresses),
      pace: paced(rate, realTicks(signal)),
      signal,
      onProgress: progress.update,
    });
  } finally {
    progress.end();
  }
}

interface Keeping {
  readonly customer: CustomerConfig;
  readonly files: UsersFiles;
  readonly workspace: Workspace;
}

async function keep(
  path: string,
  finds: readonly AddressKey[],
  { customer, files, workspace: { root } }: Keeping,
): Promise<KeptFinds> {
  const customerFile = join(root, customer.location.file);
  return {
    file: posix(relative(root, path)),
    added: await files.add(path, finds),
    customerFile: customer.location.file,
    isImported: await files.isImported(path, customerFile),
    importPath: posix(relative(dirname(customerFile), path)),
  };
}

function posix(path: string): string {
  return path.split(sep).join('/');
}

interface Outcome {
  readonly customer: CustomerConfig;
  readonly candidates: Candidates;
  readonly discovery: Discovery;
  /** Null if the finds are printed. */
  readonly kept: KeptFinds | null;
}

async function show(
  { customer, candidates, discovery, kept }: Outcome,
  files: UsersFiles,
  { format }: DiscoverOptions,
  { terminal }: Context,
): Promise<void> {
  const outcome = { customer: customer.name, candidates, discovery, kept };
  if (format === 'json') return terminal.print(`${JSON.stringify(discoveryDocument(outcome), null, 2)}\n`);
  if (kept !== null) return terminal.print(renderDiscovery(outcome, terminal.colors));
  terminal.say(renderDiscovery(outcome, terminal.sayColors).trimEnd());
  await terminal.print(files.text(foundIn(discovery)));
}
