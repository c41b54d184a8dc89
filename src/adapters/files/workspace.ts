/** Loads a workspace: finds rollcall.yaml, reads it and every customer file, and says all that is wrong with them at once. */
import { realpath } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import pLimit from 'p-limit';
import picomatch from 'picomatch';
import { glob } from 'tinyglobby';
import { checkCustomers } from '../../config/checks.ts';
import { checkTargets } from '../../config/checks-targets.ts';
import { capFindings, error, type Finding, sortFindings, warning } from '../../config/finding.ts';
import {
  type Inherited,
  importsOf,
  type NormalizedWorkspace,
  normalizeCustomer,
  normalizeWorkspace,
} from '../../config/normalize.ts';
import { parseCustomer, parseWorkspace } from '../../config/parse.ts';
import type { Config, CustomerConfig } from '../../domain/config.ts';
import { loadProfile } from './profiles.ts';
import { readImports } from './workspace-imports.ts';
import { findRoot, WORKSPACE_FILE } from './workspace-root.ts';
import { readText } from './workspace-text.ts';

/** What became of the files of a workspace. Findings are sorted by place; those of a loaded one are warnings. */
export type LoadedWorkspace = {
  readonly findings: readonly Finding[];
  /** Every file that was read, relative to the root, sorted. */
  readonly files: readonly string[];
} & (
  | { readonly ok: true; readonly config: Config; readonly root: string }
  /** The root is null where no workspace was found. */
  | { readonly ok: false; readonly root: string | null }
);

const FILES_AT_ONCE = 16;

/** Loads the workspace that the folder `start` is in. Rejects for nothing that the files may hold. */
export async function loadWorkspace(start: string): Promise<LoadedWorkspace> {
  const root = await findRoot(resolve(start));
  if (root === null) return { ok: false, root, files: [], findings: [notFound(start)] };
  const cite = (path: string) => relative(root, path).split(sep).join('/') || '.';
  const text = await readText(join(root, WORKSPACE_FILE));
  if (!text.ok) {
    const location = { file: WORKSPACE_FILE, line: text.line ?? 1, column: 1 };
    return { ok: false, root, files: [WORKSPACE_FILE], findings: [error('CONFIG_FILE', location, text.problem)] };
  }
  const parsed = parseWorkspace(text.text, WORKSPACE_FILE);
  const workspace = normalizeWorkspace(parsed, (path) => resolve(root, path));
  const { paths, findings } = await findCustomers(
    root,
    parsed.value === null || parsed.incomplete.has('customers') ? [] : workspace.customers,
  );
  const { profile, ...service } = await loadProfile(workspace.service, root, cite);
  const inherited = { ...workspace, service: profile };
  const withService = (incomplete: ReadonlySet<string>) =>
    parsed.incomplete.has('service') || (profile === null && workspace.service !== null)
      ? new Set([...incomplete, 'service'])
      : incomplete;
  const limit = pLimit(FILES_AT_ONCE);
  const loads = await Promise.all(paths.map((path) => limit(() => loadCustomer(path, inherited, cite))));
  const customers = loads.flatMap(({ customer }) => customer ?? []);
  const matches = (pattern: string, name: string) => picomatch(pattern)(name);
  const found = sortFindings([
    ...parsed.findings,
    ...workspace.findings,
    ...service.findings,
    ...findings,
    ...loads.flatMap((load) => load.findings),
    ...checkCustomers(
      loads.flatMap(({ customer, incomplete }) =>
        customer ? [{ customer, incomplete: withService(incomplete) }] : [],
      ),
    ),
    ...checkTargets(workspace.workspace.targets, customers, matches),
  ]);
  const all = capFindings(found);
  const read = [...service.files, ...loads.flatMap((load) => load.files)];
  const files = [WORKSPACE_FILE, ...new Set(read.map(cite))].toSorted();
  if (found.some(({ severity }) => severity === 'error')) return { ok: false, root, files, findings: all };
  const sorted = customers.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const config = { workspace: { ...workspace.workspace, service: profile }, customers: sorted };
  return { ok: true, root, files, findings: all, config };
}

function notFound(start: string): Finding {
  return error(
    'CONFIG_FILE',
    { file: WORKSPACE_FILE, line: 1, column: 1 },
    `There is no ${WORKSPACE_FILE} in ${resolve(start)} or in a folder above it. Change to the workspace, name it with -C DIR, or make one with: rollcall init`,
  );
}

/** The files that the patterns match, sorted, each once whatever links lead to it; the workspace's own file is none of them. */
async function findCustomers(root: string, customers: NormalizedWorkspace['customers']) {
  const findings: Finding[] = [];
  const matched = new Set<string>();
  const ignore = customers.flatMap(({ pattern }) => (pattern.startsWith('!') ? [pattern.slice(1)] : []));
  for (const { pattern, location } of customers) {
    if (pattern.startsWith('!')) continue;
    const found = await glob(pattern, { cwd: root, ignore, absolute: true, expandDirectories: false });
    const files = found.map((path) => resolve(path)).filter((path) => path !== join(root, WORKSPACE_FILE));
    if (files.length === 0) findings.push(warning('CONFIG_NO_CUSTOMERS', location, `"${pattern}" matches no file.`));
    for (const file of files) matched.add(file);
  }
  return { paths: await withoutLinks([...matched].toSorted(), join(root, WORKSPACE_FILE)), findings };
}

/** The paths less those that lead to `own`, or to the file of a path before them. */
async function withoutLinks(paths: readonly string[], own: string): Promise<readonly string[]> {
  const real = (path: string) => realpath(path).catch(() => path);
  const seen = new Set([await real(own)]);
  const names = await Promise.all(paths.map(real));
  return paths.filter((_, index) => {
    const name = names[index] ?? '';
    const isNew = !seen.has(name);
    seen.add(name);
    return isNew;
  });
}

interface CustomerLoad {
  readonly customer: CustomerConfig | null;
  readonly incomplete: ReadonlySet<string>;
  readonly findings: readonly Finding[];
  readonly files: readonly string[];
}

async function loadCustomer(path: string, inherited: Inherited, cite: (path: string) => string): Promise<CustomerLoad> {
  const file = cite(path);
  const read = await readText(path);
  if (!read.ok) {
    const finding = error('CONFIG_FILE', { file, line: read.line ?? 1, column: 1 }, read.problem);
    return { customer: null, incomplete: new Set(), findings: [finding], files: [path] };
  }
  const parsed = parseCustomer(read.text, file);
  const imported = await readImports(path, importsOf(parsed), cite);
  const { value, findings } = normalizeCustomer(parsed, imported.users, inherited, (target) =>
    resolve(dirname(path), target),
  );
  return {
    customer: value,
    incomplete: parsed.incomplete,
    findings: [...parsed.findings, ...imported.findings, ...findings],
    files: [path, ...imported.files],
  };
}
