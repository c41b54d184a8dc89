/** What is asked and not yet answered, by message id (RFC 4511 4.1.1.1). */
import type { DirectoryError } from '../errors.ts';
import type { Frame } from './frames.ts';
import { type LdapResult, readReference, readResult } from './result.ts';

/** All that came in answer to one request. */
export interface Answer {
  /** Search result entries, not yet read (entry.ts). */
  readonly entries: readonly Frame[];
  readonly references: readonly string[];
  readonly result: LdapResult;
}

export interface OpenRequests {
  /** Promises the answer to a request that is about to be sent. `onLate` is called if it takes longer than `timeoutMs`. */
  open(messageId: number, timeoutMs: number, onLate: () => void): Promise<Answer>;
  /** Puts a message to its request; one that nobody waits for is passed over. Throws MalformedBerError. */
  receive(frame: Frame): void;
  rejectAll(error: DirectoryError): void;
}

interface OpenRequest {
  readonly entries: Frame[];
  readonly references: string[];
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: DirectoryError) => void;
  readonly timer: NodeJS.Timeout;
}

const ENTRY = 0x64;
const REFERENCE = 0x73;
// What ends an operation that we ask for: bind, search, extended.
const ENDINGS = new Set<number>([0x61, 0x65, 0x78]);

export function openRequests(): OpenRequests {
  const requests = new Map<number, OpenRequest>();
  return {
    open: (messageId, timeoutMs, onLate) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(onLate, timeoutMs);
        requests.set(messageId, { entries: [], references: [], resolve, reject, timer });
      }),
    receive(frame) {
      const request = requests.get(frame.messageId);
      if (request === undefined) return;
      if (frame.operation === ENTRY) {
        request.entries.push(frame);
      } else if (frame.operation === REFERENCE) {
        request.references.push(...readReference(frame));
      } else if (ENDINGS.has(frame.operation)) {
        const result = readResult(frame);
        requests.delete(frame.messageId);
        clearTimeout(request.timer);
        request.resolve({ entries: request.entries, references: request.references, result });
      }
    },
    rejectAll(error) {
      for (const { reject, timer } of requests.values()) {
        clearTimeout(timer);
        reject(error);
      }
      requests.clear();
    },
  };
}
