/**
 * Moments as text. The only file of the core that may name `Date`, and only to convert: nothing here reads a clock.
 * In this one form (UTC, milliseconds) the order of the text is the order in time, so instants compare with `<`.
 */

/** A moment as `2026-11-20T12:00:00.000Z`. */
export type Instant = string & { readonly __instant: never };

const DAY_MS = 24 * 60 * 60 * 1000;
// Later years are written with a sign and more digits, which would come first in the order of the text.
const LAST_MS = Date.UTC(10_000, 0) - 1;

/** The instant of so many milliseconds since 1970. */
export function instantOf(epochMs: number): Instant {
  return new Date(epochMs).toISOString() as Instant;
}

/**
 * Reads an ISO 8601 date or date-time; a date alone is its first moment in UTC, a date-time without a zone is UTC.
 * Returns null for anything else, including days that do not exist.
 */
export function parseInstant(text: string): Instant | null {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:\d{2})?)?$/i.exec(text);
  if (match === null) return null;
  const [, day = '', time = '00:00', zone = 'Z'] = match;
  const midnight = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(midnight) || !new Date(midnight).toISOString().startsWith(day)) return null;
  const epochMs = Date.parse(`${day}T${time}${zone.toUpperCase()}`);
  return Number.isNaN(epochMs) ? null : instantOf(epochMs);
}

/** Milliseconds since 1970. */
export function epochMs(instant: Instant): number {
  return Date.parse(instant);
}

/** The same time of day so many days of 24 hours later, or the last instant that there is a text for. */
export function addDays(instant: Instant, days: number): Instant {
  return instantOf(Math.min(epochMs(instant) + days * DAY_MS, LAST_MS));
}

/** The day alone, `2026-11-20`, for messages. */
export function dayOf(instant: Instant): string {
  return instant.slice(0, 10);
}
