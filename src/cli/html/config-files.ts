/** Differences of configuration files, beside what they do. */
import { escaped, outside } from './page.ts';

export interface ConfigFileDifference {
  /** Relative to the workspace. */
  readonly path: string;
  /** In their order; lines far from any difference may be left out. */
  readonly lines: readonly { readonly change: 'kept' | 'added' | 'removed' | 'leftOut'; readonly text: string }[];
}

const SIGNS = { kept: ' ', added: '+', removed: '-', leftOut: '…' } as const;

export function* configFiles(files: readonly ConfigFileDifference[]): Generator<string> {
  if (files.length === 0) return;
  yield '<section aria-labelledby="files"><h2 id="files">Configuration</h2>\n';
  for (const { path, lines } of files) {
    const text = lines.map(
      ({ change, text: line }) =>
        `<span class="code-line ${change}"><span class="sign">${SIGNS[change]}</span>${outside(line)}</span>\n`,
    );
    yield `<details class="file" open><summary>${outside(path)}</summary><pre tabindex="0" aria-label="${escaped(path)}">${text.join('')}</pre></details>\n`;
  }
  yield '</section>\n';
}
