/** The syntax of `$filter` (OData 4.01), as far as Graph's directory objects know it. Errors have a position, as Graph's parser says it. */
import { Refusal } from './wire.ts';

export type Literal =
  | { readonly type: 'string' | 'guid' | 'date'; readonly value: string }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'null'; readonly value: null };

/** `displayName`, `s/skuId`, `assignedLicenses/$count`: the steps. */
export type Path = readonly string[];

export type Operator = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le';

export type Expression =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Expression[] }
  | { readonly kind: 'not'; readonly part: Expression }
  | { readonly kind: 'compare'; readonly operator: Operator; readonly path: Path; readonly value: Literal }
  | { readonly kind: 'in'; readonly path: Path; readonly values: readonly Literal[] }
  | { readonly kind: 'startsWith' | 'endsWith'; readonly path: Path; readonly value: Literal }
  /** Without a variable it asks whether there is any element. */
  | { readonly kind: 'any'; readonly path: Path; readonly variable: string; readonly part: Expression | null };

interface Token {
  readonly kind: 'name' | 'literal' | 'mark' | 'end';
  readonly text: string;
  readonly end: number;
}

const TOKEN =
  /\s*(?:(?<string>'(?:[^']|'')*')|(?<guid>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})|(?<date>\d{4}-\d\d-\d\d(?:T[\d:.]+Z)?)|(?<number>-?\d+)|(?<name>\$?[A-Za-z_]\w*)|(?<mark>[(),:/]))/iy;

interface Parser {
  peek(ahead?: number): Token;
  next(): Token;
  fail(token: Token): Refusal;
}

export function parseFilter(text: string): Expression {
  const parser = createParser(text);
  const expression = parseOr(parser);
  const rest = parser.peek();
  if (rest.kind !== 'end') throw parser.fail(rest);
  return expression;
}

export function invalidFilter(message: string): Refusal {
  return new Refusal(400, 'BadRequest', `Invalid filter clause: ${message}`);
}

function createParser(text: string): Parser {
  const tokens = tokenize(text);
  let at = 0;
  const end: Token = { kind: 'end', text: '', end: text.length };
  return {
    peek: (ahead = 0) => tokens[at + ahead] ?? end,
    next() {
      const token = tokens[at] ?? end;
      at += 1;
      return token;
    },
    fail: (token) => invalidFilter(`Syntax error at position ${token.end} in '${text}'.`),
  };
}

function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let at = 0; text.slice(at).trim() !== ''; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const groups = TOKEN.exec(text)?.groups;
    if (groups === undefined) throw unreadable(text, at);
    const { name, mark } = groups;
    const kind = name !== undefined ? 'name' : mark !== undefined ? 'mark' : 'literal';
    tokens.push({ kind, text: text.slice(at, TOKEN.lastIndex).trim(), end: TOKEN.lastIndex });
  }
  return tokens;
}

function unreadable(text: string, from: number): Refusal {
  const at = from + (/^\s*/.exec(text.slice(from))?.[0].length ?? 0);
  if (text[at] === "'") {
    return invalidFilter(`There is an unterminated string literal at position ${text.length} in '${text}'.`);
  }
  return invalidFilter(`Syntax error: character '${text[at]}' is not valid at position ${at} in '${text}'.`);
}

function parseOr(parser: Parser): Expression {
  return parseChain(parser, 'or', () => parseChain(parser, 'and', () => parseUnary(parser)));
}

function parseChain(parser: Parser, kind: 'and' | 'or', parse: () => Expression): Expression {
  const parts = [parse()];
  while (isWord(parser.peek(), kind)) {
    parser.next();
    parts.push(parse());
  }
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind, parts };
}

function parseUnary(parser: Parser): Expression {
  const token = parser.peek();
  if (isWord(token, 'not')) {
    parser.next();
    return { kind: 'not', part: parseUnary(parser) };
  }
  if (isMark(token, '(')) {
    parser.next();
    const inner = parseOr(parser);
    expectMark(parser, ')');
    return inner;
  }
  const isCall = isMark(parser.peek(1), '(');
  if (isCall && isWord(token, 'startswith')) return parseCall(parser, 'startsWith');
  if (isCall && isWord(token, 'endswith')) return parseCall(parser, 'endsWith');
  return parsePredicate(parser);
}

function parseCall(parser: Parser, kind: 'startsWith' | 'endsWith'): Expression {
  parser.next();
  expectMark(parser, '(');
  const path = parsePath(parser);
  expectMark(parser, ',');
  const value = parseLiteral(parser);
  expectMark(parser, ')');
  return { kind, path, value };
}

function parsePredicate(parser: Parser): Expression {
  const path = parsePath(parser);
  const isAny = path.at(-1)?.toLowerCase() === 'any' && isMark(parser.peek(), '(');
  if (isAny) return parseAny(parser, path.slice(0, -1));
  const operator = parser.next();
  if (isWord(operator, 'in')) return { kind: 'in', path, values: parseList(parser) };
  if (operator.kind !== 'name' || !/^(?:eq|ne|gt|ge|lt|le)$/i.test(operator.text)) throw parser.fail(operator);
  return { kind: 'compare', operator: operator.text.toLowerCase() as Operator, path, value: parseLiteral(parser) };
}

function parseAny(parser: Parser, path: Path): Expression {
  expectMark(parser, '(');
  if (isMark(parser.peek(), ')')) {
    parser.next();
    return { kind: 'any', path, variable: '', part: null };
  }
  const variable = parser.next();
  if (variable.kind !== 'name') throw parser.fail(variable);
  expectMark(parser, ':');
  const part = parseOr(parser);
  expectMark(parser, ')');
  return { kind: 'any', path, variable: variable.text, part };
}

function parsePath(parser: Parser): Path {
  const steps: string[] = [];
  do {
    const step = parser.next();
    if (step.kind !== 'name') throw parser.fail(step);
    steps.push(step.text);
  } while (isMark(parser.peek(), '/') && parser.next().kind === 'mark');
  return steps;
}

function parseList(parser: Parser): readonly Literal[] {
  expectMark(parser, '(');
  const values = [parseLiteral(parser)];
  while (isMark(parser.peek(), ',')) {
    parser.next();
    values.push(parseLiteral(parser));
  }
  expectMark(parser, ')');
  return values;
}

function parseLiteral(parser: Parser): Literal {
  const token = parser.next();
  const { text } = token;
  if (token.kind === 'name') {
    if (text === 'true' || text === 'false') return { type: 'boolean', value: text === 'true' };
    if (text === 'null') return { type: 'null', value: null };
  }
  if (token.kind !== 'literal') throw parser.fail(token);
  if (text.startsWith("'")) return { type: 'string', value: text.slice(1, -1).replaceAll("''", "'") };
  if (/^[0-9a-f]{8}-/i.test(text)) return { type: 'guid', value: text.toLowerCase() };
  if (/^\d{4}-\d\d-\d\d/.test(text)) return { type: 'date', value: text };
  return { type: 'number', value: Number(text) };
}

function expectMark(parser: Parser, mark: string): void {
  const token = parser.next();
  if (!isMark(token, mark)) throw parser.fail(token);
}

function isMark(token: Token, mark: string): boolean {
  return token.kind === 'mark' && token.text === mark;
}

function isWord(token: Token, word: string): boolean {
  return token.kind === 'name' && token.text.toLowerCase() === word;
}
