/** What a recorded directory would have answered to what a customer's configuration asks now. */

import type { DirectoryConfig } from '../../domain/config.ts';
import type { CompleteReading } from '../../domain/directory.ts';
import { answerAgain as answerOfTenant } from './graph/evidence.ts';
import { answerAgain as answerOfLdap } from './ldap/answer-again.ts';
import { cannotTell, type RecordedAnswer } from './recorded-answer.ts';

/** Throws DirectoryError (LDAP_FILTER) for a filter that is none. */
export function answerAgain(
  { objects, evidence }: Pick<CompleteReading, 'objects' | 'evidence'>,
  { connection, include }: DirectoryConfig,
): RecordedAnswer {
  if (evidence === undefined) return cannotTell('it does not say what it was made with');
  const { question, values } = evidence;
  if (question.type === 'ldap' && connection.type === 'ldap') {
    return answerOfLdap({ question, objects, values }, connection, include);
  }
  if (question.type === 'entra' && connection.type === 'entra') {
    return answerOfTenant({ question, objects, values }, connection, include);
  }
  return cannotTell('it is of another kind of directory');
}
