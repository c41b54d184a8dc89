/** The user stopped the command (Ctrl-C, or a signal). */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  constructor() {
    super('Interrupted.');
  }
}

/** Whether this is what became of work that the user stopped: ours, or that of something else that took the signal. */
export function isInterruption(error: unknown, signal: AbortSignal): boolean {
  return error instanceof Interrupted || (signal.aborted && error instanceof Error && error.name === 'AbortError');
}

export function throwIfInterrupted(signal: AbortSignal): void {
  if (signal.aborted) throw new Interrupted();
}
