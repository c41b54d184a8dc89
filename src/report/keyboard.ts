/** Keys: `/` searches, j and k or the arrows go through the rows, Enter unfolds (it presses the row's button), Escape goes back a step. */
import type { ChangeList } from './list.ts';

export interface KeyboardParts {
  readonly list: ChangeList;
  readonly search: HTMLInputElement;
  /** Folds what is unfolded, and says whether anything was. */
  readonly fold: () => boolean;
  readonly clearSearch: () => void;
}

export function listenToKeys(parts: KeyboardParts): void {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const act = actionOf(event, parts);
    if (act === null) return;
    event.preventDefault();
    act();
  });
}

function actionOf({ key, target }: KeyboardEvent, parts: KeyboardParts): (() => void) | null {
  const { list, search } = parts;
  if (target === search) return inSearch(key, parts);
  if (target instanceof HTMLSelectElement || target instanceof HTMLInputElement) return null;
  const inList = target instanceof Node && list.element.contains(target);
  const go = (position: number) => () => list.focus(position);
  switch (key) {
    case '/':
      return () => search.focus();
    case 'j':
      return go(list.focused === null ? 0 : list.focused + 1);
    case 'k':
      return go(list.focused === null ? 0 : list.focused - 1);
    case 'ArrowDown':
      return inList ? go((list.focused ?? -1) + 1) : null;
    case 'ArrowUp':
      return inList ? go((list.focused ?? 1) - 1) : null;
    case 'Home':
      return inList ? go(0) : null;
    case 'End':
      return inList ? go(list.length - 1) : null;
    case 'Escape':
      return () => {
        if (!parts.fold() && document.activeElement instanceof HTMLElement) document.activeElement.blur();
      };
    default:
      return null;
  }
}

function inSearch(key: string, { list, search, clearSearch }: KeyboardParts): (() => void) | null {
  if (key === 'ArrowDown' || key === 'Enter') return () => list.focus(0);
  if (key !== 'Escape') return null;
  return () => (search.value === '' ? search.blur() : clearSearch());
}
