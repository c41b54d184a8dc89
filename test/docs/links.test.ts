/** Every relative link of every document leads to a file that is there, and to a heading that is in it. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const DOCUMENTS = globSync(['*.md', '{docs,examples,test,bench}/**/*.md'], {
  cwd: ROOT,
  ignore: ['**/node_modules/**'],
}).toSorted();

describe('documents', () => {
  it.each(DOCUMENTS)('%s has no broken link', (name) => {
    const broken = linksOf(read(name)).filter((link) => !leadsSomewhere(name, link));
    expect(broken).toEqual([]);
  });

  it('are all found from the README', () => {
    const reached = new Set(['README.md']);
    for (const name of reached) {
      for (const link of linksOf(read(name))) {
        const target = relative(ROOT, join(ROOT, dirname(name), link.split('#')[0] ?? ''));
        if (target.endsWith('.md') && existsSync(join(ROOT, target))) reached.add(target);
      }
    }
    const toRead = DOCUMENTS.filter((name) => name.startsWith('docs/') || !name.includes('/'));
    expect(toRead.filter((name) => !reached.has(name))).toEqual([]);
  });

  it('list every decision', () => {
    const listed = linksOf(read('docs/decisions/README.md'));
    const records = DOCUMENTS.filter((name) => name.startsWith('docs/decisions/') && !name.endsWith('/README.md'));
    expect(records.filter((name) => !listed.includes(name.replace('docs/decisions/', '')))).toEqual([]);
  });
});

function read(name: string): string {
  return readFileSync(join(ROOT, name), 'utf8');
}

/** Targets of links, but those that lead out of the repository. */
function linksOf(text: string): readonly string[] {
  return [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/i.test(target));
}

function withoutCode(text: string): string {
  return text.replaceAll(/^```.*?^```$/gms, '').replaceAll(/`[^`\n]*`/g, (code) => '`'.repeat(code.length));
}

function leadsSomewhere(from: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? from : relative(ROOT, join(ROOT, dirname(from), path));
  if (!existsSync(join(ROOT, target))) return false;
  return anchor === undefined || anchorsOf(read(target)).has(anchor);
}

/** The anchors of headings, as GitHub makes them, and those that are set by hand. */
function anchorsOf(text: string): ReadonlySet<string> {
  const headings = [...text.replaceAll(/^```.*?^```$/gms, '').matchAll(/^#{1,6} +(.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
  const ids = [...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id);
  return new Set([...headings, ...ids]);
}
