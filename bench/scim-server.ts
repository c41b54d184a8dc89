/** The SCIM service of the benchmark, in a process of its own: prints its URL and token as one line of JSON, and serves until it is told to end. */
import { startPeer, TOKEN } from '../test/support/scim/peer.ts';

const peer = await startPeer();
console.log(JSON.stringify({ url: peer.url, token: TOKEN }));
process.on('SIGTERM', () => process.exit(0));
