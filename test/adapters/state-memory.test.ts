/** The store in memory that other tests use keeps the contract too. */
import { describeStateStore } from '../contract/state-store.ts';
import { NOW } from '../support/builders.ts';
import { emptyMemory, memoryReader, memoryStore } from '../support/memory-store.ts';

describeStateStore('in memory', async () => {
  const memory = emptyMemory('lineage');
  return {
    open: async (who = 'ann') => memoryStore(memory, { who, host: 'here', pid: process.pid, now: () => NOW }),
    openToRead: async () => memoryReader(memory),
    [Symbol.asyncDispose]: async () => undefined,
  };
});
