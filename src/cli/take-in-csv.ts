/** Carries out `rollcall import csv`: reviews a file, asks, and has the customer's configuration take it in. Loaded when it is asked for. */
import { dirname, join, relative, resolve, sep } from 'node:path';
import { oneCustomer } from '../app/choose-customers.ts';
import { type CsvReview, isAcceptable, reviewCsv } from '../app/import-csv.ts';
import { readState } from '../app/plan.ts';
import type { CustomerConfig } from '../domain/config.ts';
import { count } from '../domain/words.ts';
import type { CsvPlace, CsvStanding, CsvUsersFile } from '../ports/users-files.ts';
import { type Context, openReader, openWorkspace, type Workspace } from './context.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { type CsvDestination, importDocument, renderReview, takenNote } from './text/import-csv.ts';

export interface TakeInOptions {
  readonly customer: string;
  readonly to?: string;
  readonly autoApprove?: boolean;
  readonly format: 'text' | 'json';
}

/** Rejects with NoSuchName and SeveralCustomers for the name, and with FileProblem for a file that cannot be read or written. */
export async function takeInCsv(file: string, options: TakeInOptions, context: Context): Promise<ExitCode> {
  const { adapters, terminal } = context;
  const workspace = await openWorkspace({ ...context, quiet: true });
  const customer = oneCustomer(options.customer, workspace.config.customers);
  const imports = await adapters.csvImports();
  const csv = await imports.read(resolve(context.file(file)), file);
  const place = placeOf(customer, options, workspace, context);
  const destination = destinationOf(customer, place, workspace);
  const review = await reviewOf(customer, csv, destination.csv, { workspace, context });
  if (options.format === 'text') await terminal.print(renderReview(file, review, terminal.colors));
  const standing = await imports.standing(csv, place);
  const isTaken =
    mayGoThere(standing, destination, context) &&
    canBeTaken(review, context) &&
    (isDone(standing) || (await isApproved(review, destination, options, context)));
  if (isTaken) await imports.takeIn(csv, place);
  const taken = isTaken ? { ...destination, ...standing } : null;
  if (options.format === 'json')
    await terminal.print(`${JSON.stringify(importDocument(file, review, taken), null, 2)}\n`);
  else if (taken !== null) await terminal.print(takenNote(taken));
  return isTaken ? EXIT.done : EXIT.error;
}

function placeOf(customer: CustomerConfig, { to }: TakeInOptions, { root }: Workspace, { file }: Context): CsvPlace {
  const path = to === undefined ? join(root, 'imports', `${customer.name}.csv`) : resolve(file(to));
  return { path, customerFile: join(root, customer.location.file) };
}

function destinationOf(
  { name, location }: CustomerConfig,
  { path, customerFile }: CsvPlace,
  { root }: Workspace,
): CsvDestination {
  return {
    customer: name,
    csv: posix(relative(root, path)),
    customerFile: location.file,
    importPath: posix(relative(dirname(customerFile), path)),
  };
}

function posix(path: string): string {
  return path.split(sep).join('/');
}

async function reviewOf(
  customer: CustomerConfig,
  csv: CsvUsersFile,
  replaces: string,
  { workspace, context }: { readonly workspace: Workspace; readonly context: Context },
): Promise<CsvReview> {
  await using reader = await openReader(context, workspace.config);
  return reviewCsv({ customer, csv, replaces, state: await readState(reader, [customer]) });
}

function isDone({ there, isImported }: CsvStanding): boolean {
  return there === 'same' && isImported;
}

/** What the customer does not import is somebody else's, whatever it is. */
function mayGoThere({ there, isImported }: CsvStanding, { csv, customer }: CsvDestination, { terminal }: Context) {
  if (there !== 'other' || isImported) return true;
  terminal.complain({
    code: 'IMPORT_IN_THE_WAY',
    message: `${csv} is there already, with something else in it, and ${customer} does not import it.`,
    hint: 'Move it away, or keep the users in another file: --to PATH',
  });
  return false;
}

function canBeTaken(review: CsvReview, { terminal }: Context): boolean {
  if (isAcceptable(review)) return true;
  const { rejected, refused } = review;
  const what =
    rejected.length > 0
      ? 'There are mistakes in the file, and of such a file nothing is taken.'
      : `The configuration of ${review.customer} cannot take these users in.`;
  terminal.complain({
    code: 'IMPORT_REFUSED',
    message: `${what} Nothing was changed.`,
    hint: `The review names ${count(rejected.length + refused.length, 'mistake')}. Mend them, and import again.`,
  });
  return false;
}

async function isApproved(
  { rows }: CsvReview,
  { csv, customerFile }: CsvDestination,
  { autoApprove }: TakeInOptions,
  { terminal, signal }: Context,
): Promise<boolean> {
  if (autoApprove === true) return true;
  const question = `\nTake ${count(rows, 'user')} in, as ${csv} and in ${customerFile}? Only "yes" does it: `;
  const answer = await terminal.ask(question, signal);
  if (answer === null) {
    terminal.complain({
      code: 'NOT_APPROVED',
      message: 'There is no terminal to ask on, so nothing was taken in.',
      hint: 'Read the review, and run the command again with --auto-approve.',
    });
  } else if (answer.trim() !== 'yes') terminal.say('Nothing was taken in.');
  return answer?.trim() === 'yes';
}
