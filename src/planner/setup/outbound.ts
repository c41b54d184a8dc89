/** The step of outbound mail: the customer's servers hand it to the service (DOM-6). */
import type { CustomerService } from '../../domain/service.ts';
import { missingFact } from '../../domain/service.ts';
import { listed } from '../../domain/words.ts';
import { siteChanges } from '../sites.ts';
import { applyCommand } from './apply-first.ts';
import type { SetupInputs } from './inputs.ts';
import { connectorName } from './other-sources.ts';
import { type Platform, platformsOf } from './platforms.ts';
import { command, literal } from './powershell.ts';
import { type Found, type Instruction, only, type StepFindings } from './step.ts';

export function outboundStep(inputs: SetupInputs): StepFindings {
  const { customer, roster } = inputs;
  const { relays, service } = customer;
  const hosted = platformsOf(customer).filter((platform) => platform !== 'onPremises');
  const stated = customer.sites.length > 0;
  if (relays.length === 0 && (hosted.length === 0 || !stated)) return only('notNeeded', NONE_STATED);
  const missing = missingFact(service, 'smartHost');
  if (missing !== null) return only('failed', missing);
  const smartHost = service.region?.smartHost ?? '';
  const changes = siteChanges(customer, roster).filter(({ resource }) => resource === 'relay');
  const platforms = [...(relays.length > 0 ? (['onPremises'] as const) : []), ...hosted];
  return {
    found: [
      ...relays.map(
        ({ name, addresses }): Found => ({
          status: 'done',
          about: name,
          message: `The service takes outbound mail from ${listed(addresses)}.`,
        }),
      ),
      ...changes.map(
        (change): Found => ({
          status: 'pending',
          about: change.action === 'delete' ? change.before.name : change.after.name,
          message: 'The relay is not applied as it is stated.',
        }),
      ),
      {
        status: 'unknown',
        about: null,
        message: `Whether mail is sent by way of ${smartHost} cannot be seen from here.`,
      },
    ],
    todo: [
      ...(changes.length === 0 ? [] : [applyCommand(customer.name, 'Tell the service of the relays:')]),
      ...platforms.map((platform) => HOW[platform](service, smartHost)),
    ],
  };
}

const NONE_STATED =
  "No server of the customer's own is stated under outbound.relays: what it sends does not go through the service.";

type HowTo = (service: CustomerService, smartHost: string) => Instruction;

const HOW: Readonly<Record<Platform, HowTo>> = {
  onPremises: ({ ports }, smartHost) => ({
    kind: 'settings',
    text: "Servers of the customer's own: have all mail for other domains sent to the smart host.",
    path: [],
    settings: [
      { name: 'Smart host', value: smartHost },
      { name: 'Port', value: String(ports.smartHost) },
    ],
  }),
  microsoft365: (service, smartHost) => ({
    kind: 'commands',
    language: 'powershell',
    text: 'Microsoft 365: this connector sends all mail for other domains to the smart host. In PowerShell of Exchange Online:',
    lines: command('New-OutboundConnector', {
      Name: literal(connectorName(service, 'outbound')),
      ConnectorType: 'Partner',
      RecipientDomains: "'*'",
      UseMXRecord: '$false',
      SmartHosts: literal(smartHost),
      TlsSettings: 'EncryptionOnly',
    }),
  }),
  googleWorkspace: (_service, smartHost) => ({
    kind: 'settings',
    text: 'Google Workspace: set the outbound gateway.',
    path: ['Apps', 'Google Workspace', 'Gmail', 'Routing', 'Outbound gateway'],
    settings: [{ name: 'Outbound gateway', value: smartHost }],
  }),
};
