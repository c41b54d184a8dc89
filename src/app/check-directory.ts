/** Tries the directories of customers out, several at once. */
import pLimit from 'p-limit';
import type { CustomerConfig } from '../domain/config.ts';
import type { DirectoryCheck } from '../domain/directory-check.ts';
import type { CustomerId } from '../domain/roster.ts';
import type { DirectoryTester } from '../ports/directory.ts';
import { throwIfInterrupted } from './interrupted.ts';

export interface CheckRequest {
  readonly tester: DirectoryTester;
  /** Customers whose directories are tried at once. */
  readonly parallelism: number;
  readonly signal: AbortSignal;
  readonly onDone?: (customer: CustomerId) => void;
}

/** How one customer's directory fared. */
export type CheckResult = { readonly customer: CustomerId } & (
  | { readonly status: 'checked'; readonly ok: boolean; readonly check: DirectoryCheck }
  /** There is nothing to try: no directory, or one that is not enabled (DEL-10). */
  | { readonly status: 'none' | 'disabled' }
);

/** A result for each customer, in their order. A directory that fails stops no other. Rejects with Interrupted once the signal is aborted. */
export function checkDirectories(
  customers: readonly CustomerConfig[],
  request: CheckRequest,
): Promise<readonly CheckResult[]> {
  const limit = pLimit(request.parallelism);
  return Promise.all(customers.map((customer) => limit(() => checkDirectory(customer, request))));
}

async function checkDirectory(
  customer: CustomerConfig,
  { tester, signal, onDone }: CheckRequest,
): Promise<CheckResult> {
  throwIfInterrupted(signal);
  const { name, directory } = customer;
  if (directory === null) return { customer: name, status: 'none' };
  if (!directory.enabled) return { customer: name, status: 'disabled' };
  const check = await tester.check(customer, signal);
  throwIfInterrupted(signal);
  onDone?.(name);
  return { customer: name, status: 'checked', ok: check.steps.every(({ status }) => status !== 'failed'), check };
}
