/** How a server received this machine, which is not of the service. */
import { smtpFindings } from '../../domain/smtp-findings.ts';
import {
  replyText,
  type SmtpAnswer,
  type SmtpFailure,
  type SmtpProbe,
  type SmtpReply,
} from '../../domain/smtp-probe.ts';

/**
 * `takes`: it lets this machine deliver. `turnsAway`: it answers, and lets this machine deliver nothing. `silent`: there is no connection.
 * `unclear`: it puts off, or hung up. `wrong`: it cannot be the right server, or is not ready.
 */
export interface Reception {
  readonly kind: 'takes' | 'turnsAway' | 'silent' | 'unclear' | 'wrong';
  /** What it said or did, for the end of a sentence; or all that is wrong, in whole sentences. */
  readonly words: string;
}

const NO_CONNECTION: readonly SmtpFailure[] = ['refused', 'unreachable', 'timedOut', 'closed', 'turnedAway'];

export function receptionOf(probe: SmtpProbe): Reception {
  const { connect, banner, hello, mailFrom, knownRecipient, randomRecipient } = probe;
  if (connect.status === 'failed') {
    const { failure, problem } = connect;
    if (failure === 'noSuchHost') return { kind: 'wrong', words: `${problem.message} ${problem.hint}` };
    return { kind: NO_CONNECTION.includes(failure) ? 'silent' : 'unclear', words: problem.message };
  }
  const asked: readonly SmtpAnswer[] = [banner, hello, mailFrom, knownRecipient, randomRecipient];
  const failed = asked.find((answer) => answer.status === 'failed');
  if (failed?.status === 'failed') return { kind: 'unclear', words: failed.problem.message };
  const refusal = [banner, hello, mailFrom].map((answer) => replyOf(answer, 'refused')).find((reply) => reply !== null);
  if (refusal != null) return { kind: 'turnsAway', words: replyText(refusal) };
  const putOff = asked.map((answer) => replyOf(answer, 'deferred')).find((reply) => reply !== null);
  if (putOff != null) return { kind: 'unclear', words: replyText(putOff) };
  return byRecipient(probe);
}

/** A refusal of policy (RFC 3463 3.8) is about who asks, any other one about the recipient. */
function byRecipient(probe: SmtpProbe): Reception {
  const { knownRecipient, randomRecipient } = probe;
  const subject = knownRecipient.status === 'answered' ? knownRecipient : randomRecipient;
  const refused = replyOf(subject, 'refused');
  if (refused?.enhanced?.startsWith('5.7.') === true) return { kind: 'turnsAway', words: replyText(refused) };
  const errors = smtpFindings(probe).filter(({ severity }) => severity === 'error');
  return errors.length > 0
    ? { kind: 'wrong', words: errors.map(({ message }) => message).join(' ') }
    : { kind: 'takes', words: '' };
}

function replyOf(answer: SmtpAnswer, verdict: 'refused' | 'deferred'): SmtpReply | null {
  return answer.status === 'answered' && answer.verdict === verdict ? answer.reply : null;
}
