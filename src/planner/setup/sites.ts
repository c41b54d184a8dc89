/** The step of the sites: where the service delivers what it lets through (DOM-6). */
import type { SiteServer } from '../../domain/config.ts';
import { smtpFindings } from '../../domain/smtp-findings.ts';
import { type SmtpProbe, serverText } from '../../domain/smtp-probe.ts';
import { listed } from '../../domain/words.ts';
import { siteChanges } from '../sites.ts';
import { applyCommand } from './apply-first.ts';
import type { SetupInputs } from './inputs.ts';
import { receptionOf } from './reception.ts';
import { type Found, type Instruction, note, only, type StepFindings } from './step.ts';

export function sitesStep(inputs: SetupInputs): StepFindings {
  const { customer, roster, probes } = inputs;
  if (customer.sites.length === 0) return only('pending', 'No site is stated.', example(customer));
  const homeless = customer.domains.filter(({ site }) => site === null).map(({ name }) => name);
  const changes = siteChanges(customer, roster).filter(({ resource }) => resource === 'site');
  const servers = serversOf(inputs).map((server) => seen(server, probes));
  return {
    found: [
      ...homeless.map((about): Found => ({ status: 'pending', about, message: 'It belongs to no site.' })),
      ...changes.map((change): Found => {
        const about = change.action === 'delete' ? change.before.name : change.after.name;
        return { status: 'pending', about, message: 'The site is not applied as it is stated.' };
      }),
      ...servers,
    ],
    todo: [
      ...(homeless.length === 0
        ? []
        : [note(`Name a site for ${listed(homeless)} under "domains", or make one the default (default: true).`)]),
      ...(changes.length === 0 ? [] : [applyCommand(customer.name, 'Tell the service of the sites:')]),
      ...(servers.every(({ status }) => status === 'done') ? [] : [note(MEND)]),
    ],
  };
}

const MEND =
  'Put right what is said of the servers above. Where one does not answer this machine, look from a network that it does let in.';

function example({ domains }: SetupInputs['customer']): Instruction {
  const address = `mail.${domains[0]?.name ?? 'acme.example'}`;
  return {
    kind: 'commands',
    language: 'yaml',
    text: 'State where the mail of the customer is delivered to, in its file, as here:',
    lines: ['sites:', '  - name: main', `    servers: [{address: ${address}, port: 25}]`],
  };
}

/** Each once, whatever number of sites share it. */
export function serversOf({
  customer,
}: Pick<SetupInputs, 'customer'>): readonly Pick<SiteServer, 'address' | 'port'>[] {
  const servers = customer.sites.flatMap((site) => site.servers);
  return [...new Map(servers.map((server) => [serverText(server), server])).values()];
}

export function probeOf(
  server: Pick<SiteServer, 'address' | 'port'>,
  probes: readonly SmtpProbe[] | null,
): SmtpProbe | undefined {
  const about = serverText(server);
  return probes?.find((probe) => serverText(probe.server) === about);
}

function seen(server: Pick<SiteServer, 'address' | 'port'>, probes: readonly SmtpProbe[] | null): Found {
  const about = serverText(server);
  const probe = probeOf(server, probes);
  if (probe === undefined) return { status: 'done', about, message: 'It is stated, and was not asked.' };
  const { kind, words } = receptionOf(probe);
  switch (kind) {
    case 'takes': {
      const warnings = smtpFindings(probe).map(({ message }) => ` ${message}`);
      return { status: 'done', about, message: `It answers, and takes mail.${warnings.join('')}` };
    }
    case 'turnsAway':
      return { status: 'done', about, message: `It answers, and lets this machine deliver nothing: ${words}` };
    case 'silent':
      return {
        status: 'unknown',
        about,
        message: `It does not answer this machine: it is down, or its firewall lets only others in. ${words}`,
      };
    case 'unclear':
      return { status: 'unknown', about, message: `It gave no clear answer: ${words}` };
    case 'wrong':
      return { status: 'failed', about, message: words };
  }
}
