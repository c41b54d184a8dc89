/**
 * A step for every serial of a roster, and a copy for every position, the same in every process: what a process did before it was killed can
 * be told from the serial or the position alone.
 */

import type { Change, NonEmpty, Reason } from '../../src/domain/change.ts';
import type { DirectoryCopyUpdate } from '../../src/domain/directory-copy.ts';
import { instantOf } from '../../src/domain/instant.ts';
import { isUser, type ObjectId, type Roster, type User } from '../../src/domain/roster.ts';
import type { Step } from '../../src/planner/advance.ts';

const PEOPLE_PER_STEP = 60;
const REASONS: NonEmpty<Reason> = [{ message: 'in the directory', rule: 'SEL-1' }];

/** The step that leads from a roster of this serial to the next: people come, of those before some change, and in the end all go. */
export function numberedStep({ serial, entries }: Roster): Step {
  const come = Array.from(
    { length: PEOPLE_PER_STEP },
    (_, index): Change => ({
      action: 'create',
      after: person(serial, index),
      reasons: REASONS,
      resource: 'user',
    }),
  );
  const change = entries.filter(isUser).flatMap((before, index): Change[] => {
    const isOld = before.attributes.department !== `step ${serial - 1}`;
    if (isOld || index % 3 === 0) return [{ action: 'delete', before, reasons: REASONS, resource: 'user' }];
    if (index % 3 === 1) return [];
    const after = { ...before, address: `renamed.${before.address}` };
    return [{ action: 'rename', after, before, reasons: REASONS, resource: 'user' }];
  });
  return {
    at: instantOf(Date.UTC(2026, 0, 1) + serial * 1000),
    changes: [...change, ...come],
    directory: { type: 'ldap', id: 'home' },
  };
}

function person(serial: number, index: number): User {
  return {
    addition: false,
    address: `p${index}.${serial}@acme.example`,
    aliases: [`alias${index}.${serial}@acme.example`],
    archive: null,
    attributes: { department: `step ${serial}`, displayName: `Person ${index} of ${serial}` },
    flaggedAt: null,
    objectId: `${serial}-${index}` as ObjectId,
    rules: { allow: [], deny: [] },
    source: 'ldap',
    status: 'active',
    type: 'user',
  };
}

const OBJECTS_PER_COPY = 500;

/** The update that leads to the copy of this position, counted from 1: all objects change, one comes, one goes. */
export function numberedCopy(position: number): DirectoryCopyUpdate {
  const same = Array.from({ length: OBJECTS_PER_COPY }, (_, index) => `key${index}`);
  return {
    identity: { type: 'entra', id: 'tenant' },
    question: 'all',
    position: String(position),
    fullAt: instantOf(Date.UTC(2026, 0, 1)),
    from: position === 1 ? null : String(position - 1),
    changed: [...same, `of${position}`].map((key) => [key, `text ${position}`]),
    removed: [`of${position - 1}`],
  };
}
