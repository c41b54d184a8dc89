/** A filter as it is sent (RFC 4511 4.5.1.7), taken apart again to be looked into. */
import { SearchFilter } from 'ldapts';
import { BerCursor, MalformedBerError } from './ber.ts';
import type { EncodedFilter } from './filter.ts';

/** Attributes are in lower case, values as text. */
export type FilterTree =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly FilterTree[] }
  | { readonly kind: 'not'; readonly part: FilterTree }
  | { readonly kind: 'present'; readonly attribute: string }
  | { readonly kind: 'equal' | 'atLeast' | 'atMost' | 'approx'; readonly attribute: string; readonly value: string }
  | {
      readonly kind: 'substrings';
      readonly attribute: string;
      readonly initial: string | null;
      readonly any: readonly string[];
      readonly final: string | null;
    }
  | {
      readonly kind: 'extensible';
      /** Null for any attribute, and for the attribute's own rule. */
      readonly attribute: string | null;
      readonly rule: string | null;
      readonly value: string;
      readonly dnAttributes: boolean;
    };

export function treeOf({ type, content }: EncodedFilter): FilterTree {
  return component(type, content);
}

const COMPARISONS = new Map<number, 'equal' | 'atLeast' | 'atMost' | 'approx'>([
  [SearchFilter.equalityMatch, 'equal'],
  [SearchFilter.greaterOrEqual, 'atLeast'],
  [SearchFilter.lessOrEqual, 'atMost'],
  [SearchFilter.approxMatch, 'approx'],
]);

function component(tag: number, content: Buffer): FilterTree {
  switch (tag) {
    case SearchFilter.and:
      return { kind: 'and', parts: elements(content).map(({ tag, value }) => component(tag, value)) };
    case SearchFilter.or:
      return { kind: 'or', parts: elements(content).map(({ tag, value }) => component(tag, value)) };
    case SearchFilter.not: {
      const [only] = elements(content);
      if (only === undefined) throw new MalformedBerError('a negation is of nothing');
      return { kind: 'not', part: component(only.tag, only.value) };
    }
    case SearchFilter.present:
      return { kind: 'present', attribute: content.toString().toLowerCase() };
    case SearchFilter.substrings:
      return substrings(content);
    case SearchFilter.extensibleMatch:
      return extensible(content);
    default:
      return comparison(tag, content);
  }
}

function comparison(tag: number, content: Buffer): FilterTree {
  const kind = COMPARISONS.get(tag);
  if (kind === undefined) throw new MalformedBerError(`there is no filter 0x${tag.toString(16)}`);
  const [attribute = '', value = ''] = elements(content).map((element) => element.value.toString());
  return { kind, attribute: attribute.toLowerCase(), value };
}

function substrings(content: Buffer): FilterTree {
  const [attribute, sequence] = elements(content);
  const parts = elements(sequence?.value ?? Buffer.alloc(0)).map(({ tag, value }) => ({ tag, text: value.toString() }));
  const only = (wanted: number) => parts.find(({ tag }) => tag === wanted)?.text ?? null;
  return {
    kind: 'substrings',
    attribute: (attribute?.value.toString() ?? '').toLowerCase(),
    initial: only(0x80),
    any: parts.filter(({ tag }) => tag === 0x81).map(({ text }) => text),
    final: only(0x82),
  };
}

function extensible(content: Buffer): FilterTree {
  const parts = new Map(elements(content).map(({ tag, value }) => [tag & 0x1f, value]));
  return {
    kind: 'extensible',
    rule: parts.get(1)?.toString() ?? null,
    attribute: parts.get(2)?.toString().toLowerCase() ?? null,
    value: parts.get(3)?.toString() ?? '',
    dnAttributes: parts.get(4)?.some((octet) => octet !== 0) ?? false,
  };
}

interface Element {
  readonly tag: number;
  readonly value: Buffer;
}

function elements(content: Buffer): readonly Element[] {
  const cursor = new BerCursor(content);
  const found: Element[] = [];
  for (let offset = 0; offset < content.length; offset = cursor.end) {
    cursor.read(offset, content.length);
    found.push({ tag: cursor.tag, value: content.subarray(cursor.start, cursor.end) });
  }
  return found;
}
