/** A calendar strip: the days from today to the last one on which somebody is due, and how many are due on each. */
import { addDays, dayOf, epochMs, type Instant, parseInstant } from '../../domain/instant.ts';
import { count, grouped } from '../../domain/words.ts';
import { escaped } from './page.ts';

export interface DueStrip {
  /** The day of the plan; null where it is not known. */
  readonly today: Instant | null;
  /** What happens on it, or null. */
  readonly now: Mark | null;
  /** How many are due, by day (`2026-12-05`). */
  readonly due: ReadonlyMap<string, number>;
  /** Where a day leads to. */
  readonly href: (day: string) => string;
}

interface Mark {
  readonly count: number;
  readonly href: string;
  readonly words: string;
}

/** Longer runs of empty days are drawn as one gap. */
const LONGEST_RUN = 20;
/** A strip has so many days at most; those past it are counted. */
const MOST_DAYS = 120;
const DAY_MS = 24 * 60 * 60 * 1000;

interface Cell {
  readonly day: Instant;
  readonly count: number;
}
interface Gap {
  readonly days: number;
}

/** Nothing where nobody is due. */
export function* dueStrip(strip: DueStrip): Generator<string> {
  if (strip.due.size === 0 && strip.now === null) return;
  const { cells, left } = cellsOf(strip);
  yield '<ol class="strip" tabindex="0" aria-label="Days on which somebody is due">\n';
  let month = 'none';
  for (const cell of cells) {
    if ('days' in cell) {
      yield `<li class="gap"><span>${count(cell.days, 'day')}</span></li>\n`;
      month = 'none';
      continue;
    }
    const next = dayOf(cell.day).slice(0, 7);
    yield dayCell(cell, next === month ? '' : monthName(cell.day), strip);
    month = next;
  }
  if (left > 0) yield `<li class="gap"><span>${grouped(left)} due later</span></li>\n`;
  yield '</ol>\n';
}

/** Today and the days with somebody on them, what is between them, and how many are due past the end of the strip. */
function cellsOf({ today, due }: DueStrip): { readonly cells: readonly (Cell | Gap)[]; readonly left: number } {
  const days = [...new Set([...due.keys(), ...(today === null ? [] : [dayOf(today)])])].toSorted();
  const cells: (Cell | Gap)[] = [];
  let last: Instant | null = null;
  let left = 0;
  for (const text of days) {
    const day = parseInstant(text);
    if (day === null) continue;
    const number = due.get(text) ?? 0;
    if (cells.length >= MOST_DAYS) {
      left += number;
      continue;
    }
    cells.push(...(last === null ? [] : between(last, day)), { day, count: number });
    last = day;
  }
  return { cells, left };
}

/** The empty days between two others, or the gap that stands for them. */
function between(last: Instant, day: Instant): readonly (Cell | Gap)[] {
  const empty = Math.round((epochMs(day) - epochMs(last)) / DAY_MS) - 1;
  if (empty > LONGEST_RUN) return [{ days: empty }];
  return Array.from({ length: empty }, (_, index) => ({ day: addDays(last, index + 1), count: 0 }));
}

function dayCell({ day, count: due }: Cell, month: string, { today, now, href }: DueStrip): string {
  const isToday = today !== null && dayOf(today) === dayOf(day);
  const kinds = ['day', ...(isWeekend(day) ? ['weekend'] : []), ...(isToday ? ['today'] : [])];
  const marks = [
    ...(isToday && now !== null ? [mark('now', now)] : []),
    ...(due > 0 ? [mark('due', { count: due, href: href(dayOf(day)), words: `due on ${longDay(day)}` })] : []),
  ];
  const head = `<span class="month">${month}</span><span class="weekday">${format({ weekday: 'short' }, day)}</span><time datetime="${dayOf(day)}">${format({ day: 'numeric' }, day)}</time>`;
  const silent = marks.length === 0 ? ' aria-hidden="true"' : '';
  return `<li class="${kinds.join(' ')}"${silent}><span class="head" aria-hidden="true">${head}</span>${marks.join('')}</li>\n`;
}

function mark(kind: string, { count: number, href, words }: Mark): string {
  const text = `${grouped(number)}<span class="sr"> ${escaped(words)}</span>`;
  return `<a class="mark ${kind}" href="${escaped(href)}" title="${escaped(`${grouped(number)} ${words}`)}">${text}</a>`;
}

/** A year that begins is named. */
function monthName(day: Instant): string {
  const name = format({ month: 'short' }, day);
  return name === 'Jan' ? `${name} ${dayOf(day).slice(0, 4)}` : name;
}

function isWeekend(day: Instant): boolean {
  return [0, 6].includes(new Date(day).getUTCDay());
}

/** `Saturday, 5 December 2026`. */
function longDay(day: Instant): string {
  return format({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }, day);
}

function format(options: Intl.DateTimeFormatOptions, day: Instant): string {
  return new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' }).format(new Date(day));
}
