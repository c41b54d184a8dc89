/** Carries out `rollcall import target`. Loaded when it is asked for. */
import { dirname, join, relative, resolve, sep } from 'node:path';
import { importPlan, reviewTarget, type TargetReview, withoutDirectory } from '../app/import-target.ts';
import type { CustomerConfig } from '../domain/config.ts';
import { inert } from '../domain/inert.ts';
import { count } from '../domain/words.ts';
import type { StateReader } from '../ports/state.ts';
import {
  type Context,
  chosen,
  clockOf,
  openReader,
  openStore,
  openWorkspace,
  Reported,
  type Workspace,
} from './context.ts';
import { EXIT, type ExitCode, worst } from './exit-code.ts';
import { openTargets } from './open-targets.ts';
import type { CustomerOptions } from './options.ts';
import { agreedTo, type TakingOptions, takeIn } from './take-in.ts';
import { renderReview, reviewDocument } from './text/import-target.ts';
import { renderPlan } from './text/plan.ts';

export interface ImportTargetOptions extends CustomerOptions, TakingOptions {
  readonly out?: string;
  readonly allChanges?: boolean;
}

/** Rejects with NoSuchName, TargetProblem, ImportRefused, and FileProblem. */
export async function takeOverTarget(name: string, options: ImportTargetOptions, context: Context): Promise<ExitCode> {
  const workspace = await openWorkspace({ ...context, quiet: true });
  const customers = chosen(workspace.config, options.customer);
  const asked = { name, workspace, customers };
  return options.out === undefined
    ? intoState(asked, options, context)
    : intoFile(asked, options.out, options, context);
}

/** What the command line asks for. */
interface Asked {
  readonly name: string;
  readonly workspace: Workspace;
  readonly customers: readonly CustomerConfig[];
}

async function review(
  { name, workspace: { config }, customers }: Asked,
  reader: StateReader,
  context: Context,
): Promise<TargetReview> {
  const [served] = await openTargets(config, [name], context);
  if (served === undefined) throw new TypeError(`the target ${name} was not opened`);
  return reviewTarget({ config, customers, served, reader, signal: context.signal });
}

async function intoState(asked: Asked, options: ImportTargetOptions, context: Context): Promise<ExitCode> {
  const { terminal, adapters } = context;
  const { workspace } = asked;
  const clock = clockOf({});
  await using store = await openStore(context, workspace.config, clock);
  const reviewed = await review(asked, store, context);
  const record = importPlan(reviewed, workspace.config, clock());
  const users = record.plan.customers.flatMap((customer) =>
    customer.status === 'ready' ? customer.changes : [],
  ).length;
  await show(reviewed, options, context);
  const without = refuse(reviewed, context);
  if (users === 0) {
    if (options.format === 'text') await terminal.print('There is nobody to take over.\n');
    return without;
  }
  const view = { colors: terminal.colors, full: options.allChanges === true, verbose: context.verbose };
  if (options.format === 'text') await terminal.print(renderPlan(record.plan, view));
  const question = `Take ${count(users, 'user')} over into the state? Only "yes" does it: `;
  const agreed = await agreedTo(question, workspace, options, context);
  if (agreed === null) return EXIT.error;
  const saved = { ...record, digest: adapters.planFiles.digest(record) };
  const exit = await takeIn({ saved, workspace: agreed, store, clock, appliedConfig: null }, options, context);
  if (exit === EXIT.done && !context.quiet) {
    terminal.say('The next plan binds those who are in the directory, and flags the others: rollcall plan');
  }
  return worst([exit, without]);
}

async function show(reviewed: TargetReview, { format }: ImportTargetOptions, { terminal }: Context): Promise<void> {
  if (format === 'json') await terminal.print(`${JSON.stringify(reviewDocument(reviewed), null, 2)}\n`);
  else await terminal.print(renderReview(reviewed, terminal.colors));
}

/** Says whom nobody would ever bind or flag. */
function refuse(reviewed: TargetReview, { terminal }: Context): ExitCode {
  const refused = withoutDirectory(reviewed);
  for (const { name } of refused) {
    const users = reviewed.taken.find(({ customer }) => customer.name === name)?.users.length ?? 0;
    terminal.complain(
      {
        code: 'IMPORT_NO_DIRECTORY',
        message: `${count(users, 'user')} of ${name} ${users === 1 ? 'is' : 'are'} not taken over: without a directory nothing would ever say who of them has left.`,
        hint: `Write them into a file, review it, and import that: rollcall import target ${reviewed.target} --customer ${name} -o users/${name}.yaml`,
      },
      name,
    );
  }
  return refused.length === 0 ? EXIT.done : EXIT.error;
}

async function intoFile(asked: Asked, out: string, options: ImportTargetOptions, context: Context): Promise<ExitCode> {
  const { adapters, terminal } = context;
  const customer = onlyOne(asked, context);
  await using reader = await openReader(context, asked.workspace.config);
  const reviewed = await review(asked, reader, context);
  const users = reviewed.taken
    .flatMap(({ users: some }) => some)
    .map(({ address, aliases, attributes }) => ({
      address: address.display,
      aliases: aliases.map(({ display }) => display),
      attributes,
    }));
  const files = await adapters.usersFiles();
  if (out === '-') {
    if (options.format === 'text') terminal.say(renderReview(reviewed, terminal.sayColors).trimEnd());
    await terminal.print(files.text(users));
    return EXIT.done;
  }
  await show(reviewed, options, context);
  const path = resolve(context.file(out));
  const added = await files.add(path, users);
  const told = `${count(added.length, 'user')} added to ${inert(out)}.${added.length === 0 ? '' : ' Review them: each counts as a user (CNT-1).'}`;
  if (options.format === 'json') terminal.say(told);
  else await terminal.print(`${told}\n`);
  await tellImport(path, customer, asked.workspace, context);
  return EXIT.done;
}

/** A file is of one customer: its addresses are in that one's domains. */
function onlyOne({ customers, name }: Asked, { terminal }: Context): CustomerConfig {
  const [customer, ...others] = customers;
  if (customer !== undefined && others.length === 0) return customer;
  terminal.complain({
    code: 'USAGE',
    message: 'With -o the users of one customer are written, whose file then imports them.',
    hint: `Name the customer: rollcall import target ${name} --customer NAME -o FILE`,
  });
  throw new Reported(EXIT.usage);
}

async function tellImport(
  path: string,
  customer: CustomerConfig,
  { root }: Workspace,
  { adapters, terminal, quiet }: Context,
): Promise<void> {
  const customerFile = join(root, customer.location.file);
  if (quiet || (await (await adapters.usersFiles()).isImported(path, customerFile))) return;
  const importPath = relative(dirname(customerFile), path).split(sep).join('/');
  terminal.say(
    inert(`It has no effect until ${customer.location.file} imports it, under "imports": - {users: ${importPath}}`),
  );
}
