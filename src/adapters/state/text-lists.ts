/** Lists of addresses as one text, an address a line, because nearly all of them are short. */
import type { Value } from './database.ts';

const NONE: readonly string[] = Object.freeze([]);

/** Null for an empty list. What a line cannot say (it never came from a valid address) is written as JSON. */
export function textOf(list: readonly string[]): string | null {
  if (list.length === 0) return null;
  const text = list.length === 1 ? (list[0] ?? '') : list.join('\n');
  return isPlain(list, text) ? text : JSON.stringify(list);
}

/** The list that `textOf` wrote. All empty lists are one frozen array. */
export function listOf(text: Value | undefined): readonly string[] {
  if (typeof text !== 'string') return NONE;
  if (text.startsWith('[')) return JSON.parse(text) as string[];
  return text.includes('\n') ? text.split('\n') : [text];
}

function isPlain(list: readonly string[], text: string): boolean {
  if (text === '' || text.startsWith('[')) return false;
  return list.length === 1 ? !text.includes('\n') : text.split('\n').length === list.length;
}
