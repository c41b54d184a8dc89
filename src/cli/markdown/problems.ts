/** What holds customers back, and what a plan's reader should know beside its changes. */
import { type Diagnostic, type Problem, placeOf } from '../../domain/diagnostic.ts';
import type { Plan } from '../../domain/plan.ts';
import { count } from '../../domain/words.ts';
import { code, prose } from './escape.ts';
import { cut, fitting } from './room.ts';

/** Of each rule so many are shown of a customer: what is wrong with a thousand objects must not hide the rest. */
const MOST_OF_A_RULE = 5;
const LONGEST_MESSAGE = 1000;

/** Blocks and customers that could not be planned, then errors and warnings; as blocks of Markdown. Empty where there is nothing. */
export function problemsOf(plan: Plan, room: number): string {
  const held = section('Held back', heldBack(plan), room * 0.6, 'more');
  const left = room - Buffer.byteLength(held);
  const said = section('Errors and warnings', errorsAndWarnings(plan), left, 'more errors and warnings');
  return [held, said].filter((part) => part !== '').join('\n\n');
}

/** A list under a heading, as far as there is room, and how many were left out. */
function section(title: string, lines: readonly string[], room: number, words: string): string {
  if (lines.length === 0) return '';
  const { lines: shown } = fitting(lines, room - title.length - 100);
  const left = lines.length - shown.length;
  const more = left === 0 ? [] : [`- … and ${count(left, words, words)}`];
  return [`### ${title}`, '', ...shown, ...more].join('\n');
}

function heldBack({ customers }: Plan): readonly string[] {
  return customers.flatMap((customer) => {
    const name = code(customer.customer);
    if (customer.status === 'failed') return [`- **${name} is not planned**, ${problemText(customer.problem)}`];
    if (customer.status === 'ready') return [];
    const blocks = customer.blocks.map(({ rule, message }) => `${code(rule)}: ${prose(cut(message, LONGEST_MESSAGE))}`);
    return [`- **${name} is blocked**, ${blocks.join(' ')}`];
  });
}

/** `CODE: what happened. What to do.`, as Markdown on one line. */
export function problemText({ code: name, message, hint }: Problem): string {
  return `${code(name)}: ${prose(cut(message, LONGEST_MESSAGE))} ${prose(cut(hint, LONGEST_MESSAGE))}`;
}

/** Errors first. */
function errorsAndWarnings({ customers }: Plan): readonly string[] {
  const all = customers.flatMap(({ customer, diagnostics }) => firstOfEach(customer, diagnostics));
  return [
    ...all.filter(({ severity }) => severity === 'error'),
    ...all.filter(({ severity }) => severity === 'warning'),
  ].map(({ line }) => line);
}

function firstOfEach(customer: string, diagnostics: readonly Diagnostic[]) {
  const name = code(customer);
  const number = new Map<string, { readonly first: Diagnostic; count: number }>();
  const shown = diagnostics.flatMap((diagnostic) => {
    const { severity, rule, message, location } = diagnostic;
    const kind = `${severity} ${rule}`;
    const known = number.get(kind) ?? { first: diagnostic, count: 0 };
    known.count += 1;
    number.set(kind, known);
    if (known.count > MOST_OF_A_RULE) return [];
    const place = location === null ? '' : ` (${code(placeOf(location))})`;
    return [{ severity, line: `- ${name} ${severity} ${code(rule)}: ${prose(cut(message, LONGEST_MESSAGE))}${place}` }];
  });
  const more = [...number.values()].flatMap(({ first: { severity, rule }, count: all }) =>
    all <= MOST_OF_A_RULE
      ? []
      : [{ severity, line: `- ${name} ${severity} ${code(rule)}: ${count(all - MOST_OF_A_RULE, 'more', 'more')}` }],
  );
  return [...shown, ...more];
}
