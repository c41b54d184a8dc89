/** The target in memory is a target too: it passes the contract that the real ones pass. */
import { describeTarget } from '../contract/target.ts';
import { emptyTarget, memoryTarget } from '../support/memory-target.ts';

describeTarget('in memory', async () => {
  const memory = emptyTarget();
  return {
    open: async () => memoryTarget(memory),
    putForeign: async () => {
      const key = 'postmaster@elsewhere.example';
      memory.held.set(key, { owner: 'nobody', customer: null, key, value: key });
      return key;
    },
    tamper: async (customer) => {
      const ours = [...memory.held.values()].find((entry) => entry.owner === 'ours' && entry.customer === customer);
      memory.held.delete(ours?.key ?? '');
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
});
