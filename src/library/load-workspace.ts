/** The files of a workspace: what is wrong with them, and the configuration that they are. */
import { loadWorkspace as loadFiles } from '../adapters/files/workspace.ts';
import type { Finding } from '../config/finding.ts';
import type { Config } from '../domain/config.ts';
import type { Problem } from '../domain/diagnostic.ts';
import { inert } from '../domain/inert.ts';

/** What became of the check of a workspace. */
export interface Validation {
  /** Whether no finding is an error. */
  readonly valid: boolean;
  /** The folder of rollcall.yaml, absolute; null where there is none. */
  readonly root: string | null;
  /** All findings, errors and warnings, sorted by place. */
  readonly findings: readonly Finding[];
  /** Every file that was read, relative to the root, sorted. */
  readonly files: readonly string[];
}

/** A workspace without errors. */
export interface Workspace {
  /** The folder of rollcall.yaml, absolute. */
  readonly root: string;
  /** With every default filled in. Its customers are sorted by name. */
  readonly config: Config;
  /** Findings that are no errors, sorted by place. */
  readonly warnings: readonly Finding[];
}

/** The files of a workspace have errors; the message has them all, each as `file:line:col: error[CODE]: message`. */
export class WorkspaceNotValid extends Error implements Problem {
  /** Always `WorkspaceNotValid`. */
  override readonly name = 'WorkspaceNotValid';
  /** Always `WORKSPACE_NOT_VALID`. */
  readonly code = 'WORKSPACE_NOT_VALID';
  /** What to do next. */
  readonly hint = 'Correct the places that are named; rollcall validate shows them too.';
  /** Errors and warnings, sorted by place. */
  readonly findings: readonly Finding[];
  /** Of these findings. */
  constructor(findings: readonly Finding[]) {
    super(`The workspace is not valid:\n${findings.map(findingText).join('\n')}`);
    this.findings = findings;
  }
}

/** Checks the workspace that a folder is in, as `rollcall validate` does. Rejects for nothing that its files may hold. */
export async function validate(folder: string): Promise<Validation> {
  const { ok, root, findings, files } = await loadFiles(folder);
  return { valid: ok, root, findings, files };
}

/** Loads the workspace that a folder is in. Rejects with WorkspaceNotValid. */
export async function loadWorkspace(folder: string): Promise<Workspace> {
  const loaded = await loadFiles(folder);
  if (!loaded.ok) throw new WorkspaceNotValid(loaded.findings);
  return { root: loaded.root, config: loaded.config, warnings: loaded.findings };
}

/** One finding in a line: `file:line:col: error[CODE]: message`, without control characters. */
export function findingText({ severity, code, message, location: { file, line, column } }: Finding): string {
  return `${inert(file)}:${line}:${column}: ${severity}[${code}]: ${inert(message)}`;
}
