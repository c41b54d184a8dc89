/** The list of changes. Only rows near the window are in the document, however many there are. */
import { el } from './dom.ts';
import { type Offsets, offsetsOf } from './offsets.ts';
import type { Row } from './row.ts';

/** So much above and below the window is kept ready, in pixels. */
const MARGIN = 600;
/** So many rows are there in any case. */
const LEAST = 20;

export interface ListParts {
  /** The row of a change, folded. */
  readonly makeRow: (place: number, position: number, count: number) => Row;
  readonly isOpen: (place: number) => boolean;
  /** How much of the window's top is covered, in pixels. */
  readonly covered: () => number;
}

export interface ChangeList {
  readonly element: HTMLElement;
  /** Shows these changes, by their places, in the place of what it showed. */
  show(places: readonly number[]): void;
  /** Folds and unfolds again what `isOpen` says. */
  refold(): void;
  /** Moves the focus to a row and brings it into the window; null before the first row has it. */
  focus(position: number): void;
  readonly focused: number | null;
  readonly length: number;
  positionOf(place: number): number | null;
}

export function changeList({ makeRow, isOpen, covered }: ListParts): ChangeList {
  const element = el('ul', { class: 'changes' });
  const rows = new Map<number, Row>();
  const heights = new Map<number, number>();
  let places: readonly number[] = [];
  let offsets: Offsets = offsetsOf(0, 0, heights);
  let focused: number | null = null;
  let waiting = false;

  const rowHeight = () => Number.parseFloat(getComputedStyle(element).getPropertyValue('--row-height')) || 44;

  /** What unfolded rows have beyond one line. */
  const measure = () => {
    const line = rowHeight();
    heights.clear();
    for (const [position, row] of rows) {
      const more = row.element.classList.contains('open') ? row.element.offsetHeight - line : 0;
      if (more > 0) heights.set(position, more);
    }
    offsets = offsetsOf(places.length, line, heights);
    element.style.height = `${offsets.height}px`;
    for (const [position, row] of rows) row.element.style.top = `${offsets.topOf(position)}px`;
  };

  const wanted = () => {
    const top = -element.getBoundingClientRect().top;
    const first = offsets.at(top - MARGIN);
    const last = Math.min(places.length, Math.max(offsets.at(top + innerHeight + MARGIN) + 1, first + LEAST));
    const near = Array.from({ length: last - first }, (_, index) => first + index);
    const kept = [...rows.keys()].filter((position) => position === focused || heights.has(position));
    return [...new Set([...near, ...kept, ...(focused === null ? [] : [focused])])].toSorted((a, b) => a - b);
  };

  const draw = () => {
    waiting = false;
    const positions = wanted();
    const staying = new Set(positions);
    for (const [position, row] of rows) {
      if (staying.has(position)) continue;
      resizes.unobserve(row.element);
      row.element.remove();
      rows.delete(position);
    }
    let next = element.firstElementChild;
    for (const position of positions) {
      const row = rows.get(position) ?? added(position);
      if (row.element === next) next = next.nextElementSibling;
      else element.insertBefore(row.element, next);
    }
    measure();
  };

  const added = (position: number): Row => {
    const place = places[position] ?? 0;
    const row = makeRow(place, position + 1, places.length);
    row.unfold(isOpen(place));
    rows.set(position, row);
    resizes.observe(row.element);
    row.button.addEventListener('focus', () => {
      focused = position;
    });
    return row;
  };

  const drawSoon = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(draw);
  };
  const resizes = new ResizeObserver(measure);
  addEventListener('scroll', drawSoon, { passive: true });
  addEventListener('resize', drawSoon, { passive: true });

  const reveal = (position: number) => {
    const top = element.getBoundingClientRect().top + offsets.topOf(position);
    const height = rowHeight() + (heights.get(position) ?? 0);
    const above = top - covered();
    const below = top + Math.min(height, innerHeight - covered()) - innerHeight;
    if (above < 0) scrollBy({ top: above, behavior: 'instant' });
    else if (below > 0) scrollBy({ top: below, behavior: 'instant' });
  };

  return {
    element,
    show(next) {
      places = next;
      focused = null;
      resizes.disconnect();
      element.replaceChildren();
      rows.clear();
      heights.clear();
      measure();
      draw();
    },
    refold() {
      for (const [position, row] of rows) row.unfold(isOpen(places[position] ?? 0));
      draw();
    },
    focus(position) {
      if (places.length === 0) return;
      focused = Math.min(Math.max(position, 0), places.length - 1);
      reveal(focused);
      draw();
      rows.get(focused)?.button.focus({ preventScroll: true });
    },
    get focused() {
      return focused;
    },
    get length() {
      return places.length;
    },
    positionOf(place) {
      const position = places.indexOf(place);
      return position < 0 ? null : position;
    },
  };
}
