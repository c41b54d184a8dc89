/** What differs between two texts, word by word. */
import { diffWordsWithSpace } from 'diff';
import { type Child, isolated } from './dom.ts';

/** Past this a comparison is given up, and each text is shown as one difference. */
const LONGEST_MS = 250;

export interface Sides {
  readonly before: readonly Child[];
  readonly after: readonly Child[];
}

/** Both texts, with what is only in one of them marked as deleted or inserted. */
export function wordDifferences(before: string, after: string): Sides {
  const parts = diffWordsWithSpace(before, after, { timeout: LONGEST_MS });
  if (parts === undefined) return { before: [marked('del', before)], after: [marked('ins', after)] };
  return {
    before: parts.filter(({ added }) => !added).map(({ removed, value }) => (removed ? marked('del', value) : value)),
    after: parts.filter(({ removed }) => !removed).map(({ added, value }) => (added ? marked('ins', value) : value)),
  };
}

/** A text that is only there before, or only after. */
export function marked(tag: 'del' | 'ins', text: string): HTMLElement {
  const element = document.createElement(tag);
  element.append(isolated(text));
  return element;
}
