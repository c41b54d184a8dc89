/** Reports as the servers that run pipelines read them: through an XML parser, and with what their schemas ask of elements and attributes. */
import { DOMParser, type Element } from '@xmldom/xmldom';

export interface ReadCase {
  readonly name: string;
  readonly className: string;
  readonly outcome: 'passed' | 'failure' | 'error' | 'skipped';
  readonly message: string;
  readonly text: string;
}

export interface ReadSuite {
  readonly name: string;
  readonly cases: readonly ReadCase[];
}

/** What may stand in what, and the attributes that it must have: the part that the schemas of Ant, Jenkins and GitLab have in common. */
const SHAPE: Readonly<
  Record<string, { readonly children: readonly string[]; readonly attributes: readonly string[] }>
> = {
  testsuites: { children: ['testsuite'], attributes: ['name', 'tests', 'failures', 'errors', 'skipped'] },
  testsuite: { children: ['testcase'], attributes: ['name', 'tests', 'failures', 'errors', 'skipped'] },
  testcase: { children: ['failure', 'error', 'skipped', 'system-out'], attributes: ['classname', 'name'] },
  failure: { children: [], attributes: ['message', 'type'] },
  error: { children: [], attributes: ['message', 'type'] },
  skipped: { children: [], attributes: ['message'] },
  'system-out': { children: [], attributes: [] },
};

/** The suites of a report. Throws for what is not well-formed or not of that shape, for wrong totals, and for two cases of one name. */
export function readJunit(lines: readonly string[]): readonly ReadSuite[] {
  const parser = new DOMParser({
    onError: (level, message) => {
      // That is what halves of characters become.
      if (message.startsWith('Unicode replacement character')) return;
      throw new Error(`${level}: ${message}`);
    },
  });
  const root = parser.parseFromString(lines.join(''), 'text/xml').documentElement;
  if (root === null || root.tagName !== 'testsuites') throw new Error('there are no suites');
  expectShape(root);
  const suites = childrenOf(root).map((suite) => {
    const cases = childrenOf(suite).map(caseOf);
    expectTotals(suite, cases);
    const keys = new Set(cases.map(({ className, name }) => `${className} ${name}`));
    if (keys.size < cases.length) throw new Error(`two cases of ${suite.getAttribute('name')} have one name`);
    return { name: suite.getAttribute('name') ?? '', cases };
  });
  expectTotals(
    root,
    suites.flatMap(({ cases }) => cases),
  );
  return suites;
}

function childrenOf(element: Element): readonly Element[] {
  return Array.from(element.childNodes).filter((node): node is Element => node.nodeType === node.ELEMENT_NODE);
}

function expectShape(element: Element): void {
  const shape = SHAPE[element.tagName];
  if (shape === undefined) throw new Error(`nobody knows <${element.tagName}>`);
  const attributes = Array.from(element.attributes).map(({ name }) => name);
  if (attributes.toSorted().join() !== shape.attributes.toSorted().join()) {
    throw new Error(`<${element.tagName}> has the attributes ${attributes.join()}`);
  }
  for (const child of childrenOf(element)) {
    if (!shape.children.includes(child.tagName)) throw new Error(`<${child.tagName}> in <${element.tagName}>`);
    expectShape(child);
  }
}

function expectTotals(element: Element, cases: readonly ReadCase[]): void {
  const number = (outcome: ReadCase['outcome']) => cases.filter((one) => one.outcome === outcome).length;
  const totals = {
    tests: cases.length,
    failures: number('failure'),
    errors: number('error'),
    skipped: number('skipped'),
  };
  for (const [name, total] of Object.entries(totals)) {
    const stated = element.getAttribute(name);
    if (stated !== String(total)) throw new Error(`${element.tagName} states ${stated} ${name}, and has ${total}`);
  }
}

function caseOf(element: Element): ReadCase {
  const children = childrenOf(element);
  const result = children.find(({ tagName }) => tagName !== 'system-out');
  return {
    name: element.getAttribute('name') ?? '',
    className: element.getAttribute('classname') ?? '',
    outcome: (result?.tagName ?? 'passed') as ReadCase['outcome'],
    message: result?.getAttribute('message') ?? '',
    text: children.map(({ textContent }) => textContent ?? '').join(''),
  };
}
