/** The floor of the benchmark with SCIM: posts USERS users, four at a time, and does nothing else. */
const { url, token } = JSON.parse(process.env.SERVICE);
const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/scim+json' };
const SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:User';

let next = 0;
async function work() {
  for (;;) {
    const index = next++;
    if (index >= Number(process.env.USERS)) return;
    const user = {
      schemas: [SCHEMA],
      userName: `floor${index}@acme.example`,
      externalId: `floor-${index}`,
      displayName: `User ${index}`,
      active: true,
      emails: [{ value: `floor${index}@acme.example`, type: 'work', primary: true }],
    };
    const answer = await fetch(`${url}/Users`, { method: 'POST', headers, body: JSON.stringify(user) });
    if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`);
    await answer.arrayBuffer();
  }
}
await Promise.all([work(), work(), work(), work()]);
