/** Approvals in files beside plans, signed with Ed25519 (RFC 8032). */
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { canonicalize } from 'json-canonicalize';
import type { Approval, ApprovalKey, ApprovalStatement, CheckedApproval } from '../../domain/approval.ts';
import { parseInstant } from '../../domain/instant.ts';
import type { SecretReference } from '../../domain/secret-reference.ts';
import type { Approvals } from '../../ports/approvals.ts';
import { FileProblem } from '../../ports/documents.ts';
import { writeAtomically } from '../atomic-file.ts';

const FORMAT = 'rollcall.approvals/1';
/** More than this no list of approvals has. */
const MOST_BYTES = 1024 * 1024;

/** `resolveSecret` gives the private key that a reference leads to. */
export function approvalsWith(resolveSecret: (reference: SecretReference) => Promise<string>): Approvals {
  return {
    load,
    async add(path, approval) {
      const others = (await load(path)).filter(
        ({ approver, planDigest }) => approver !== approval.approver || planDigest !== approval.planDigest,
      );
      const document = { format: FORMAT, approvals: [...others, approval] };
      await writeAtomically(path, [`${JSON.stringify(document, null, 2)}\n`], 0o644).catch((error: unknown) => {
        const message = `The approval could not be saved to ${path}: ${reasonOf(error)}.`;
        throw problem('APPROVAL_NOT_SAVED', message, 'Choose a folder that you may write to and that has room.', error);
      });
    },
    async sign(statement, key) {
      const privateKey = privateKeyOf(await resolveSecret(key));
      return { ...statement, signature: sign(null, bytesOf(statement), privateKey).toString('base64') };
    },
    async check(approvals, keys) {
      const known = new Map(await Promise.all(keys.map(async (key) => [key.name, await publicKeyOf(key)] as const)));
      return approvals.map((approval): CheckedApproval => {
        const key = known.get(approval.approver);
        if (key === undefined) return { approval, standing: 'unknownApprover' };
        const { signature, ...statement } = approval;
        const isSigned = verify(null, bytesOf(statement), key, Buffer.from(signature, 'base64'));
        return { approval, standing: isSigned ? 'signed' : 'otherSignature' };
      });
    },
  };
}

function bytesOf({ planDigest, approver, at, expires }: ApprovalStatement): Uint8Array {
  return Buffer.from(canonicalize({ format: FORMAT, planDigest, approver, at, expires }));
}

async function load(path: string): Promise<readonly Approval[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw unreadable(path, reasonOf(error), error);
  });
  if (text === null) return [];
  if (text.length > MOST_BYTES) throw unreadable(path, 'it is longer than 1 MB', null);
  const document = parsed(path, text);
  if (document['format'] !== FORMAT) throw unreadable(path, `its format is not "${FORMAT}"`, null);
  const approvals = document['approvals'];
  if (!Array.isArray(approvals)) throw unreadable(path, 'it has no list of approvals', null);
  return approvals.map((one) => approvalIn(path, one));
}

function parsed(path: string, text: string): Readonly<Record<string, unknown>> {
  try {
    const document: unknown = JSON.parse(text);
    if (document !== null && typeof document === 'object') return { ...document };
  } catch (error) {
    throw unreadable(path, `it is not JSON (${reasonOf(error)})`, error);
  }
  throw unreadable(path, 'it is JSON, but no object', null);
}

const DIGEST = /^sha256:[0-9a-f]{64}$/;
const SIGNATURE = /^[A-Za-z0-9+/]{86}==$/;

function approvalIn(path: string, one: unknown): Approval {
  const { planDigest, approver, at, expires, signature } = { ...(one as Record<string, unknown>) };
  const [from, to] = [instantIn(at), instantIn(expires)];
  const isWhole =
    typeof planDigest === 'string' &&
    DIGEST.test(planDigest) &&
    typeof approver === 'string' &&
    approver.length <= 200 &&
    typeof signature === 'string' &&
    SIGNATURE.test(signature);
  if (!isWhole || from === null || to === null) throw unreadable(path, 'one of its approvals is not whole', null);
  return { planDigest, approver, at: from, expires: to, signature };
}

function instantIn(value: unknown) {
  return typeof value === 'string' ? parseInstant(value) : null;
}

function privateKeyOf(pem: string): KeyObject {
  const key = keyOf(() => createPrivateKey(pem));
  if (key !== null) return key;
  throw problem(
    'APPROVAL_KEY',
    'What --key leads to is not a private Ed25519 key as PEM.',
    'Make one with: openssl genpkey -algorithm ed25519 -out NAME.pem',
    null,
  );
}

async function publicKeyOf({ name, file, location }: ApprovalKey): Promise<KeyObject> {
  const pem = await readFile(file, 'utf8').catch((error: unknown) => {
    const message = `The key of ${name} (${location.file}:${location.line}) cannot be read from ${file}: ${reasonOf(error)}.`;
    throw problem('APPROVAL_KEY', message, 'Correct approvals.keys in rollcall.yaml.', error);
  });
  // From a private key the public one could be derived; it has no business in a repository.
  const key = pem.includes('PRIVATE KEY') ? null : keyOf(() => createPublicKey(pem));
  if (key !== null) return key;
  throw problem(
    'APPROVAL_KEY',
    `The key of ${name} (${location.file}:${location.line}) is not a public Ed25519 key as PEM: ${file}.`,
    'Take it from the private one with: openssl pkey -in NAME.pem -pubout -out NAME.pub.pem',
    null,
  );
}

function keyOf(make: () => KeyObject): KeyObject | null {
  try {
    const key = make();
    return key.asymmetricKeyType === 'ed25519' ? key : null;
  } catch {
    return null;
  }
}

function unreadable(path: string, reason: string, cause: unknown): FileProblem {
  const message = `${path} is not a list of approvals that can be used: ${reason}.`;
  return problem(
    'APPROVAL_UNREADABLE',
    message,
    'Name the right file with --approvals, or approve the plan anew.',
    cause,
  );
}

function problem(code: string, message: string, hint: string, cause: unknown): FileProblem {
  return new FileProblem({ code, message, hint }, { cause });
}

function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error
    ? String(error.code)
    : error instanceof Error
      ? error.message
      : String(error);
}
