/** The list of changes. Only rows near the window are in the document, however many there are. */
import { el } from './dom.ts';
import { type Offsets, offsetsOf } from './offsets.ts';
import type { Row } from './row.ts';

/** So much above and below the window is kept ready, in pixels. */
const MARGIN = 600;
/** So many rows are there in any case. */
const LEAST = 20;
/** Where the style does not say. */
const ROW_HEIGHT = 56;

export interface ListParts {
  /** The row of a change, folded. */
  readonly makeRow: (place: number, position: number, count: number) => Row;
  readonly isOpen: (place: number) => boolean;
  /** How much of the window's top is covered, in pixels. */
  readonly covered: () => number;
}

export interface ChangeList {
  readonly element: HTMLElement;
  /** Shows these changes, by their places, instead of what it showed. */
  show(places: readonly number[]): void;
  /** Folds and unfolds again what `isOpen` says. */
  refold(): void;
  /** Moves the focus to a row, the first or the last one past the ends, and brings it into the window. */
  focus(position: number): void;
  /** The position of the row that had the focus last; null before one has. */
  readonly focused: number | null;
  readonly length: number;
  positionOf(place: number): number | null;
}

/** What is in the document now. Positions count in what is shown, places among all changes of the page. */
interface Drawn {
  readonly element: HTMLElement;
  readonly rows: Map<number, Row>;
  /** By position, what an unfolded row has beyond one line. */
  readonly extra: Map<number, number>;
  readonly resizes: ResizeObserver;
  places: readonly number[];
  offsets: Offsets;
  focused: number | null;
}

export function changeList(parts: ListParts): ChangeList {
  const element = el('ul', { class: 'changes' });
  const extra = new Map<number, number>();
  const drawn: Drawn = {
    element,
    rows: new Map(),
    extra,
    resizes: new ResizeObserver(() => measure(drawn)),
    places: [],
    offsets: offsetsOf(0, ROW_HEIGHT, extra),
    focused: null,
  };
  drawWithTheWindow(() => draw(drawn, parts));
  return {
    element,
    show(places) {
      clear(drawn, places);
      draw(drawn, parts);
    },
    refold() {
      for (const [position, row] of drawn.rows) row.unfold(parts.isOpen(drawn.places[position] ?? 0));
      draw(drawn, parts);
    },
    focus(position) {
      if (drawn.places.length === 0) return;
      const next = Math.min(Math.max(position, 0), drawn.places.length - 1);
      drawn.focused = next;
      reveal(next, drawn, parts.covered());
      draw(drawn, parts);
      drawn.rows.get(next)?.button.focus({ preventScroll: true });
    },
    get focused() {
      return drawn.focused;
    },
    get length() {
      return drawn.places.length;
    },
    positionOf(place) {
      const position = drawn.places.indexOf(place);
      return position < 0 ? null : position;
    },
  };
}

/** Once for each picture of the window, however often it moves. */
function drawWithTheWindow(act: () => void): void {
  let waiting = false;
  const soon = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      act();
    });
  };
  addEventListener('scroll', soon, { passive: true });
  addEventListener('resize', soon, { passive: true });
}

function clear(drawn: Drawn, places: readonly number[]): void {
  drawn.resizes.disconnect();
  drawn.element.replaceChildren();
  drawn.rows.clear();
  drawn.places = places;
  drawn.focused = null;
  measure(drawn);
}

/** Puts rows that have come near into the document, in their order, and takes out those that are far. */
function draw(drawn: Drawn, parts: ListParts): void {
  const positions = wanted(drawn);
  const staying = new Set(positions);
  for (const [position, row] of drawn.rows) {
    if (staying.has(position)) continue;
    drawn.resizes.unobserve(row.element);
    row.element.remove();
    drawn.rows.delete(position);
  }
  let next = drawn.element.firstElementChild;
  for (const position of positions) {
    const row = drawn.rows.get(position) ?? added(position, drawn, parts);
    // A row that stays is not moved: it would lose the focus.
    if (row.element === next) next = next.nextElementSibling;
    else drawn.element.insertBefore(row.element, next);
  }
  measure(drawn);
}

/** The positions near the window, and of rows that are unfolded or have the focus. */
function wanted({ element, offsets, places, rows, extra, focused }: Drawn): readonly number[] {
  const top = -element.getBoundingClientRect().top;
  const first = offsets.at(top - MARGIN);
  const last = Math.min(places.length, Math.max(offsets.at(top + innerHeight + MARGIN) + 1, first + LEAST));
  const near = Array.from({ length: last - first }, (_, index) => first + index);
  const kept = [...rows.keys()].filter((position) => extra.has(position));
  return [...new Set([...near, ...kept, ...(focused === null ? [] : [focused])])].toSorted((a, b) => a - b);
}

function added(position: number, drawn: Drawn, { makeRow, isOpen }: ListParts): Row {
  const place = drawn.places[position] ?? 0;
  const row = makeRow(place, position + 1, drawn.places.length);
  row.unfold(isOpen(place));
  row.button.addEventListener('focus', () => {
    drawn.focused = position;
  });
  drawn.rows.set(position, row);
  drawn.resizes.observe(row.element);
  return row;
}

/** Puts every row where it belongs, by how high the unfolded ones are. */
function measure(drawn: Drawn): void {
  const { element, rows, extra } = drawn;
  const line = Number.parseFloat(getComputedStyle(element).getPropertyValue('--row-height')) || ROW_HEIGHT;
  extra.clear();
  for (const [position, row] of rows) {
    const more = row.element.classList.contains('open') ? row.element.offsetHeight - line : 0;
    if (more > 0) extra.set(position, more);
  }
  drawn.offsets = offsetsOf(drawn.places.length, line, extra);
  element.style.height = `${drawn.offsets.height}px`;
  for (const [position, row] of rows) row.element.style.top = `${drawn.offsets.topOf(position)}px`;
}

function reveal(position: number, { element, offsets }: Drawn, covered: number): void {
  const top = element.getBoundingClientRect().top + offsets.topOf(position);
  const height = Math.min(offsets.topOf(position + 1) - offsets.topOf(position), innerHeight - covered);
  const above = top - covered;
  const below = top + height - innerHeight;
  if (above < 0) scrollBy({ top: above, behavior: 'instant' });
  else if (below > 0) scrollBy({ top: below, behavior: 'instant' });
}
