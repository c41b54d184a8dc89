/** Approvals of saved plans: who has looked at what, and for how long that counts. */
import type { Location, Problem } from './diagnostic.ts';
import { epochMs, type Instant } from './instant.ts';
import { count, listed } from './words.ts';

/** Whose approvals count. */
export interface ApprovalPolicy {
  /** How many people have to approve a plan. */
  readonly required: number;
  readonly keys: readonly ApprovalKey[];
}

/** A person, and the key that the person's approvals are signed with. */
export interface ApprovalKey {
  readonly name: string;
  /** The public key as PEM, an absolute path. */
  readonly file: string;
  readonly location: Location;
}

/** What somebody who approves puts a name to. */
export interface ApprovalStatement {
  /** Of the plan, `sha256:…`. */
  readonly planDigest: string;
  readonly approver: string;
  readonly at: Instant;
  /** Void from this moment on. */
  readonly expires: Instant;
}

export interface Approval extends ApprovalStatement {
  /** Over the canonical JSON (RFC 8785) of the statement, by Ed25519 (RFC 8032), in base64. */
  readonly signature: string;
}

/** An approval, and what its signature is worth: by the key of the person that it names, by another, or by nobody whose key counts. */
export interface CheckedApproval {
  readonly approval: Approval;
  readonly standing: 'signed' | 'unknownApprover' | 'otherSignature';
}

export interface ApprovalQuestion {
  readonly planDigest: string;
  /** Who made the plan, if that is known. */
  readonly author: string | null;
  readonly required: number;
  readonly approvals: readonly CheckedApproval[];
  readonly now: Instant;
}

/** Two machines' clocks may differ by so much. */
const CLOCK_SKEW_MS = 5 * 60 * 1000;

/** Why a plan is not approved, or null if it is: as many people as are required, none of them its author, each with an approval in force. */
export function approvalProblem(question: ApprovalQuestion): Problem | null {
  const { approvals, required } = question;
  const doubts = approvals.flatMap((one) => doubtAbout(one, question) ?? []);
  const approvers = new Set(
    approvals.filter((one) => doubtAbout(one, question) === null).map(({ approval }) => approval.approver),
  );
  if (approvers.size >= required) return null;
  const by = approvers.size === 0 ? 'by nobody' : `by ${listed([...approvers].toSorted())}`;
  const why = doubts.length === 0 ? '' : ` Not counted: ${doubts.join('; ')}.`;
  return {
    code: 'PLAN_NOT_APPROVED',
    message: `The plan is approved ${by}, and ${count(required, 'person has', 'people have')} to approve it.${why}`,
    hint: 'Have it reviewed, and approved with: rollcall approve FILE --as NAME --key KEY',
  };
}

function doubtAbout({ approval, standing }: CheckedApproval, question: ApprovalQuestion): string | null {
  const { approver, planDigest, at, expires } = approval;
  if (standing === 'unknownApprover') return `${approver} is not under approvals.keys in rollcall.yaml`;
  if (standing === 'otherSignature')
    return `what ${approver} is said to have approved is not signed with the key of ${approver}`;
  if (planDigest !== question.planDigest) return `${approver} approved another plan`;
  if (epochMs(expires) <= epochMs(question.now)) return `the approval of ${approver} ended at ${expires}`;
  if (epochMs(at) > epochMs(question.now) + CLOCK_SKEW_MS)
    return `the approval of ${approver} is of ${at}, which is still to come`;
  if (question.author !== null && isSamePerson(approver, question.author)) return `${approver} made the plan`;
  return null;
}

/** `ann` and `ann@laptop` may be one person: then they count as one. */
function isSamePerson(approver: string, author: string): boolean {
  const [a, b] = [approver.trim().toLowerCase(), author.trim().toLowerCase()];
  return a === b || a === b.split('@')[0] || a.split('@')[0] === b;
}
