/** The SCIM service of the benchmark, in a process of its own: prints its URL and token as one line of JSON, and serves until it is told to end. */
import { TOKEN } from '../test/support/scim/peer.ts';
import { startStub } from '../test/support/scim/stub.ts';

const stub = await startStub();
// Looking through everybody for each new name would be most of what is measured.
stub.traits.isLax = true;
console.log(JSON.stringify({ url: stub.url, token: TOKEN }));
process.on('SIGTERM', () => process.exit(0));
