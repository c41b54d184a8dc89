/** Reads the lines of recordings: JSON that is believed only as far as it is what it should be. Every function throws MalformedLineError. */

/** A line is not what it should be; the message says in which way. */
export class MalformedLineError extends Error {
  override readonly name = 'MalformedLineError';
}

export type Json = Readonly<Record<string, unknown>>;

const NONE: readonly never[] = Object.freeze([]);

export function json(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new MalformedLineError('it is not JSON');
  }
}

export function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object that has no members but these. */
export function members(value: unknown, allowed: ReadonlySet<string> | readonly string[]): Json {
  if (!isRecord(value)) throw new MalformedLineError('there is no object where one should be');
  const names: ReadonlySet<string> = allowed instanceof Set ? allowed : new Set(allowed);
  for (const name in value) {
    if (!names.has(name)) throw new MalformedLineError(`"${name}" does not belong there`);
  }
  return value;
}

/** A text with something in it. */
export function text(object: Json, name: string): string {
  const value = object[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new MalformedLineError(`"${name}" is not a text`);
}

/** A text, be it empty. */
export function string(object: Json, name: string): string {
  const value = object[name];
  if (typeof value === 'string') return value;
  throw new MalformedLineError(`"${name}" is not a text`);
}

export function list(object: Json, name: string): readonly unknown[] {
  const value = object[name];
  if (Array.isArray(value)) return value;
  throw new MalformedLineError(`"${name}" is not a list`);
}

/** None where there is no such member. */
export function texts(object: Json, name: string): readonly string[] {
  const value = object[name];
  if (value === undefined) return NONE;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw new MalformedLineError(`"${name}" is not a list of texts`);
}

export function flag(object: Json, name: string): boolean {
  const value = object[name];
  if (typeof value === 'boolean') return value;
  throw new MalformedLineError(`"${name}" is neither true nor false`);
}

export function count(object: Json, name: string): number {
  const value = object[name];
  if (Number.isSafeInteger(value) && Number(value) >= 0) return Number(value);
  throw new MalformedLineError(`"${name}" is not a count`);
}

export function oneOf<T extends string>(object: Json, name: string, allowed: readonly T[]): T {
  const found = allowed.find((value) => value === object[name]);
  if (found !== undefined) return found;
  throw new MalformedLineError(`"${name}" is none of ${allowed.join(', ')}`);
}
