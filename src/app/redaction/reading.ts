/** Readings without personal data, to be recorded. */
import type { DirectoryObject, DirectoryReading } from '../../domain/directory.ts';
import { onlyOnce, type Pseudonym } from '../../domain/pseudonym.ts';
import { redactedAttributes } from './entries.ts';
import { impersonalEvidence } from './evidence.ts';
import { redactedName, redactedProblem } from './names.ts';

/**
 * The reading with pseudonyms in the place of names, phones and notes; a complete one says that it is redacted, and its digest is no longer that
 * of its objects. Nothing of it is kept for the next reading.
 */
export function redactReading(reading: DirectoryReading, pseudonym: Pseudonym): DirectoryReading {
  const once = onlyOnce(pseudonym);
  if (reading.status === 'none') return reading;
  if (reading.status === 'failed') return { status: 'failed', problem: redactedProblem(reading.problem, once) };
  const { identity, proof, objects, evidence } = reading;
  return {
    status: 'complete',
    identity,
    proof: { ...proof, redacted: true },
    objects: objects.map((object) => ({
      ...object,
      name: redactedName(object.name, identity.type, once),
      proxyAddresses: object.proxyAddresses.filter(isMail),
      attributes: redactedAttributes(object.attributes, once),
    })),
    ...(evidence === undefined ? {} : { evidence: impersonalEvidence(evidence) }),
  };
}

/** Addresses of other systems (`X500:`, `X400:`, `SIP:`) are made of names, and are no mail (ADR-2). */
function isMail(value: DirectoryObject['proxyAddresses'][number]): boolean {
  return !value.includes(':') || /^smtp:/i.test(value);
}
