/** Changes that take nothing away, folded by customer and action, as far as there is room. */
import { type Action, addressOf, type Change } from '../../domain/change.ts';
import { grouped } from '../../domain/words.ts';
import { differencesIn } from './differences.ts';
import { code, htmlCode } from './escape.ts';
import type { Reviewed } from './reviewed.ts';
import { fitting, sizeOf } from './room.ts';

const ORDER: readonly Action[] = ['restore', 'create', 'rename', 'update', 'ignore'];

/** Of each list so much is shown, before short ones that would still fit are left out. */
const SMALLEST_SHARE = 500;

interface Fold {
  readonly summary: string;
  readonly changes: readonly Change[];
}

export interface Folded {
  readonly text: string;
  /** How many changes were left out. */
  readonly left: number;
}

/** Short lists are shown whole, and long ones share what room there is. */
export function foldedChanges({ customers }: Reviewed, room: number): Folded {
  const folds = customers.flatMap(({ plan }) =>
    ORDER.flatMap((action): readonly Fold[] => {
      const changes = plan.changes.filter((change) => change.action === action);
      if (changes.length === 0) return [];
      return [{ summary: `${htmlCode(plan.customer)}: ${grouped(changes.length)} to ${action}`, changes }];
    }),
  );
  const texts = new Map<Fold, string>();
  const heading = '### Other changes';
  let [left, rest] = [0, room - sizeOf(heading) - 2];
  for (const [index, fold] of folds.toSorted((a, b) => a.changes.length - b.changes.length).entries()) {
    const share = Math.min(rest, Math.max(SMALLEST_SHARE, Math.floor(rest / (folds.length - index))));
    const { text, shown } = foldText(fold, share);
    left += fold.changes.length - shown;
    if (shown === 0) continue;
    texts.set(fold, text);
    rest -= sizeOf(text) + 2;
  }
  const shown = folds.flatMap((fold) => texts.get(fold) ?? []);
  return { text: shown.length === 0 ? '' : [heading, ...shown].join('\n\n'), left };
}

function foldText({ summary, changes }: Fold, room: number): { readonly text: string; readonly shown: number } {
  const start = `<details><summary>${summary}</summary>\n\n`;
  const end = '\n\n</details>';
  const { lines } = fitting(linesOf(changes), room - sizeOf(start) - sizeOf(end) - 40);
  const left = changes.length - lines.length;
  const more = left === 0 ? [] : [`- … and ${grouped(left)} more`];
  return { text: `${start}${[...lines, ...more].join('\n')}${end}`, shown: lines.length };
}

function* linesOf(changes: readonly Change[]): Generator<string> {
  for (const change of changes) {
    const rules = [...new Set(change.reasons.map(({ rule }) => code(rule)))].join(' ');
    const resource =
      change.resource === 'user' ? '' : `${change.resource === 'publicFolder' ? 'public folder' : change.resource} `;
    yield `- ${resource}${code(addressOf(change))}: ${differencesIn(change)} (${rules})`;
  }
}
