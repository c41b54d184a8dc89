/** The step of the firewall: the service delivers from its own networks only. */
import { missingFact } from '../../domain/service.ts';
import { serverText } from '../../domain/smtp-probe.ts';
import type { SetupInputs } from './inputs.ts';
import { byKind } from './networks.ts';
import { platformsOf } from './platforms.ts';
import { receptionOf } from './reception.ts';
import { probeOf, serversOf } from './sites.ts';
import { type Found, type Instruction, only, type StepFindings } from './step.ts';

export function firewallStep(inputs: SetupInputs): StepFindings {
  const { customer, probes } = inputs;
  if (!platformsOf(customer).includes('onPremises')) {
    return only('notNeeded', "The servers are a provider's: there is no firewall of the customer's own before them.");
  }
  const missing = missingFact(customer.service, 'ranges');
  if (missing !== null) return only('failed', missing);
  const servers = serversOf(inputs).map((server): Found => {
    const about = serverText(server);
    const probe = probeOf(server, probes);
    if (probe === undefined || receptionOf(probe).kind !== 'takes')
      return { status: 'unknown', about, message: UNSEEN };
    return {
      status: 'done',
      about,
      message: 'It lets this machine in, which is nobody in particular: so it does the service.',
    };
  });
  const found: readonly Found[] = servers.length > 0 ? servers : [{ status: 'unknown', about: null, message: UNSEEN }];
  return { found, todo: [allow(inputs)] };
}

const UNSEEN = 'Whether the networks of the service get through cannot be seen from here.';

function allow({ customer: { service } }: SetupInputs): Instruction {
  const { ipv4, ipv6 } = byKind(service.region?.ranges ?? []);
  const port = service.ports.delivery;
  const text = `Let these networks of the service connect to the mail servers, over TCP at port ${port}, and to the port of each server where that is another:`;
  return { kind: 'networks', text, networks: [...ipv4, ...ipv6], port };
}
