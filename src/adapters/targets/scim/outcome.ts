/** How a request about one user or group came out. */
import type { Problem } from '../../../domain/diagnostic.ts';
import type { ScimAnswer } from './client.ts';
import { problem, quoted } from './problems.ts';

export type Outcome =
  /** The id is null where the service did not say it. */
  | { readonly ok: true; readonly id: string | null }
  /** `waits`: it may go through once the others are done. */
  | { readonly ok: false; readonly problem: Problem; readonly waits: boolean };

/** Whether it was done: an answer of 2xx that holds no error, and nothing that is no JSON. */
export function isDone({ status, isMalformed }: ScimAnswer): boolean {
  return status >= 200 && status < 300 && !isMalformed;
}

export function failed(code: string, message: string, hint: string, waits = false): Outcome {
  return { ok: false, problem: problem(code, message, hint), waits };
}

/** `what` is done to `name` in these words: `ann@acme.example could not be made`. */
export function refused(
  host: string,
  what: string,
  { status, scimType, detail, isMalformed }: Pick<ScimAnswer, 'status' | 'scimType' | 'detail' | 'isMalformed'>,
): Outcome {
  const words = detail === '' ? '' : `: "${detail}"`;
  if (isMalformed) {
    const hint = 'Check url of the target, and that no proxy answers in the place of the service.';
    return failed(
      'SCIM_NOT_JSON',
      `${what}: ${host} answered ${status} with what is no JSON, or was cut off${words}.`,
      hint,
    );
  }
  const kind = scimType === '' ? `${status}` : `${status} ${scimType}`;
  const isConflict = status === 409 || scimType === 'uniqueness';
  return failed(
    isConflict ? 'SCIM_CONFLICT' : status === 403 ? 'SCIM_FORBIDDEN' : 'SCIM_REFUSED',
    `${what}: ${host} refused (${kind})${words}.`,
    isConflict
      ? 'Find out who has one of the addresses or the name there, and take it out; the next apply then goes through.'
      : 'Correct what the service says; the next apply tries again.',
    isConflict,
  );
}

/** The name as it can be shown. */
export function nameOf(key: string): string {
  return quoted(key.slice(key.indexOf(' ') + 1));
}
