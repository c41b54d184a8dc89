/** The changes that take users over (IMP-1). */
import type { Change, EntryChange } from '../domain/change.ts';
import type { CustomerConfig } from '../domain/config.ts';
import { type Diagnostic, diagnostic } from '../domain/diagnostic.ts';
import type { Roster, Source, Tombstone, User } from '../domain/roster.ts';
import { count } from '../domain/words.ts';
import { inPlanOrder, revival } from './changes.ts';
import type { TakenUser } from './take-over.ts';
import { heirsOf } from './tombstones.ts';

/** Creates users of the directory's source whom no directory has supplied yet. Who comes back after a deletion gets the archive (DEL-6). */
export function takeOverChanges(
  users: readonly TakenUser[],
  { roster, source, target }: { readonly roster: Roster; readonly source: Source; readonly target: string },
): readonly Change[] {
  const tombstones = heirsOf(roster.tombstones, users, ({ address }) => ({ objectId: null, primary: address.key }));
  const changes = users.map((user): EntryChange => {
    const tombstone = tombstones.get(user);
    return {
      action: 'create',
      after: entryOf(user, source, tombstone),
      reasons: [
        { rule: 'IMP-1', message: `found in ${target}` },
        ...(tombstone === undefined ? [] : [revival(tombstone)]),
      ],
      resource: 'user',
    };
  });
  return inPlanOrder(changes);
}

function entryOf({ address, aliases, attributes }: TakenUser, source: Source, tombstone: Tombstone | undefined): User {
  return {
    addition: false,
    address: address.display,
    aliases: aliases.map(({ display }) => display),
    archive: tombstone?.archive ?? null,
    attributes,
    flaggedAt: null,
    objectId: null,
    rules: { allow: [], deny: [] },
    source,
    status: 'active',
    type: 'user',
  };
}

/** Where there are more users than seats then. It holds nothing back: they are served already (CNT-1). */
export function takeOverWarnings({ seats, location }: CustomerConfig, after: number): readonly Diagnostic[] {
  if (seats === null || after <= seats) return [];
  const message = `${count(after, 'billable user')} for ${count(seats, 'seat')}. Aliases and groups among them are told apart by the next plan (MRG-7); until there are seats, nobody can be added.`;
  return [diagnostic('warning', 'CNT-1', message, { location })];
}
