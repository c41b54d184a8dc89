/** The script and the style of HTML pages, bundled from src/report/ into one TypeScript file. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = new URL('../', import.meta.url);
const BANNER = '// Written by scripts/generate.mjs from src/report/. Change that, then: npm run generate\n';
const SETTINGS = {
  absWorkingDir: fileURLToPath(ROOT),
  bundle: true,
  charset: 'utf8',
  legalComments: 'inline',
  logLevel: 'silent',
  minify: true,
  write: false,
};

/** The text of src/cli/html/report.generated.ts. The hashes are those of the Content-Security-Policy. */
export async function reportModule() {
  const script = await bundled('src/report/main.ts', {
    banner: { js: `/*! Of the package diff:\n${await licenceOf('diff')}*/` },
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    tsconfig: 'src/report/tsconfig.json',
  });
  const style = await bundled('src/report/page.css', {});
  return [
    BANNER,
    constant('SCRIPT', script),
    constant('SCRIPT_HASH', hashOf(script)),
    constant('STYLE', style),
    constant('STYLE_HASH', hashOf(style)),
  ].join('');
}

async function bundled(entry, settings) {
  const { outputFiles } = await build({ ...SETTINGS, ...settings, entryPoints: [entry] });
  const text = outputFiles[0].text;
  if (/<\/(?:script|style)|<!--/i.test(text)) throw new Error(`${entry} would end the element that it stands in.`);
  return text;
}

function licenceOf(name) {
  return readFile(new URL(`node_modules/${name}/LICENSE`, ROOT), 'utf8');
}

function hashOf(text) {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

function constant(name, text) {
  return `export const ${name} = ${JSON.stringify(text)};\n`;
}
