/** What a page carries for its own script, as JSON. Every text in it is inert already. */
import type { Action, Resource } from '../../domain/change.ts';

export interface PageData {
  /** A list for each tab; a plan has one. */
  readonly lists: readonly { readonly title: string; readonly note: string }[];
  readonly customers: readonly CustomerData[];
  readonly changes: readonly ChangeData[];
}

export interface CustomerData {
  readonly name: string;
  /** Whether its changes are held back. */
  readonly blocked: boolean;
}

export interface ChangeData {
  /** Its place in `lists`. */
  readonly list: number;
  /** Its place in `customers`. */
  readonly customer: number;
  readonly action: Action;
  readonly resource: Resource;
  readonly address: string;
  /** Of a person or a group. */
  readonly name: string | null;
  /** The day on which it is due, `2026-12-05`, or null. */
  readonly due: string | null;
  /** Whether it takes mail, a login or an address away, now or when it is due. */
  readonly isRemoval: boolean;
  /** Which addresses and networks go of it, beside it itself, in words; null for none. */
  readonly without: string | null;
  /** What is in it, on one line. */
  readonly summary: string;
  /** The deciding one first. */
  readonly reasons: readonly { readonly rule: string; readonly message: string }[];
  readonly fields: readonly FieldData[];
}

/** What is stored under one name; what is neither there before nor after is left out. Most of a page is this, so texts come without keys. */
export type FieldData = SameField | TextField | ListField;

/** What stays as it is. */
export type SameField = readonly [name: string, value: string];

/** What differs; null where there is none. */
export type TextField = readonly [name: string, before: string | null, after: string | null];

export interface ListField {
  readonly name: string;
  readonly gone: readonly string[];
  readonly come: readonly string[];
  /** The first of those that stay, and how many there are. */
  readonly kept: readonly string[];
  readonly keptCount: number;
}

/** The id of the element that carries it. */
export const PAGE_DATA_ID = 'page-data';
