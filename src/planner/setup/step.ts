/** The steps that bring a customer on board, how far each is, and what is to be done for it. */

/** In the order in which they are taken: mail is sent over to the service only once it can be delivered from there. */
export const STEP_IDS = ['domains', 'users', 'sites', 'firewall', 'mx', 'otherSources', 'outbound', 'spf'] as const;
export type StepId = (typeof STEP_IDS)[number];

/** Of these, part cannot be seen from where Rollcall runs; somebody's word is taken for that part. */
export const CONFIRMABLE = ['sites', 'firewall', 'otherSources', 'outbound'] as const satisfies readonly StepId[];
export type ConfirmableStep = (typeof CONFIRMABLE)[number];

const TITLES: Readonly<Record<StepId, string>> = {
  domains: 'Verify the domains',
  users: 'Fill the roster',
  sites: 'Name the servers that mail is delivered to',
  firewall: 'Let the service through the firewall',
  mx: 'Send inbound mail to the service (MX)',
  otherSources: 'Block mail from everybody else',
  outbound: 'Send outbound mail through the service',
  spf: 'Let the service send for the domains (SPF)',
};

/**
 * `pending`: to be done. `failed`: there is something wrong that has to be put right first. `unknown`: it could not be asked, or cannot be
 * seen from here; never "not done". `notNeeded`: nothing to be done for this customer.
 */
export type StepStatus = 'done' | 'pending' | 'failed' | 'unknown' | 'notNeeded';

/** One thing that was seen: of a domain, a server, or of the customer as a whole. */
export interface Found {
  readonly status: StepStatus;
  /** The domain or the server, or null. */
  readonly about: string | null;
  /** Whole sentences. They may quote the DNS or a server. */
  readonly message: string;
}

/** A resource record to set or to take away. Names without the last dot. */
export type SetupRecord =
  | { readonly type: 'TXT'; readonly name: string; readonly value: string }
  | { readonly type: 'MX'; readonly name: string; readonly preference: number; readonly exchange: string };

/** What is to be done, so that it can be carried out, or shown, in any form. */
export type Instruction =
  | { readonly kind: 'note'; readonly text: string }
  | {
      readonly kind: 'records';
      readonly action: 'add' | 'remove';
      readonly text: string;
      readonly records: readonly SetupRecord[];
    }
  | {
      /** A TXT record that is replaced: the terms that come and go, as the `diff` package finds them. */
      readonly kind: 'replaceRecord';
      readonly text: string;
      readonly name: string;
      readonly before: string;
      readonly after: string;
      readonly terms: readonly { readonly change: 'kept' | 'added' | 'removed'; readonly text: string }[];
    }
  | {
      readonly kind: 'networks';
      readonly text: string;
      /** CIDR. */
      readonly networks: readonly string[];
      readonly port: number;
    }
  | {
      readonly kind: 'commands';
      readonly language: 'powershell' | 'shell' | 'yaml';
      readonly text: string;
      readonly lines: readonly string[];
    }
  | {
      readonly kind: 'settings';
      readonly text: string;
      /** Where the settings are: the menus, from the outside in. */
      readonly path: readonly string[];
      readonly settings: readonly { readonly name: string; readonly value: string | readonly string[] }[];
    };

export interface SetupStep {
  readonly id: StepId;
  /** Its place among all steps, from 1. */
  readonly number: number;
  readonly title: string;
  readonly status: StepStatus;
  readonly found: readonly Found[];
  /** Empty where nothing is left to do. */
  readonly todo: readonly Instruction[];
}

/** What a step's own rule says of it. */
export interface StepFindings {
  readonly found: readonly Found[];
  readonly todo: readonly Instruction[];
}

/** Puts a step together: it is as far as the thing in it that is least far. Of a step that is done nothing is left to do. */
export function step(id: StepId, { found, todo }: StepFindings): SetupStep {
  const status = together(found.map((one) => one.status));
  return {
    id,
    number: STEP_IDS.indexOf(id) + 1,
    title: TITLES[id],
    status,
    found,
    todo: isSettled(status) ? [] : todo,
  };
}

/** A step about which there is but one thing to be said. */
export function only(status: StepStatus, message: string, ...todo: readonly Instruction[]): StepFindings {
  return { found: [{ status, about: null, message }], todo };
}

export function note(text: string): Instruction {
  return { kind: 'note', text };
}

export function isSettled(status: StepStatus): boolean {
  return status === 'done' || status === 'notNeeded';
}

function together(statuses: readonly StepStatus[]): StepStatus {
  const order: readonly StepStatus[] = ['failed', 'pending', 'unknown', 'done'];
  return order.find((status) => statuses.includes(status)) ?? 'notNeeded';
}
