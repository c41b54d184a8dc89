/** The step of the MX records: mail for the domains goes to the service, and only there (DOM-4). */
import type { DomainConfig } from '../../domain/config.ts';
import type { MailExchange } from '../../domain/observations.ts';
import { missingFact } from '../../domain/service.ts';
import { assessDomain } from '../dns/assess.ts';
import { seconds } from '../dns/finding.ts';
import type { MxAssessment } from '../dns/mx.ts';
import type { SetupInputs } from './inputs.ts';
import {
  type Found,
  type Instruction,
  note,
  only,
  type SetupRecord,
  type StepFindings,
  type StepStatus,
} from './step.ts';

/** As is usual where nothing has been said: one that leaves room before it. */
const FIRST_PREFERENCE = 10;

export function mxStep({ customer, observations }: Pick<SetupInputs, 'customer' | 'observations'>): StepFindings {
  const missing = missingFact(customer.service, 'mx');
  if (missing !== null) return only('failed', missing);
  const seen = customer.domains.map((domain) => {
    const { mx } = assessDomain(domain, null, customer, observations.get(domain.name) ?? null);
    return { domain, mx, found: foundOf(domain, mx) };
  });
  const open = seen.filter(({ found }) => found.status !== 'done');
  const routes = open.map(({ domain, mx }) => routesOf(domain, mx));
  const life = Math.max(0, ...open.map(({ mx }) => mx.ttl ?? 0));
  return {
    found: seen.map(({ found }) => found),
    todo: [
      ...records(
        'add',
        'Set these MX records, at whoever hosts the DNS of the domains:',
        routes.flatMap(({ add }) => add),
      ),
      ...records(
        'remove',
        'Once mail flows, take these away: mail that goes there passes the service by.',
        routes.flatMap(({ remove }) => remove),
      ),
      ...(life === 0
        ? []
        : [
            note(
              `Senders may go by the old records for ${seconds(life)} after the change. A shorter TTL, set beforehand, shortens that.`,
            ),
          ]),
    ],
  };
}

function foundOf({ name }: DomainConfig, { status, found, findings }: MxAssessment): Found {
  const open = findings.filter(({ code }) => code !== 'MX_CNAME');
  const message = findings.map((one) => one.message).join(' ');
  if (status === 'ok' && open.length === 0) {
    const hosts = found.map(({ exchange, preference }) => `${exchange} (${preference})`).join(', ');
    return { status: 'done', about: name, message: `Mail goes to ${hosts}.${message === '' ? '' : ` ${message}`}` };
  }
  const broken = findings.some(({ code, severity }) => severity === 'error' && BROKEN.includes(code));
  return { status: statusOf(status, broken), about: name, message: message === '' ? 'Nobody looked.' : message };
}

/** What is no mere matter of not having begun. */
const BROKEN: readonly string[] = ['MX_NULL', 'MX_NO_ADDRESS'];

function statusOf(status: MxAssessment['status'], broken: boolean): StepStatus {
  if (broken) return 'failed';
  return status === 'unknown' ? 'unknown' : 'pending';
}

interface Routes {
  readonly add: readonly SetupRecord[];
  readonly remove: readonly SetupRecord[];
}

/** The hosts of the service before all others, and the others gone. One of the service that stands behind a foreign one is set anew before it. */
function routesOf({ name }: DomainConfig, { expected, found }: MxAssessment): Routes {
  const foreign = found.filter((one) => !isOurs(one, expected));
  const best = Math.min(...foreign.map(({ preference }) => preference));
  const ours = found.filter((one) => isOurs(one, expected) && one.preference < best);
  const preference = ours[0]?.preference ?? Math.max(0, Math.min(FIRST_PREFERENCE, best - 1));
  const absent = expected.filter((host) => !ours.some(({ exchange, alias }) => exchange === host || alias === host));
  const gone = found.filter((one) => foreign.includes(one) || (!ours.includes(one) && absent.includes(one.exchange)));
  return {
    add: absent.map((exchange) => ({ type: 'MX', name, preference, exchange })),
    remove: gone.map((one) => ({ type: 'MX', name, preference: one.preference, exchange: one.exchange })),
  };
}

function isOurs({ exchange, alias }: MailExchange, expected: readonly string[]): boolean {
  return expected.includes(exchange) || (alias !== null && expected.includes(alias));
}

function records(action: 'add' | 'remove', text: string, list: readonly SetupRecord[]): readonly Instruction[] {
  return list.length === 0 ? [] : [{ kind: 'records', action, text, records: list }];
}
