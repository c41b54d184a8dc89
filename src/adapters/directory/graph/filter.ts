/** What a filter needs of Graph, and whether Rollcall can evaluate it itself. Graph alone says whether it is right. */
import type { UserFields } from './records.ts';

type Token = { readonly kind: 'word' | 'text' | 'symbol'; readonly text: string };

/** Texts in quotes (a quote inside is doubled), words with their paths and numbers, and single characters. */
function tokensOf(filter: string): readonly Token[] {
  const pattern = /'(?:[^']|'')*'?|[$@\p{L}\p{N}_./:+-]+|\S/gu;
  return (filter.match(pattern) ?? []).map((text) => ({
    kind: text.startsWith("'") ? 'text' : /^[$@\p{L}\p{N}_./:+-]+$/u.test(text) ? 'word' : 'symbol',
    text,
  }));
}

/** `startsWith` on these is served without more ado: https://learn.microsoft.com/graph/aad-advanced-queries. */
const PLAIN_STARTS_WITH: ReadonlySet<string> = new Set([
  ...['city', 'companyname', 'country', 'department', 'displayname', 'employeeid', 'givenname', 'jobtitle', 'mail'],
  ...['mailnickname', 'onpremisesimmutableid', 'othermails', 'proxyaddresses', 'state', 'surname', 'usagelocation'],
  ...['userprincipalname'],
]);

/**
 * Whether Graph serves the filter only as an advanced query, with `ConsistencyLevel: eventual` and `$count=true`: `ne`, `not`, `endsWith`,
 * `$count` of a collection, `any` without or with more than one condition, and `startsWith` on unusual properties.
 */
export function needsAdvancedQuery(filter: string): boolean {
  const tokens = tokensOf(filter);
  return tokens.some((token, index) => {
    if (token.kind !== 'word') return false;
    // Behind the variable of a lambda: `m:endsWith`.
    const word = token.text.toLowerCase().replace(/^\w+:(?=\p{L})/u, '');
    if (word === 'ne' || word === 'not' || word.endsWith('/$count')) return true;
    if (tokens[index + 1]?.text !== '(') return false;
    if (word === 'endswith') return true;
    if (word === 'startswith') return !PLAIN_STARTS_WITH.has(propertyAt(tokens, index + 2));
    return /\/(?:any|all)$/.test(word) && isComplexLambda(argumentsFrom(tokens, index + 1), word.endsWith('/all'));
  });
}

/** The property that a function is about; in a lambda the collection is judged, not its variable. */
function propertyAt(tokens: readonly Token[], index: number): string {
  const name = tokens[index]?.text.toLowerCase() ?? '';
  const lambda = tokens.slice(0, index).findLast(({ text }) => /\/(?:any|all)$/i.test(text));
  const isVariable = tokens.slice(0, index).some(({ text }) => text.toLowerCase().startsWith(`${name.split('/')[0]}:`));
  return isVariable && lambda !== undefined ? (lambda.text.toLowerCase().split('/')[0] ?? '') : name;
}

/** The tokens between a bracket and the one that closes it. */
function argumentsFrom(tokens: readonly Token[], open: number): readonly Token[] {
  let depth = 0;
  for (let index = open; index < tokens.length; index += 1) {
    const { text } = tokens[index] as Token;
    if (text === '(') depth += 1;
    if (text === ')') depth -= 1;
    if (depth === 0) return tokens.slice(open + 1, index);
  }
  return tokens.slice(open + 1);
}

function isComplexLambda(inside: readonly Token[], isAll: boolean): boolean {
  return isAll || inside.length === 0 || inside.some(({ kind, text }) => kind === 'word' && /^(?:and|or)$/i.test(text));
}

/** Whether a user passes. */
export type LocalFilter = (user: Pick<UserFields, 'accountEnabled' | 'userType'>) => boolean;

/**
 * The filter as a function, for one made only of `accountEnabled eq true|false` and `userType eq 'Member'|'Guest'`, joined by `and`; null
 * for any other. An unset property equals neither, as in Graph, and texts are compared without regard to case.
 */
export function localFilter(filter: string): LocalFilter | null {
  const tests: LocalFilter[] = [];
  const tokens = tokensOf(filter);
  if (tokens.length % 4 !== 3) return null;
  for (let index = 0; index < tokens.length; index += 4) {
    const [property, operator, value] = tokens.slice(index, index + 3).map(({ text }) => text);
    const joint = tokens[index + 3]?.text ?? 'and';
    if (operator !== 'eq' || joint !== 'and' || value === undefined) return null;
    if (property === 'accountEnabled' && /^(?:true|false)$/.test(value)) {
      tests.push(({ accountEnabled }) => accountEnabled === (value === 'true'));
    } else if (property === 'userType' && /^'(?:member|guest)'$/i.test(value)) {
      const type = value.slice(1, -1).toLowerCase();
      tests.push(({ userType }) => userType?.toLowerCase() === type);
    } else {
      return null;
    }
  }
  return (user) => tests.every((test) => test(user));
}
