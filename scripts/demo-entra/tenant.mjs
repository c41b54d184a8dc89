/**
 * What somebody with the admin centre would do in the tenant: `node tenant.mjs hire NAME | marry NAME SURNAME | leave NAME | revoke PERMISSION |
 * grant PERMISSION | forget | requests`. CONTROL names the simulator.
 */
import { mailOf, userOf } from './world.mjs';

const { CONTROL } = process.env;
const [verb, ...words] = process.argv.slice(2);
const person = personOf(words[0] ?? '');

const ORDERS = {
  hire: () => [{ op: 'hire', user: userOf(person, { department: words[1] }) }],
  marry: () => {
    const married = { ...person, surname: words[1] };
    const set = { surname: words[1], displayName: `${married.givenName} ${married.surname}` };
    return [{ op: 'rename', user: mailOf(person), mail: mailOf(married), set }];
  },
  leave: () => [{ op: 'delete', user: mailOf(person) }],
  revoke: () => [{ op: 'revoke', permissions: [words[0]] }, { op: 'expireAccessTokens' }],
  grant: () => [{ op: 'grant', permissions: [words[0]] }],
  // Graph keeps what it needs to tell changes apart for seven days.
  forget: () => [{ op: 'expireDeltaTokens' }],
  requests: () => [{ op: 'requests' }, { op: 'clearRequests' }],
};

for (const order of ORDERS[verb]()) {
  const response = await fetch(CONTROL, { method: 'POST', body: JSON.stringify(order) });
  const answer = await response.json();
  if (!answer.ok) throw new Error(answer.error);
  if (answer.requests !== undefined) report(answer.requests);
}

function report(requests) {
  const graph = requests.filter(({ path }) => path.startsWith('/v1.0/'));
  for (const { method, path } of graph) console.log(`${method} ${decodeURIComponent(path.split('?')[0])}`);
  console.log(`Asked of Microsoft Graph since the last time: ${graph.length}.`);
}

function personOf(name) {
  const [givenName, surname] = name.split(' ');
  return { givenName, surname };
}
