/** The SCIM target against a service written by others. */
import { describeTarget } from '../contract/target.ts';
import { openScim } from '../support/scim/opening.ts';
import { startPeer } from '../support/scim/peer.ts';

describeTarget('the SCIM target, with scimmy-routers', async () => {
  const peer = await startPeer();
  const { users } = peer.memory;
  return {
    open: async () => openScim(peer.url).target,
    async putForeign() {
      users.set('theirs', { id: 'theirs', userName: 'Eve@acme.example', active: true, externalId: 'hr:4711' });
      return 'user eve@acme.example';
    },
    async tamper(customer) {
      const own = [...users.values()].find(({ externalId }) => String(externalId).startsWith(`rollcall:${customer}:`));
      if (own !== undefined) users.delete(own.id);
    },
    [Symbol.asyncDispose]: () => peer[Symbol.asyncDispose](),
  };
});
