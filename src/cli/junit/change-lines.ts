/** Changes in a report: a line each, with the deciding reason. */
import { type Action, addressOf, type Change } from '../../domain/change.ts';
import { inert } from '../../domain/inert.ts';

/** Removals first. */
const ORDER: readonly Action[] = ['delete', 'deactivate', 'flag', 'ignore', 'restore', 'create', 'rename', 'update'];

/** `delete user bob@acme.example [DEL-5]: flagged on 2026-11-05, was due on 2026-11-19`, removals first. Inert. */
export function changeLines(changes: readonly Change[]): readonly string[] {
  return ORDER.flatMap((action) =>
    changes
      .filter((change) => change.action === action)
      .map((change) => {
        const [{ rule, message }] = change.reasons;
        return inert(`${action} ${change.resource} ${addressOf(change)} [${rule}]: ${message}`);
      }),
  );
}
