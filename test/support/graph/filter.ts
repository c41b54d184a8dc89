/** `$filter`: read, judged, and then asked of one object after the other. Strings compare without regard to case, as in the directory. */
import { judgeFilter } from './filter-rules.ts';
import { type Expression, type Literal, type Path, parseFilter } from './filter-syntax.ts';
import type { Fields } from './objects.ts';
import type { Kind } from './schema.ts';
import type { Json } from './wire.ts';

export type Predicate = (fields: Fields) => boolean;

/** Refuses a filter that Graph refuses; `isAdvanced` says whether the query is an advanced one. */
export function compileFilter(kind: Kind, text: string, isAdvanced: boolean): Predicate {
  const expression = parseFilter(text);
  const refusal = judgeFilter(kind, expression);
  if (refusal !== null && !isAdvanced) throw refusal;
  const matches = compile(expression);
  return (fields) => matches({ fields, variables: {} });
}

interface Environment {
  readonly fields: Fields;
  readonly variables: Readonly<Record<string, Json>>;
}

type Test = (environment: Environment) => boolean;

function compile(expression: Expression): Test {
  switch (expression.kind) {
    case 'and':
    case 'or': {
      const tests = expression.parts.map(compile);
      return expression.kind === 'and'
        ? (environment) => tests.every((test) => test(environment))
        : (environment) => tests.some((test) => test(environment));
    }
    case 'not': {
      const test = compile(expression.part);
      return (environment) => !test(environment);
    }
    case 'compare': {
      const { operator, path, value } = expression;
      const wanted = folded(value.value);
      return (environment) => COMPARE[operator](folded(lookUp(path, environment)), wanted);
    }
    case 'in': {
      const wanted = new Set(expression.values.map(({ value }) => folded(value)));
      return (environment) => wanted.has(folded(lookUp(expression.path, environment)));
    }
    case 'any':
      return compileAny(expression);
    default:
      return compileCall(expression.kind, expression.path, expression.value);
  }
}

function compileCall(kind: 'startsWith' | 'endsWith', path: Path, value: Literal): Test {
  const wanted = String(folded(value.value));
  return (environment) => {
    const found = folded(lookUp(path, environment));
    if (typeof found !== 'string') return false;
    return kind === 'startsWith' ? found.startsWith(wanted) : found.endsWith(wanted);
  };
}

function compileAny({ path, variable, part }: Expression & { kind: 'any' }): Test {
  const test = part === null ? () => true : compile(part);
  return (environment) => {
    const elements = lookUp(path, environment);
    if (!Array.isArray(elements)) return false;
    return elements.some((element: Json) =>
      test({ ...environment, variables: { ...environment.variables, [variable]: element } }),
    );
  };
}

function lookUp(path: Path, { fields, variables }: Environment): Json {
  const [head = '', ...rest] = path;
  let value: Json = (head in variables ? variables[head] : fields[head]) ?? null;
  for (const step of rest) {
    if (step.toLowerCase() === '$count') return Array.isArray(value) ? value.length : 0;
    value = typeof value === 'object' && value !== null ? ((value as Fields)[step] ?? null) : null;
  }
  return value;
}

function folded(value: Json): Json {
  return typeof value === 'string' ? value.toLowerCase() : value;
}

const COMPARE = {
  eq: (found: Json, wanted: Json) => found === wanted,
  ne: (found: Json, wanted: Json) => found !== wanted,
  gt: (found: Json, wanted: Json) => found !== null && wanted !== null && found > wanted,
  ge: (found: Json, wanted: Json) => found !== null && wanted !== null && found >= wanted,
  lt: (found: Json, wanted: Json) => found !== null && wanted !== null && found < wanted,
  le: (found: Json, wanted: Json) => found !== null && wanted !== null && found <= wanted,
} as const;
