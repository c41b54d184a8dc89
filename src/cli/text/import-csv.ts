/** The review of a CSV file of users, and what became of the file, as text and as JSON. */
import type { ContestedAddress, CsvReview, Difference } from '../../app/import-csv.ts';
import { type Finding, sortFindings } from '../../config/finding.ts';
import { inert } from '../../domain/inert.ts';
import type { CustomerId } from '../../domain/roster.ts';
import { count, grouped } from '../../domain/words.ts';
import type { CsvStanding } from '../../ports/users-files.ts';
import type { Colors } from '../terminal.ts';
import { findingText } from './findings.ts';

/** Where the file goes. Paths are with "/", the first two relative to the workspace, the third to the customer's file. */
export interface CsvDestination {
  readonly customer: CustomerId;
  readonly csv: string;
  readonly customerFile: string;
  readonly importPath: string;
}

/** Where the file went, and what was there before. */
export type TakenCsv = CsvDestination & CsvStanding;

/** More of a kind nobody reads; JSON has them all. What is wrong is always shown whole. */
const SHOWN_MAX = 20;

export function renderReview(file: string, review: CsvReview, colors: Colors): string {
  const { rows, rejected, refused, added, known, differing, gone, contested, waiting } = review;
  const wrong = sortFindings([...rejected, ...refused]);
  const head = `${inert(file)} for ${colors.bold(review.customer)}: ${count(rows, 'row')}, ${rowsText(wrong)}.`;
  const blocks = [
    wrong.map((finding) => `  ${findingText(finding, colors)}`),
    folded(added, ({ address, attributes }) => {
      const name = attributes.displayName === undefined ? '' : `  ${JSON.stringify(attributes.displayName)}`;
      return `  ${colors.green('+ new')}        ${inert(`${address}${name}`)}`;
    }),
    folded(differing, ({ user, differences }) => {
      const text = `${user.address}  ${differences.map(differenceText).join('; ')}`;
      return `  ${colors.yellow('~ differs')}    ${inert(text)}`;
    }),
    folded(gone, (address) => {
      const why = 'in the file before, and not in this one: the next apply deletes the user [MRG-5]';
      return `  ${colors.red('- gone')}       ${inert(address)}  ${why}`;
    }),
    folded(contested, (one) => `  ${colors.yellow('! contested')}  ${inert(contestedText(one, review.customer))}`),
    folded(
      waiting,
      (address) => `  ${colors.yellow('! waits')}      ${inert(address)}  for its domain to be verified [SEL-6]`,
    ),
    known.length === 0 ? [] : [`  = ${count(known.length, 'user')} known, as in the file`],
    [`  ${billableText(review, colors)}`],
  ];
  return `${[head, ...blocks.flat()].join('\n')}\n`;
}

function rowsText(wrong: readonly Finding[]): string {
  return wrong.length === 0 ? 'all of them good' : count(wrong.length, 'mistake');
}

function folded<T>(things: readonly T[], lineOf: (thing: T) => string): readonly string[] {
  const lines = things.slice(0, SHOWN_MAX).map(lineOf);
  const left = things.length - lines.length;
  return left === 0 ? lines : [...lines, `    and ${grouped(left)} more`];
}

function differenceText({ what, from, to }: Difference): string {
  if (what === 'alias') return to === null ? `alias -${from}` : `alias +${to}`;
  const text = (value: string | null) => (value === null ? 'none' : JSON.stringify(value));
  return `${what}: ${text(from)} -> ${text(to)}`;
}

function contestedText({ address, user, holder, customer, keeps }: ContestedAddress, own: CustomerId): string {
  if (customer !== own) return `${address}  of ${user} belongs to ${holder} of ${customer}, who keeps it [ADR-4]`;
  return keeps === 'user'
    ? `${address}  is an alias of ${holder}, who loses it [ADR-3]`
    : `${address}  of ${user} belongs to ${holder}, who keeps it [ADR-3]`;
}

function billableText({ billable: { before, after, seats } }: CsvReview, { red }: Colors): string {
  const text = `billable users ${grouped(before)} -> ${grouped(after)}`;
  if (seats === null) return text;
  const over = after - seats;
  return over > 0
    ? `${text} of ${count(seats, 'seat')}: ${red(`${grouped(over)} too many, so the plan will be blocked`)} [CNT-1]`
    : `${text} of ${count(seats, 'seat')}`;
}

/** What was done, and what comes next. */
export function takenNote({ customer, csv, customerFile, importPath, there, isImported }: TakenCsv): string {
  const file = there === 'same' ? `${csv} is the same already` : `${csv} is written`;
  const added = isImported ? `${customerFile} imports it` : `${customerFile} imports it now: {csv: ${importPath}}`;
  return `\n${inert(`${file}, and ${added}.`)}\nNext: rollcall validate, then rollcall plan --customer ${customer}\n`;
}

/** What `--format json` prints; `taken` is null where nothing was taken in. */
export function importDocument(file: string, review: CsvReview, taken: TakenCsv | null): object {
  const { customer, rows, rejected, refused, added, known, differing, gone, contested, waiting, billable } = review;
  return {
    customer,
    file,
    rows,
    rejected: rejected.map(findingDocument),
    refused: refused.map(findingDocument),
    new: added.map(({ address }) => address),
    known: known.map(({ address }) => address),
    differing: differing.map(({ user, differences }) => ({ address: user.address, differences })),
    gone,
    contested,
    waiting,
    billable,
    taken:
      taken === null
        ? null
        : {
            csv: taken.csv,
            written: taken.there !== 'same',
            customerFile: taken.customerFile,
            importAdded: !taken.isImported,
          },
  };
}

function findingDocument({ code, message, location }: Finding): object {
  return { line: location.line, code, message };
}
