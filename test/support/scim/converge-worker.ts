/** A process of its own that brings a service in step with a roster of so many users, to be killed. Arguments: URL, how many. */
import { scimTarget } from '../../../src/adapters/targets/scim/target.ts';
import { user } from '../builders.ts';
import { acme, converge } from './converging.ts';
import { scimConfig } from './opening.ts';
import { TOKEN } from './peer.ts';

const [url = '', count = '0'] = process.argv.slice(2);
const users = Array.from({ length: Number(count) }, (_, index) => user(`u${index}@acme.example`));
const opening = { resolveSecret: async () => TOKEN, log: () => undefined, service: null };
await converge(scimTarget(scimConfig(url, { groups: false }), opening), acme(users));
