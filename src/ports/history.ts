/** The workspace as it was, from the history that it is kept in. */

/** The files of a workspace at one revision, in a folder of their own. Disposing of it removes the folder. */
export interface PastWorkspace extends AsyncDisposable {
  /** The full name of the commit. */
  readonly commit: string;
  /** Where the files are. The folder is empty where there was no workspace yet. */
  readonly folder: string;
  /** Where the workspace lies in the repository, with a slash at its end; empty for its top. */
  readonly prefix: string;
  /** What is not among the files though it was there, in sentences. */
  readonly notes: readonly string[];
}

export interface History {
  /**
   * The workspace of the folder `root` as it was at `revision`. Nothing is written to the repository, and nothing fetched. Rejects with
   * FileProblem: GIT_MISSING, GIT_REPOSITORY, GIT_REVISION or GIT_FAILED; and with an AbortError once the signal is aborted.
   */
  workspaceAt(root: string, revision: string, signal: AbortSignal): Promise<PastWorkspace>;
}
