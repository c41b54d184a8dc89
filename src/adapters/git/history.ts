/**
 * The workspace as it was at a revision, from git. The files are written here, out of git's objects: a checkout would need an index and would run
 * the filters that the repository names.
 */
import { rmSync } from 'node:fs';
import { mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileProblem } from '../../ports/documents.ts';
import type { History, PastWorkspace } from '../../ports/history.ts';
import { type Git, GitFailed, gitIn } from './git.ts';
import { parseTree } from './tree.ts';
import { writeTree } from './write-tree.ts';

export const gitHistory: History = { workspaceAt };

async function workspaceAt(root: string, revision: string, signal: AbortSignal): Promise<PastWorkspace> {
  const git = gitIn(root, signal);
  try {
    const prefix = await prefixIn(git, root);
    const commit = await commitOf(git, revision);
    return await writtenOut(git, commit, prefix);
  } catch (error) {
    if (signal.aborted || error instanceof FileProblem) throw error;
    throw problem(
      'GIT_FAILED',
      `The workspace at ${JSON.stringify(revision)} could not be read from git: ${error instanceof Error ? error.message : error}.`,
      'Try the same with git itself: git ls-tree -r REVISION',
      error,
    );
  }
}

async function prefixIn(git: Git, root: string): Promise<string> {
  try {
    return lineOf(await git.run(['rev-parse', '--show-prefix']));
  } catch (error) {
    if (!(error instanceof GitFailed)) throw error;
    const isOwned = /dubious ownership/.test(error.message);
    throw problem(
      'GIT_REPOSITORY',
      isOwned
        ? `The git repository of ${root} belongs to somebody else, so git does not read it.`
        : `${root} is in no git repository: ${error.message}.`,
      isOwned
        ? `Say that it may be trusted: git config --global --add safe.directory ${root}`
        : 'A replay compares with a revision in git: run it in a clone of the repository that holds the workspace.',
      error,
    );
  }
}

async function commitOf(git: Git, revision: string): Promise<string> {
  try {
    return lineOf(await git.run(['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`]));
  } catch (error) {
    if (!(error instanceof GitFailed)) throw error;
    const isShallow = lineOf(await git.run(['rev-parse', '--is-shallow-repository'])) === 'true';
    throw problem(
      'GIT_REVISION',
      `The repository has no revision ${JSON.stringify(revision)}.`,
      isShallow
        ? 'This is a shallow clone, which lacks most of the history. Fetch it whole: git fetch --unshallow; in a pipeline, fetch-depth: 0.'
        : 'Give a branch, a tag or a commit that "git log" knows, such as origin/main. Perhaps it has to be fetched first.',
      error,
    );
  }
}

async function writtenOut(git: Git, commit: string, prefix: string): Promise<PastWorkspace> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'rollcall-revision-')));
  // Also where the process is told to end at once.
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  const dispose = async () => {
    process.off('exit', remove);
    remove();
  };
  try {
    // In the folder of the workspace this lists what is below it, with paths from there.
    const entries = parseTree(await git.run(['ls-tree', '-r', '-z', '-l', commit]));
    const notes = await writeTree(git, entries, folder);
    return { commit, folder, prefix, notes, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

function lineOf(output: Buffer): string {
  return output.toString('utf8').replace(/\n$/, '');
}

function problem(code: string, message: string, hint: string, cause: unknown): FileProblem {
  return new FileProblem({ code, message, hint }, { cause });
}
