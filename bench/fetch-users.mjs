/** The floor of the benchmark with a tenant: signs in, fetches every user with the properties that Rollcall asks for, and counts them. */
const { login, graph, tenantId, clientId, secret } = JSON.parse(process.env.SIMULATOR);
const SELECT =
  'id,userPrincipalName,displayName,givenName,surname,mail,proxyAddresses,accountEnabled,userType,mobilePhone,companyName,department';

const form = {
  client_id: clientId,
  client_secret: secret,
  grant_type: 'client_credentials',
  scope: `${graph}/.default`,
};
const token = await fetch(`${login}/${tenantId}/oauth2/v2.0/token`, {
  method: 'POST',
  body: new URLSearchParams(form),
});
const { access_token } = await token.json();

let users = 0;
for (let next = `${graph}/v1.0/users?$select=${SELECT}&$top=999`; next !== undefined; ) {
  const answer = await fetch(next, { headers: { Authorization: `Bearer ${access_token}` } });
  const page = await answer.json();
  users += page.value.length;
  next = page['@odata.nextLink'];
}
console.log(users);
