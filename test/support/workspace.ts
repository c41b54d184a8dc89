/** A workspace in a folder of its own, with recordings in place of its directories, and the program to run in it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { objectDigest } from '../../src/adapters/directory/digest.ts';
import { recordReading } from '../../src/adapters/directory/recording-write.ts';
import type { DirectoryObject } from '../../src/domain/directory.ts';
import type { DirectoryIdentity } from '../../src/domain/identity.ts';
import type { CustomerId } from '../../src/domain/roster.ts';
import { at, HOME, reading } from './builders.ts';
import { type Outcome, type Running, type RunOptions, rollcall, startRollcall } from './rollcall.ts';

export interface TestWorkspace extends Disposable {
  readonly root: string;
  path(...parts: readonly string[]): string;
  write(path: string, text: string): void;
  read(path: string): string;
  /** Puts these objects in the place of a customer's directory. */
  record(customer: string, objects: readonly DirectoryObject[], identity?: DirectoryIdentity): Promise<void>;
  /** Runs the program in the workspace. */
  run(...args: readonly string[]): Promise<Outcome>;
  runWith(options: RunOptions, ...args: readonly string[]): Promise<Outcome>;
  start(options: RunOptions, ...args: readonly string[]): Promise<Running>;
}

export interface WorkspaceOptions {
  /** The files of the customers by name; `customerFile` writes one. */
  readonly customers: Readonly<Record<string, string>>;
  /** Further lines of rollcall.yaml. */
  readonly workspace?: string;
  /** What each directory holds; a customer that is not named here has no recording. */
  readonly directories?: Readonly<Record<string, readonly DirectoryObject[]>>;
}

/** The moment of a plan in these tests, unless they are about another. */
export const MONDAY = '2026-11-23T09:00:00Z';

/** Options that read recordings at a moment that stays the same. */
export const READ = ['--snapshot', 'recordings', '--at', MONDAY] as const;

export interface TemporaryFolder extends Disposable {
  readonly path: string;
}

/** An empty folder; disposing of it removes it. */
export function temporaryFolder(): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), 'rollcall-folder-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** Makes it; disposing of it removes it. */
export async function workspace({
  customers,
  workspace: further = '',
  directories = {},
}: WorkspaceOptions): Promise<TestWorkspace> {
  const root = mkdtempSync(join(tmpdir(), 'rollcall-workspace-'));
  const path = (...parts: readonly string[]) => join(root, ...parts);
  const made: TestWorkspace = {
    root,
    path,
    write: (file, text) => {
      mkdirSync(dirname(path(file)), { recursive: true });
      writeFileSync(path(file), text);
    },
    read: (file) => readFileSync(path(file), 'utf8'),
    record: async (customer, objects, identity) => record(path('recordings'), customer, objects, identity),
    run: (...args) => rollcall(args, { cwd: root }),
    runWith: (options, ...args) => rollcall(args, { cwd: root, ...options }),
    start: (options, ...args) => startRollcall(args, { cwd: root, ...options }),
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
  made.write('rollcall.yaml', `apiVersion: rollcall/v1\nkind: Workspace\ncustomers: [customers/*.yaml]\n${further}`);
  for (const [name, text] of Object.entries(customers)) made.write(`customers/${name}.yaml`, text);
  for (const [name, objects] of Object.entries(directories)) await made.record(name, objects);
  return made;
}

/** The file of a customer whose one domain is `<name>.example`. `directory` are further lines of its directory, `further` of the file. */
export function customerFile(name: string, { directory = '', further = '' } = {}): string {
  return `apiVersion: rollcall/v1
kind: Customer
name: ${name}
domains:
  - {name: ${name}.example, verification: none}
directory:
  type: ldap
  url: ldaps://dc1.${name}.example
  baseDN: ['dc=${name},dc=example']
${indented(directory)}${further}`;
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '  ').replace(/(?<=.)$/, '\n');
}

/** Records a reading of these objects as a complete one. */
export async function record(
  folder: string,
  customer: string,
  objects: readonly DirectoryObject[],
  identity: DirectoryIdentity = HOME,
  recordedAt = '2026-11-20T06:00:00Z',
): Promise<void> {
  const digest = objectDigest();
  for (const object of objects) digest.add(object);
  const { proof, ...read } = reading(objects, identity);
  const complete = { ...read, proof: { ...proof, digest: digest.value() } };
  await recordReading(folder, customer as CustomerId, complete, at(recordedAt));
}
