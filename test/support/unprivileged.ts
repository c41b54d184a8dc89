/** Does something without root's right to pass over every permission. */

// The user `nobody` of Debian and most others.
const NOBODY = 65534;

/** Runs `work` as a user who owns nothing, if this process is root's; else as it is. */
export async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(NOBODY);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}
