/** The package as `npm pack` makes it, and how to install it without a compiler. */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { programPath } from './rollcall.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const ADDON = 'build/Release/better_sqlite3.node';
const run = promisify(execFile);

/** What `npm pack --json` says of a package. */
export interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/**
 * Packs what is built, from a copy of the project into which `alter` may put something before. The scripts of the package do not run: they
 * would build it anew under the feet of other tests. The file is put into `destination`.
 */
export async function pack(destination: string, alter: (copy: string) => void = () => {}): Promise<Packed> {
  const program = await programPath();
  const copy = mkdtempSync(join(tmpdir(), 'rollcall-pack-'));
  try {
    const { files }: { files: readonly string[] } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    for (const name of ['package.json', '.gitignore', ...files.filter((file) => !file.startsWith('!'))]) {
      cpSync(join(ROOT, name), join(copy, name), { recursive: true, filter: (path) => basename(path) !== '.rollcall' });
    }
    mkdirSync(join(copy, 'dist/man'), { recursive: true });
    writeFileSync(join(copy, 'dist/man/rollcall.1'), (await run(process.execPath, [program, 'man'])).stdout);
    alter(copy);
    const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', destination], {
      cwd: copy,
      env: { ...process.env, npm_config_loglevel: 'error' },
      maxBuffer: 2 ** 26,
    });
    const [packed] = JSON.parse(stdout) as readonly Packed[];
    if (packed === undefined) throw new Error(`npm packed nothing: ${stdout}`);
    return packed;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/**
 * The environment in which npm installs the package: better-sqlite3, which would compile for most of a minute where its binary cannot be
 * fetched, finds the one of this project in `folder`, in the form in which it is published. Warnings of npm are left out.
 */
export async function installEnvironment(folder: string): Promise<NodeJS.ProcessEnv> {
  const sqlite = join(ROOT, 'node_modules/better-sqlite3');
  const { version }: { version: string } = JSON.parse(readFileSync(join(sqlite, 'package.json'), 'utf8'));
  const name = `better-sqlite3-v${version}-node-v${process.versions.modules}-${process.platform}-${process.arch}.tar.gz`;
  await run('tar', ['-C', sqlite, '-czf', join(folder, name), ADDON]);
  return {
    ...process.env,
    npm_config_better_sqlite3_local_prebuilds: folder,
    npm_config_loglevel: 'error',
    npm_config_prefer_offline: 'true',
  };
}
