/** The step of SPF: receivers must let the service send for the domains (DOM-5). */
import { diffArrays } from 'diff';
import type { DomainConfig } from '../../domain/config.ts';
import { missingFact } from '../../domain/service.ts';
import { count } from '../../domain/words.ts';
import { assessDomain } from '../dns/assess.ts';
import type { DnsFindingCode } from '../dns/finding.ts';
import type { SpfAssessment } from '../dns/spf.ts';
import type { SetupInputs } from './inputs.ts';
import { type Found, type Instruction, only, type StepFindings, type StepStatus } from './step.ts';

export function spfStep({ customer, observations }: SetupInputs): StepFindings {
  const missing = missingFact(customer.service, 'spfInclude') ?? missingFact(customer.service, 'ranges');
  if (missing !== null) return only('failed', missing);
  const seen = customer.domains.map((domain) => {
    const { spf } = assessDomain(domain, null, customer, observations.get(domain.name) ?? null);
    return { domain, spf };
  });
  return {
    found: seen.map(({ domain, spf }) => foundOf(domain, spf)),
    todo: seen.filter(({ spf }) => spf.status !== 'ok').flatMap(({ domain, spf }) => proposal(domain, spf)),
  };
}

/** What cannot be mended by adding the service alone. */
const BROKEN: readonly DnsFindingCode[] = [
  'SPF_PERMERROR',
  'SPF_PLUS_ALL',
  'SPF_SEVERAL',
  'SPF_TOO_MANY_LOOKUPS',
  'SPF_VOID',
];

function foundOf({ name }: DomainConfig, { status, findings, results, lookups }: SpfAssessment): Found {
  const said = findings.map(({ message }) => message).join(' ');
  if (status === 'ok') {
    const passed = `All ${count(results.length, 'address', 'addresses')} that were tried may send, with ${count(lookups, 'lookup')} out of ten.`;
    return { status: 'done', about: name, message: said === '' ? passed : `${passed} ${said}` };
  }
  const broken = findings.some(({ code, severity }) => severity === 'error' && BROKEN.includes(code));
  return { status: statusOf(status, broken), about: name, message: said === '' ? 'Nobody looked.' : said };
}

function statusOf(status: SpfAssessment['status'], broken: boolean): StepStatus {
  if (broken) return 'failed';
  return status === 'unknown' ? 'unknown' : 'pending';
}

function proposal({ name }: DomainConfig, { record, proposal: proposed }: SpfAssessment): readonly Instruction[] {
  if (proposed === null) return [];
  if (record === null) {
    const text = 'Add this TXT record. Nobody but the service may send for the domain then: name all others first.';
    return [{ kind: 'records', action: 'add', text, records: [{ type: 'TXT', name, value: proposed.record }] }];
  }
  const limit =
    proposed.lookups > 10
      ? ` It would take ${proposed.lookups} lookups, and more than ten are an error: take something else out first.`
      : '';
  return [
    {
      kind: 'replaceRecord',
      text: `Put this TXT record in the place of the one that is there.${limit}`,
      name,
      before: record,
      after: proposed.record,
      terms: diffArrays(record.split(/ +/), proposed.record.split(/ +/)).map(({ added, removed, value }) => ({
        change: added ? 'added' : removed ? 'removed' : 'kept',
        text: value.join(' '),
      })),
    },
  ];
}
