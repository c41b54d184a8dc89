/** The mark by which we know at a service what is ours: `externalId` (RFC 7643 3.1). */
import { keyOf } from '../../../domain/address.ts';
import type { CustomerId, Entry } from '../../../domain/roster.ts';

const PREFIX = 'rollcall:';
const OURS = /^rollcall:([a-z0-9-]+):(.+)$/s;

export type Owner =
  | { readonly owner: 'ours'; readonly customer: CustomerId }
  | { readonly owner: 'nobody' | 'other'; readonly customer: null };

/** `rollcall:acme:OBJECT_ID`, which a rename does not change; of who is in no directory `rollcall:acme:ann@acme.example`. */
export function markOf(customer: CustomerId, { objectId, address }: Pick<Entry, 'objectId' | 'address'>): string {
  return `${PREFIX}${customer}:${objectId ?? keyOf(address)}`;
}

/** Whose a resource is. A service may write our mark in capitals, which we never do. */
export function ownerOf(externalId: string | null): Owner {
  if (externalId === null) return { owner: 'nobody', customer: null };
  const customer = OURS.exec(externalId)?.[1];
  return customer === undefined
    ? { owner: 'other', customer: null }
    : { owner: 'ours', customer: customer as CustomerId };
}

/** The mark of a resource in the form that we compare, null where it has none. */
export function markIn(value: unknown): string | null {
  if (typeof value !== 'string' || value === '') return null;
  const lower = value.toLowerCase();
  return OURS.test(lower) ? lower : value;
}
