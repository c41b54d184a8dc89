/** The stack of the workspace in examples/onboarding: `npx cdktf synth` at the top of the repository, or run this file with tsx. */
import { fileURLToPath } from 'node:url';
import { App, TerraformOutput, TerraformStack } from 'cdktf';
import { RollcallWorkspace } from 'rollcall/cdktf';

const app = new App();
const stack = new TerraformStack(app, 'mail');

const workspace = await RollcallWorkspace.read(stack, 'rollcall', {
  folder: fileURLToPath(new URL('../onboarding', import.meta.url)),
  // The domain has this SPF record now: whoever is in it may go on sending.
  spfRecords: { 'larch.example': 'v=spf1 ip4:203.0.113.25 -all' },
});

// A provider's resources take the records in this way, each with its own names for the same five things.
for (const { customer, dnsRecordSets } of workspace.customers) {
  for (const { name, type, ttl, values } of dnsRecordSets) {
    new TerraformOutput(stack, `${customer.name}-${type}-${name}`, { value: { name, type, ttl, records: values } });
  }
}

app.synth();
