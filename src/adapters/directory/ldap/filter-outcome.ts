/**
 * What a filter says of an object whose values are known. A server's answer is true, false or undefined (RFC 4511 4.5.1.7), and it depends on what only the
 * server knows: its schema, its matching rules. So the outcome is the set of the answers that are possible; where it has one member there
 * is no doubt.
 */
import { dnProblem } from '../../../config/ldap-syntax.ts';
import type { KeptValues } from '../../../domain/directory-evidence.ts';
import { comparableDn } from './dn.ts';
import type { FilterTree } from './filter-tree.ts';
import { syntaxOf } from './kept-attributes.ts';

/** A set of possible answers, as bits. */
type Answers = number;

const TRUE = 1;
const FALSE = 2;
const UNDEFINED = 4;
const ANY = TRUE | FALSE | UNDEFINED;

/** What is known of the attributes of all objects. */
export interface KnownAttributes {
  /** The attribute under the name that its values are kept by; null where they were not kept. */
  readonly nameOf: (attribute: string) => string | null;
  /** Whether any object has it: then the server knows it. Of one that nobody has it may never have heard. */
  readonly isUsed: (name: string) => boolean;
  /** Whether `objectClass` has the classes that an object's own are made from too: in Active Directory it does, in OpenLDAP it need not. */
  readonly hasSuperclasses: boolean;
}

/** Whether the object passes: `unknown` where the server alone could say. */
export function outcomeOf(
  filter: FilterTree,
  values: KeptValues,
  known: KnownAttributes,
): 'passes' | 'fails' | 'unknown' {
  const answers = answersOf(filter, values, known);
  if (answers === TRUE) return 'passes';
  return (answers & TRUE) === 0 ? 'fails' : 'unknown';
}

/** The attributes of the filter whose values were not kept, each once, and how it compares where that cannot be repeated here. */
export function unknownIn(filter: FilterTree, known: KnownAttributes): readonly string[] {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return [...new Set(filter.parts.flatMap((part) => unknownIn(part, known)))];
    case 'not':
      return unknownIn(filter.part, known);
    default: {
      const { attribute } = filter;
      return attribute !== null && known.nameOf(attribute) !== null ? [] : [attribute ?? 'any attribute'];
    }
  }
}

function answersOf(filter: FilterTree, values: KeptValues, known: KnownAttributes): Answers {
  switch (filter.kind) {
    case 'and':
      return filter.parts.reduce((all, part) => both(all, answersOf(part, values, known)), TRUE);
    case 'or':
      return negated(filter.parts.reduce((all, part) => both(all, negated(answersOf(part, values, known))), TRUE));
    case 'not':
      return negated(answersOf(filter.part, values, known));
    default:
      return itemAnswers(filter, values, known);
  }
}

function negated(answers: Answers): Answers {
  return (answers & TRUE ? FALSE : 0) | (answers & FALSE ? TRUE : 0) | (answers & UNDEFINED);
}

/** False if one is, else undefined if one is, else true. */
function both(a: Answers, b: Answers): Answers {
  let answers = (a | b) & FALSE;
  if (a & TRUE && b & TRUE) answers |= TRUE;
  if ((a & UNDEFINED && b & (TRUE | UNDEFINED)) || (b & UNDEFINED && a & (TRUE | UNDEFINED))) answers |= UNDEFINED;
  return answers;
}

type Item = Exclude<FilterTree, { kind: 'and' | 'or' | 'not' }>;

function itemAnswers(item: Item, values: KeptValues, known: KnownAttributes): Answers {
  const name = item.attribute === null ? null : known.nameOf(item.attribute);
  // The parts of the DN count as values too then.
  if (name === null || (item.kind === 'extensible' && item.dnAttributes)) return ANY;
  const held = values[name];
  if (held === undefined) return known.isUsed(name) && isComparable(item, name) ? FALSE : FALSE | UNDEFINED;
  if (item.kind === 'present') return TRUE;
  if (held.some((value) => value.includes('\ufffd'))) return ANY;
  // Of several values one that matches is enough.
  return held
    .map((value) => valueAnswers(item, { ...known, name, value }))
    .reduce((some, one) => negated(both(negated(some), negated(one))), FALSE);
}

/** Whether every server can compare the attribute in this way: what it cannot do is undefined, also where there is no value. */
function isComparable(item: Item, name: string): boolean {
  switch (item.kind) {
    case 'present':
    case 'equal':
      return true;
    case 'substrings':
      return syntaxOf(name) === 'text';
    case 'extensible':
      return syntaxOf(name) === 'integer' && (item.rule === BIT_AND || item.rule === BIT_OR);
    default:
      return false;
  }
}

interface Held extends Pick<KnownAttributes, 'hasSuperclasses'> {
  readonly name: string;
  readonly value: string;
}

function valueAnswers(item: Exclude<Item, { kind: 'present' }>, held: Held): Answers {
  const { name, value } = held;
  switch (item.kind) {
    case 'equal':
      return equality(held, item.value);
    case 'approx':
      // What is about equal, every server has its own idea of.
      return equality(held, item.value) === TRUE ? TRUE : TRUE | FALSE;
    case 'substrings':
      return substringAnswers(item, name, value);
    case 'atLeast':
    case 'atMost':
      return order(item.kind, name, value, item.value);
    case 'extensible':
      return ruled(item.rule, held, item.value);
  }
}

function equality({ name, value, hasSuperclasses }: Held, wanted: string): Answers {
  switch (syntaxOf(name)) {
    case 'dn':
      if (dnProblem(wanted) !== null) return FALSE | UNDEFINED;
      return answer(comparableDn(value) === comparableDn(wanted));
    case 'integer':
      return isInteger(value) && isInteger(wanted) ? answer(BigInt(value) === BigInt(wanted)) : ANY;
    case 'class':
      if (value.toLowerCase() === wanted.toLowerCase()) return TRUE;
      return hasSuperclasses && !isOid(wanted) ? FALSE : TRUE | FALSE;
    case 'text':
      return compared(value, wanted, true, (a, b) => a === b);
    case 'narrow':
      return perhapsUndefined(compared(value, wanted, true, (a, b) => a === b));
    case 'other':
      return compared(value, wanted, false, (a, b) => a === b);
  }
}

function substringAnswers(
  { initial, any, final }: Extract<Item, { kind: 'substrings' }>,
  name: string,
  value: string,
): Answers {
  const syntax = syntaxOf(name);
  if (syntax !== 'text' && syntax !== 'narrow' && syntax !== 'other') return ANY;
  const parts = JSON.stringify([initial, any, final]);
  const answers = compared(value, parts, syntax !== 'other', (text, pattern) => hasParts(text, JSON.parse(pattern)));
  return syntax === 'narrow' ? perhapsUndefined(answers) : answers;
}

/** What is no value of an attribute is not different from its values, but undefined. */
function perhapsUndefined(answers: Answers): Answers {
  return answers & FALSE ? answers | UNDEFINED : answers;
}

function hasParts(
  text: string,
  [initial, any, final]: readonly [string | null, readonly string[], string | null],
): boolean {
  if (!text.startsWith(initial ?? '')) return false;
  let at = (initial ?? '').length;
  for (const part of any) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return final === null || (text.length - final.length >= at && text.endsWith(final));
}

/**
 * Texts are compared as they stand, without regard to case and spaces, and without accents. What is decided in one way and not in another is
 * left open, unless the attribute is known to be compared without regard to case.
 */
function compared(
  value: string,
  wanted: string,
  ignoresCase: boolean,
  test: (a: string, b: string) => boolean,
): Answers {
  const exact = test(value, wanted);
  const folded = test(fold(value), fold(wanted));
  const bare = test(withoutAccents(fold(value)), withoutAccents(fold(wanted)));
  const ways = ignoresCase ? [folded, bare] : [exact, folded, bare];
  return (ways.includes(true) ? TRUE : 0) | (ways.includes(false) ? FALSE : 0);
}

/** RFC 4518 in the main. */
function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().trim().replaceAll(/\s+/g, ' ');
}

function withoutAccents(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '');
}

function order(kind: 'atLeast' | 'atMost', name: string, value: string, wanted: string): Answers {
  if (syntaxOf(name) !== 'integer' || !isInteger(value) || !isInteger(wanted)) return ANY;
  const [a, b] = [BigInt(value), BigInt(wanted)];
  return answer(kind === 'atLeast' ? a >= b : a <= b);
}

/** MS-ADTS 3.1.1.3.4.4: LDAP_MATCHING_RULE_BIT_AND and LDAP_MATCHING_RULE_BIT_OR. */
const BIT_AND = '1.2.840.113556.1.4.803';
const BIT_OR = '1.2.840.113556.1.4.804';

function ruled(rule: string | null, held: Held, wanted: string): Answers {
  const { value } = held;
  if (rule === null) return equality(held, wanted);
  if ((rule !== BIT_AND && rule !== BIT_OR) || !isInteger(value) || !isInteger(wanted)) return ANY;
  const common = BigInt(value) & BigInt(wanted);
  return answer(rule === BIT_AND ? common === BigInt(wanted) : common !== 0n);
}

function answer(is: boolean): Answers {
  return is ? TRUE : FALSE;
}

function isInteger(text: string): boolean {
  return /^-?\d{1,20}$/.test(text);
}

function isOid(text: string): boolean {
  return /^\d+(?:\.\d+)+$/.test(text);
}
