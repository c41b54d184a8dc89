/** Approving a saved plan, and asking whether one is approved. */
import { type Approval, type ApprovalPolicy, approvalProblem } from '../domain/approval.ts';
import { type Problem, ProblemError } from '../domain/diagnostic.ts';
import { epochMs, type Instant, instantOf } from '../domain/instant.ts';
import type { SecretReference } from '../domain/secret-reference.ts';
import type { Approvals } from '../ports/approvals.ts';
import type { SavedPlan } from '../ports/documents.ts';
import { redactedPlan } from './fitness.ts';

export interface ApproveRequest {
  readonly saved: SavedPlan;
  /** The name under `approvals.keys`. */
  readonly approver: string;
  readonly key: SecretReference;
  /** How long the approval counts. */
  readonly validMs: number;
  readonly now: Instant;
  /** The file of approvals that it is added to. */
  readonly path: string;
  readonly approvals: Approvals;
}

/** Signs an approval of exactly this plan, and adds it to the file. Rejects with FileProblem, and with ProblemError for a redacted plan. */
export async function approvePlan(request: ApproveRequest): Promise<Approval> {
  const { saved, approver, key, validMs, now, path, approvals } = request;
  const redacted = redactedPlan(saved.plan);
  if (redacted !== null) throw new ProblemError(redacted);
  const expires = instantOf(epochMs(now) + validMs);
  const approval = await approvals.sign({ planDigest: saved.digest, approver, at: now, expires }, key);
  await approvals.add(path, approval);
  return approval;
}

export interface RequireRequest {
  readonly saved: SavedPlan;
  /** The workspace's, or null where it has none. */
  readonly policy: ApprovalPolicy | null;
  readonly now: Instant;
  readonly path: string;
  readonly approvals: Approvals;
}

/** Why this plan is not approved, or null if it is. Rejects with FileProblem for a file or a key that cannot be used. */
export async function missingApproval({
  saved,
  policy,
  now,
  path,
  approvals,
}: RequireRequest): Promise<Problem | null> {
  if (policy === null) {
    return {
      code: 'PLAN_NOT_APPROVED',
      message: 'The plan has to be approved, and the workspace says of nobody that they may.',
      hint: 'Put the public keys of those who may under approvals.keys in rollcall.yaml.',
    };
  }
  const checked = await approvals.check(await approvals.load(path), policy.keys);
  const { digest: planDigest, author = null } = saved;
  return approvalProblem({ planDigest, author, required: policy.required, approvals: checked, now });
}
