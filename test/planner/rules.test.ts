/** Holds that every rule is tested under its id and explained in the docs, and that no other id is made up in either. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { RULES } from '../../src/domain/rule.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const IDS = Object.keys(RULES);
const GROUPS = [...new Set(IDS.map((id) => id.slice(0, 3)))];
/** Whatever looks like a rule's id. */
const ID = new RegExp(`\\b(?:${GROUPS.join('|')})-\\d+\\b`, 'g');

const docs = readFileSync(join(ROOT, 'docs/sync-rules.md'), 'utf8');
const tests = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => ({ file, text: readFileSync(join(ROOT, 'test', file), 'utf8') }));

/** The rule that a describe block is about, for each that is about one. */
function described(text: string): readonly string[] {
  return [...text.matchAll(/describe(?:\.\w+(?:\([^)]*\))?)*\(\s*['"`]([A-Z]{3}-\d+)\b/g)].map(([, id = '']) => id);
}

function unknownIn(text: string): readonly string[] {
  return [...text.matchAll(ID)].map(([id]) => id).filter((id) => !IDS.includes(id));
}

describe.each(IDS)('the rule %s', (id) => {
  it('is tested under its id', () => {
    const files = tests.filter(({ text }) => described(text).includes(id)).map(({ file }) => file);
    expect(files, `no test file has a describe('${id} …')`).not.toEqual([]);
  });

  it('has a section in docs/sync-rules.md, with an anchor and its title', () => {
    const title = RULES[id as keyof typeof RULES];
    expect(docs).toContain(`<a id="${id.toLowerCase()}"></a>\n### ${id} ${title}\n\n`);
  });
});

describe('rules', () => {
  it('are named in the tests only if there are such', () => {
    const unknown = tests.flatMap(({ file, text }) =>
      [...unknownIn(text), ...described(text).filter((id) => !IDS.includes(id))].map((id) => `${id} in ${file}`),
    );
    expect(unknown).toEqual([]);
  });

  it('are named in the docs only if there are such, and linked to where they are', () => {
    expect(unknownIn(docs)).toEqual([]);
    const anchors = new Set([...docs.matchAll(/<a id="([^"]+)"><\/a>/g)].map(([, id]) => id));
    const headings = new Set(
      [...docs.matchAll(/^#+ (.+)$/gm)].map(([, text = '']) => text.toLowerCase().replaceAll(' ', '-')),
    );
    const links = [...docs.matchAll(/\]\(#([^)]+)\)/g)].map(([, target = '']) => target);
    expect(links.filter((target) => !anchors.has(target) && !headings.has(target))).toEqual([]);
  });

  it('stand in the docs once each, in the order of the rules', () => {
    const sections = [...docs.matchAll(/^### ([A-Z]{3}-\d+) /gm)].map(([, id]) => id);
    expect(sections).toEqual(IDS);
  });
});
