/** Who is who: which roster entry each supplied user or group continues (MRG, DEL-11). */
import type { Reason } from '../domain/change.ts';
import type { Diagnostic } from '../domain/diagnostic.ts';
import type { DirectoryObject } from '../domain/directory.ts';
import { type Entry, isUser, type ObjectId } from '../domain/roster.ts';
import { linkConfigured, unsuppliedAdditions } from './configured.ts';
import type { Waiting } from './domains.ts';
import { frozenAliases, indexByKey, type Matching, type MergeInputs } from './matching.ts';
import type { Selected } from './select.ts';
import type { Supply } from './supply.ts';
import { TELL } from './telling.ts';

export interface Merge {
  readonly supplies: readonly Supply[];
  /** Roster entries that no live source supplies. */
  readonly left: readonly Entry[];
  /** Users of the configuration and additions that would be new in a domain that is not verified yet (SEL-6). */
  readonly waiting: readonly Waiting[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Matches every supplied user and group to the roster. The order of the inputs decides nothing. */
export function merge(inputs: MergeInputs): Merge {
  const taken = new Set<Entry>();
  const frozen = frozenAliases(inputs);
  const { known, unknown } = matchById({ ...inputs, taken, frozen });
  const { users } = inputs.customer;
  // Where every object is known by its id, and nobody else supplies anybody, addresses need not be looked up.
  const byKey = unknown.length + users.length + inputs.additions.length === 0 ? new Map() : indexByKey(inputs.roster);
  const matching = { ...inputs, byKey, taken, frozen };
  const supplies = [...known, ...matchByAddress(unknown, matching)];
  const waiting = linkConfigured(matching, supplies);
  const additions = unsuppliedAdditions(matching, supplies);
  return {
    supplies: [...supplies, ...additions.supplies],
    left: inputs.roster.entries.filter((entry) => !taken.has(entry)),
    waiting: [...waiting, ...additions.waiting],
    diagnostics: additions.diagnostics,
  };
}

/** MRG-1; across directories ids mean nothing (DEL-11). */
function matchById({ selected, roster, switched, taken, frozen, released }: Omit<Matching, 'byKey'>): {
  known: readonly Supply[];
  unknown: readonly Selected[];
} {
  const find = switched ? () => undefined : finderById(roster.entries);
  const known: Supply[] = [];
  const unknown: Selected[] = [];
  for (const one of selected) {
    const stored = find(one.object);
    if (stored !== undefined && !released.has(stored)) {
      taken.add(stored);
      known.push(supplyOf(one, stored, null, frozen));
    } else {
      unknown.push(one);
    }
  }
  return { known, unknown };
}

function matchByAddress(unknown: readonly Selected[], matching: Matching): readonly Supply[] {
  const { byKey, taken, frozen } = matching;
  // Of two objects with one primary the smaller id is bound, whichever was read first.
  const waiting = byKey.size === 0 ? unknown : unknown.toSorted((a, b) => (a.object.id < b.object.id ? -1 : 1));
  return waiting.map((selected) => {
    const stored = byKey.get(selected.primary.key);
    if (stored === undefined || taken.has(stored) || !sameKind(stored, selected.object)) {
      return supplyOf(selected, null, null, frozen);
    }
    const binding = bindingOf(stored, selected.object, matching);
    if (binding === null) return supplyOf(selected, null, null, frozen);
    taken.add(stored);
    return supplyOf(selected, stored, binding, frozen);
  });
}

function supplyOf(
  { object, primary, aliases }: Selected,
  stored: Entry | null,
  binding: Reason | null,
  frozen: Matching['frozen'],
): Supply {
  const kept = frozen(stored);
  const all = kept.length === 0 ? aliases : [...aliases, ...kept];
  return { object, configured: null, addition: null, primary, aliases: all, stored, binding };
}

/** Groups stay groups; a user may become a public folder and back. */
function finderById(entries: readonly Entry[]): (object: DirectoryObject) => Entry | undefined {
  const users = new Map<ObjectId, Entry>();
  const groups = new Map<ObjectId, Entry>();
  for (const entry of entries) if (entry.objectId !== null) (isUser(entry) ? users : groups).set(entry.objectId, entry);
  return ({ id, kind }) => (kind === 'group' ? groups : users).get(id);
}

function sameKind(entry: Entry, object: DirectoryObject): boolean {
  return isUser(entry) === (object.kind !== 'group');
}

/** Why an entry found by its primary is this object, or null if it is somebody else. */
function bindingOf(stored: Entry, object: DirectoryObject, { wasRead, switched }: MergeInputs): Reason | null {
  if (switched && stored.objectId !== null) {
    return { rule: 'DEL-11', message: TELL.rebound.say({ name: object.name }) };
  }
  if (stored.objectId === null) {
    return isUser(stored) && stored.addition
      ? { rule: 'MRG-4', message: TELL.supplied.say({ name: object.name }) }
      : { rule: 'MRG-2', message: TELL.boundTo.say({ name: object.name }) };
  }
  if (wasRead(stored.objectId)) return null;
  return { rule: 'MRG-6', message: TELL.madeAnew.say({ name: object.name }) };
}
