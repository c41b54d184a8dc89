/** What stops a plan, and what its reader should know beside the changes. */
import { type Diagnostic, type Problem, placeOf, type Severity } from '../../domain/diagnostic.ts';
import type { Block, Plan } from '../../domain/plan.ts';
import { count, grouped } from '../../domain/words.ts';
import { escaped, outside } from './page.ts';

/** So many are shown unfolded. */
const FOLD = 10;
/** Of what is said beside the changes, so much is carried along. */
const MOST_NOTES = 1000;

/** Blocks and failures, then the diagnostics, folded. */
export function* notices(plan: Plan): Generator<string> {
  const banners = plan.customers.flatMap((customer) => {
    if (customer.status === 'failed') return [failureBanner(customer.customer, customer.problem)];
    return customer.status === 'blocked' ? [blockBanner(customer.customer, customer.blocks)] : [];
  });
  if (banners.length > 0) {
    yield '<section aria-label="What is held back">\n';
    yield* banners.slice(0, FOLD);
    if (banners.length > FOLD) {
      yield `<details class="more"><summary>${count(banners.length - FOLD, 'more customer')} held back</summary>\n`;
      yield* banners.slice(FOLD);
      yield '</details>\n';
    }
    yield '</section>\n';
  }
  yield* notes(plan);
}

function blockBanner(customer: string, blocks: readonly Block[]): string {
  const items = blocks.map(({ rule, message }) => `<p><span class="rule">${rule}</span> ${outside(message)}</p>`);
  return banner('blocked', `${escaped(customer)} is blocked: nothing of it is applied`, items.join('\n'));
}

function failureBanner(customer: string, problem: Problem): string {
  return problemBanner(`${escaped(customer)} is not planned`, problem);
}

/** Something that could not be done, with what to do next. */
export function problemBanner(title: string, { code, message, hint }: Problem): string {
  const text = `<p><span class="rule">${escaped(code)}</span> ${outside(message)}</p><p class="hint">${outside(hint)}</p>`;
  return banner('failed', title, text);
}

function banner(kind: string, title: string, text: string): string {
  return `<div class="banner ${kind}"><h2>${title}</h2>${text}</div>\n`;
}

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];

function* notes({ customers }: Plan): Generator<string> {
  const all = customers.flatMap(({ customer, diagnostics }) =>
    diagnostics.map((diagnostic) => ({ customer, diagnostic })),
  );
  if (all.length === 0) return;
  const bySeverity = SEVERITIES.map((severity) => all.filter(({ diagnostic }) => diagnostic.severity === severity));
  const numbers = SEVERITIES.flatMap((severity, place) => {
    const number = bySeverity[place]?.length ?? 0;
    return number === 0 ? [] : [count(number, severity === 'info' ? 'note' : severity)];
  });
  const sorted = bySeverity.flat();
  yield `<details class="notes"><summary>${numbers.join(', ')}</summary>\n<ul>\n`;
  for (const { customer, diagnostic } of sorted.slice(0, MOST_NOTES)) yield note(customer, diagnostic);
  if (sorted.length > MOST_NOTES) yield `<li>${grouped(sorted.length - MOST_NOTES)} more in the plan's JSON.</li>\n`;
  yield '</ul></details>\n';
}

function note(customer: string, { severity, rule, message, location }: Diagnostic): string {
  const place = location === null ? '' : ` <span class="place">${outside(placeOf(location))}</span>`;
  return `<li><span class="tag ${severity}">${severity}</span> <b>${escaped(customer)}</b> <span class="rule">${rule}</span> ${outside(message)}${place}</li>\n`;
}
