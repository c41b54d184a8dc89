/** Whom an import takes over from a target, and whom it does not, as text and as JSON. */
import type { TargetReview } from '../../app/import-target.ts';
import { inert } from '../../domain/inert.ts';
import { count, grouped, listed } from '../../domain/words.ts';
import type { NotTaken } from '../../planner/take-over.ts';
import type { Colors } from '../terminal.ts';

/** More than that nobody reads; JSON has them all. */
const SHOWN_MAX = 5;

/** What comes before the plan. */
export function renderReview(review: TargetReview, colors: Colors): string {
  const taken = review.taken.reduce((sum, { users }) => sum + users.length, 0);
  const head = `${colors.bold(review.target)}: ${addressCount(review.found)} found, ${grouped(taken)} to take over`;
  return `${[head, ...heldLines(review), ...aliasLines(review), ...notTakenLines(review, colors)].join('\n')}\n\n`;
}

/** What `--format json` prints. */
export function reviewDocument({ target, found, held, aliasesLeftOut, taken, notTaken, marked }: TargetReview): object {
  return {
    target,
    found,
    taken: taken.map(({ customer, users }) => ({
      customer: customer.name,
      users: users.map(({ address, aliases, attributes }) => ({
        address: address.display,
        aliases: aliases.map(({ display }) => display),
        attributes,
      })),
    })),
    held,
    aliasesLeftOut,
    notTaken: notTaken.map((one) => ({ ...one, marked: marked.has(one.address) })),
  };
}

function heldLines({ held }: TargetReview): readonly string[] {
  const parts = [
    held.state > 0 ? `${grouped(held.state)} in the state` : '',
    held.configuration > 0 ? `${grouped(held.configuration)} in the configuration` : '',
    held.others > 0 ? `${grouped(held.others)} held by other customers (ADR-4)` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? [] : [`  Known already, and left out: ${listed(parts)}.`];
}

function aliasLines({ aliasesLeftOut }: TargetReview): readonly string[] {
  if (aliasesLeftOut === 0) return [];
  const are = aliasesLeftOut === 1 ? 'is' : 'are';
  return [
    `  ${count(aliasesLeftOut, 'alias', 'aliases')} ${are} left out: held by somebody, in no managed domain of the customer, or not valid.`,
  ];
}

const WHY: Readonly<Record<NotTaken['why'], string>> = {
  unmanaged: 'the domain is of no customer that was asked about',
  pending: 'the domain is not verified yet (SEL-6); verify it, then import again',
  wildcard: 'a whole domain names nobody',
  invalid: 'not valid (ADR-1)',
};

function notTakenLines({ notTaken, marked, target }: TargetReview, colors: Colors): readonly string[] {
  const groups = new Map<string, NotTaken[]>();
  for (const one of notTaken) {
    const byDomain = one.why === 'unmanaged' || one.why === 'pending';
    const what = byDomain ? `${one.domain}: ${WHY[one.why]}` : WHY[one.why];
    const some = groups.get(what) ?? [];
    groups.set(what, some);
    some.push(one);
  }
  const lines = [...groups].map(([what, some]) => {
    const rest = some.length - SHOWN_MAX;
    const shown = some.slice(0, SHOWN_MAX).map(shownText);
    const all = rest > 0 ? `${shown.join(', ')} and ${grouped(rest)} more` : listed(shown);
    return `  ${colors.yellow('✗')} ${inert(`${grouped(some.length)} not taken, ${what}: ${all}`)}`;
  });
  if (marked.size === 0) return lines;
  const note = `${grouped(marked.size)} of those carry our mark: where no roster wants them, an apply takes them out of ${target} (TGT-2).`;
  return [...lines, `  ${colors.yellow('!')} ${inert(note)}`];
}

function shownText({ address, problem }: NotTaken): string {
  return problem === null ? address : `${JSON.stringify(address)} (${problem})`;
}

function addressCount(n: number): string {
  return count(n, 'address', 'addresses');
}
