/** The step of all other sources: whoever knows the servers of the customer could still deliver to them past the service. */
import { missingFact } from '../../domain/service.ts';
import { serverText } from '../../domain/smtp-probe.ts';
import { count, listed } from '../../domain/words.ts';
import type { SetupInputs } from './inputs.ts';
import { byKind, splitIpv4 } from './networks.ts';
import { type Platform, platformsOf } from './platforms.ts';
import { command, literal } from './powershell.ts';
import { receptionOf } from './reception.ts';
import { probeOf, serversOf } from './sites.ts';
import { type Found, type Instruction, note, only, type StepFindings } from './step.ts';

/** New-InboundConnector takes single addresses and networks from /24 to /32, of IPv4 only. */
const WIDEST_FOR_CONNECTOR = 24;

export function otherSourcesStep(inputs: SetupInputs): StepFindings {
  const { customer, probes } = inputs;
  const missing = missingFact(customer.service, 'ranges');
  if (missing !== null) return only('failed', missing);
  const servers = serversOf(inputs).map((server): Found => {
    const about = serverText(server);
    const probe = probeOf(server, probes);
    if (probe === undefined) return { status: 'unknown', about, message: NOT_ASKED };
    const { kind, words } = receptionOf(probe);
    switch (kind) {
      case 'takes':
        return { status: 'pending', about, message: 'It takes mail from this machine, which is not of the service.' };
      case 'turnsAway':
        return { status: 'done', about, message: `It lets this machine deliver nothing: ${words}` };
      default:
        return { status: 'unknown', about, message: `Whether it lets others in could not be seen. ${words}` };
    }
  });
  return {
    found: servers.length > 0 ? servers : [{ status: 'unknown', about: null, message: NOT_ASKED }],
    todo: [note(LAST), ...platformsOf(customer).flatMap((platform) => HOW[platform](inputs))],
  };
}

const NOT_ASKED =
  'Whether others get in cannot be seen without asking the servers (--smtp), from a machine that is not of the service.';
const LAST =
  'Do this only when the MX records lead to the service and the old ones have run out of every cache: what comes by another way is refused from then on.';

type Instructions = (inputs: SetupInputs) => readonly Instruction[];

const HOW: Readonly<Record<Platform, Instructions>> = {
  onPremises: ({ customer: { service } }) => [
    {
      kind: 'networks',
      text: `Servers of the customer's own: let only these networks connect to port ${service.ports.delivery}, and nobody else.`,
      networks: rangesOf(service),
      port: service.ports.delivery,
    },
  ],
  microsoft365: ({ customer: { service } }) => connector(service),
  googleWorkspace: ({ customer: { service } }) => [
    {
      kind: 'settings',
      text: 'Google Workspace: set the inbound gateway. Let it reject other mail last of all.',
      path: ['Apps', 'Google Workspace', 'Gmail', 'Spam, phishing and malware', 'Inbound gateway'],
      settings: [
        { name: 'Gateway IPs', value: rangesOf(service) },
        { name: 'Automatically detect external IP', value: 'on' },
        { name: 'Reject all mail not from gateway IPs', value: 'on' },
        { name: 'Require TLS for connections from the gateways above', value: 'on' },
      ],
    },
  ],
};

type Service = SetupInputs['customer']['service'];

function rangesOf({ region }: Service): readonly string[] {
  const { ipv4, ipv6 } = byKind(region?.ranges ?? []);
  return [...ipv4, ...ipv6];
}

function connector(service: Service): readonly Instruction[] {
  const { ipv4, ipv6 } = byKind(service.region?.ranges ?? []);
  const parts = ipv4.map((network) => ({ network, parts: splitIpv4(network, WIDEST_FOR_CONNECTOR) }));
  const tooWide = parts.filter((one) => one.parts === null).map(({ network }) => network);
  const addresses = [...new Set(parts.flatMap((one) => one.parts ?? []))];
  const split = parts.some((one) => (one.parts?.length ?? 0) > 1)
    ? `, wider networks split into /${WIDEST_FOR_CONNECTOR}`
    : '';
  const lines = command('New-InboundConnector', {
    Name: literal(connectorName(service, 'inbound')),
    ConnectorType: 'Partner',
    SenderDomains: "'*'",
    RestrictDomainsToIPAddresses: '$true',
    SenderIPAddresses: addresses.map(literal).join(', '),
    RequireTls: '$true',
  });
  const text = `Microsoft 365: this connector takes mail from the service only (${count(addresses.length, 'network')}${split}). In PowerShell of Exchange Online:`;
  return [
    ...(addresses.length === 0 ? [] : [{ kind: 'commands', language: 'powershell', text, lines } as const]),
    ...(ipv6.length === 0
      ? []
      : [
          note(
            `The connector takes no IPv6: ${listed(ipv6)} ${ipv6.length === 1 ? 'is' : 'are'} left out, and mail from there is refused.`,
          ),
        ]),
    ...(tooWide.length === 0
      ? []
      : [
          note(
            `${listed(tooWide)} ${tooWide.length === 1 ? 'is' : 'are'} too wide to be split into /${WIDEST_FOR_CONNECTOR}: name the narrower networks that mail really comes from under service.regions.`,
          ),
        ]),
  ];
}

/** A connector's name has 64 characters at most. */
const LONGEST_NAME = 64;

/** Names the connector after the service. */
export function connectorName({ displayName, profile }: Service, direction: 'inbound' | 'outbound'): string {
  const name = [...(displayName ?? profile ?? 'Gateway')].slice(0, LONGEST_NAME - direction.length - 1).join('');
  return `${name} ${direction}`;
}
