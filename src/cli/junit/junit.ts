/** JUnit XML: what the servers that run pipelines read. */
import { inert } from '../../domain/inert.ts';

export interface JunitCase {
  readonly name: string;
  readonly className: string;
  readonly outcome: 'passed' | 'failure' | 'error' | 'skipped';
  /** A word for it: `missing`, `wrong` … */
  readonly status: string;
  /** What is to be said of it, in lines; empty where there is nothing. Line ends in text from outside have to be inert before. */
  readonly text: string;
}

export interface JunitSuite {
  readonly name: string;
  readonly cases: readonly JunitCase[];
}

/** The lines of a report, each with its line end. Text from outside is made inert. */
export function renderJunit(name: string, suites: readonly JunitSuite[]): readonly string[] {
  const all = suites.flatMap(({ cases }) => cases);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    `<testsuites${attributes({ name, ...totals(all) })}>\n`,
    ...suites.map(suiteText),
    '</testsuites>\n',
  ];
}

function suiteText({ name, cases }: JunitSuite): string {
  const lines = cases.map((one) => `    ${caseText(one)}\n`);
  return `  <testsuite${attributes({ name, ...totals(cases) })}>\n${lines.join('')}  </testsuite>\n`;
}

function totals(cases: readonly JunitCase[]) {
  const number = (outcome: JunitCase['outcome']) => cases.filter((one) => one.outcome === outcome).length;
  return { tests: cases.length, failures: number('failure'), errors: number('error'), skipped: number('skipped') };
}

function caseText({ name, className, outcome, status, text }: JunitCase): string {
  const start = `<testcase${attributes({ classname: className, name })}`;
  const lines = text.split('\n').map(inert);
  const all = escaped(lines.join('\n'));
  const message = lines[0] || status;
  switch (outcome) {
    case 'passed':
      return text === '' ? `${start}/>` : `${start}><system-out>${all}</system-out></testcase>`;
    case 'skipped': {
      // Servers show no text of a skipped case but this message.
      const rest = lines.length > 1 ? `<system-out>${all}</system-out>` : '';
      return `${start}><skipped${attributes({ message })}/>${rest}</testcase>`;
    }
    default:
      return `${start}><${outcome}${attributes({ message, type: status })}>${all}</${outcome}></testcase>`;
  }
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(inert(String(value)))}"`)
    .join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};
// Outside of XML's Char production (XML 1.0 2.2), halves of surrogate pairs among them.
const NO_CHARACTER = /[^\n\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

function escaped(text: string): string {
  return text.replace(NO_CHARACTER, '\u{fffd}').replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
