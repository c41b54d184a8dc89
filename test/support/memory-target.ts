/** A target in memory: says what the port asks of a target, and stands in for one where a test needs no mail system. */
import { acceptedAddresses, acceptedDomains } from '../../src/domain/accepted.ts';
import { keyOf } from '../../src/domain/address.ts';
import type { FoundEntry, TargetEntry, TargetFailure } from '../../src/domain/target.ts';
import type { Target, TargetTask } from '../../src/ports/target.ts';

/** What is held under each key, and how the target is to behave. */
export interface TargetMemory {
  readonly held: Map<string, FoundEntry>;
  readonly tasks: TargetTask[];
  /** Thrown by the next readings, while it is set. */
  unreadable: Error | null;
  /** What the next writings do not do. */
  refuse: (key: string) => TargetFailure | null;
}

export function emptyTarget(): TargetMemory {
  return { held: new Map(), tasks: [], unreadable: null, refuse: () => null };
}

/** Holds the addresses that mail is taken for. */
export function memoryTarget(memory: TargetMemory, name = 'edge'): Target {
  return {
    name,
    personal: { field: () => null, calledInKeys: false },
    project: (roster) => {
      const domains = acceptedDomains(roster);
      return roster.entries.flatMap((entry) =>
        acceptedAddresses(entry, domains).map(
          (address): TargetEntry => ({ customer: roster.customer, key: keyOf(address), value: entry.address }),
        ),
      );
    },
    read: async (customers) => {
      if (memory.unreadable !== null) throw memory.unreadable;
      const chosen = new Set(customers);
      const entries = [...memory.held.values()].filter((entry) => entry.owner !== 'ours' || chosen.has(entry.customer));
      return { entries, faults: [] };
    },
    people: (entries) => entries.map(({ key }) => ({ address: key, aliases: [], attributes: {} })),
    write: async (task) => {
      memory.tasks.push(task);
      return task.changes.flatMap((change) => {
        const failure = memory.refuse(change.key);
        if (failure !== null) return [failure];
        if (change.action === 'remove') memory.held.delete(change.key);
        else {
          const { customer, key, expected } = change;
          memory.held.set(key, { owner: 'ours', customer, key, value: expected });
        }
        return [];
      });
    },
  };
}
