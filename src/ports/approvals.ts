/** Approvals as files, and the signatures under them. */
import type { Approval, ApprovalKey, ApprovalStatement, CheckedApproval } from '../domain/approval.ts';
import type { SecretReference } from '../domain/secret-reference.ts';

export interface Approvals {
  /** The approvals in a file; none where there is no file. Rejects with FileProblem for one that is something else. */
  load(path: string): Promise<readonly Approval[]>;
  /** Adds one, in the place of an earlier one of the same person for the same plan. The whole file is written, or nothing. Rejects with FileProblem. */
  add(path: string, approval: Approval): Promise<void>;
  /** Signs with a private Ed25519 key as PEM (PKCS#8). Rejects with FileProblem for what is none. */
  sign(statement: ApprovalStatement, key: SecretReference): Promise<Approval>;
  /** What each signature is worth. Rejects with FileProblem for a public key that cannot be used. */
  check(approvals: readonly Approval[], keys: readonly ApprovalKey[]): Promise<readonly CheckedApproval[]>;
}
