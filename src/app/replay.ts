/** Replays a change of the configuration: plans the old one and the new one on one state, one moment and the same readings, and compares. */
import { canonicalize } from 'json-canonicalize';
import { digestibleConnection } from '../config/digestible.ts';
import {
  type Config,
  type CustomerConfig,
  type DirectoryConfig,
  type DirectoryConnection,
  isLdap,
} from '../domain/config.ts';
import type { DirectoryReading } from '../domain/directory.ts';
import type { DomainObservation } from '../domain/observations.ts';
import { type Plan, planOf } from '../domain/plan.ts';
import type { Pseudonym } from '../domain/pseudonym.ts';
import type { CustomerId, State } from '../domain/roster.ts';
import { type Replay, replayOf } from '../planner/replay.ts';
import type { DirectorySource } from '../ports/directory.ts';
import type { ObservationSource } from '../ports/dns.ts';
import { chooseCustomers } from './choose-customers.ts';
import { makePlan, type PlanRequest, readState } from './plan.ts';
import { redactPlan } from './redaction/plan.ts';
import { dueNotes } from './replay-due.ts';
import { newTokens } from './tokens.ts';

export interface ReplayRequest extends Omit<PlanRequest, 'config' | 'customers' | 'tokens'> {
  /** The configuration as it was; null where there was none that could be planned. */
  readonly before: Config | null;
  readonly after: Config;
  /** Whether the directories are recordings. */
  readonly isRecorded: boolean;
  /** What makes pseudonyms, to compare the plans with these in the place of names, phones and notes; null or absent to compare them as they are. */
  readonly redact?: Pseudonym | null;
  /** Names and globs of customers, of either configuration; empty for all. */
  readonly chosen: readonly string[];
}

/** A replay with what its reader should know of the readings that it rests on. */
export interface MadeReplay {
  readonly replay: Replay;
  readonly notes: readonly string[];
}

/** Each directory is read once for both, and twice only where the two configurations ask it differently. Rejects with Interrupted. */
export async function makeReplay(request: ReplayRequest): Promise<MadeReplay> {
  const { before, after, reader } = request;
  const customers = { before: before?.customers ?? [], after: after.customers };
  const known = [...new Map([...customers.before, ...customers.after].map((one) => [one.name, one])).values()];
  const names = new Set(chooseCustomers(known, request.chosen).map(({ name }) => name));
  const planned = (all: readonly CustomerConfig[]) => all.filter(({ name }) => names.has(name));
  const state = await readState(reader, [...planned(customers.before), ...planned(customers.after)]);
  const shared = {
    ...request,
    reader: { read: async () => state },
    source: readingOnce(fitting(request.source, changedQuestions(customers.before, customers.after))),
    observations: lookingOnce(request.observations),
    tokens: sameTokens(),
  };
  const planFor = async (config: Config | null): Promise<Plan> => {
    const configured = planned(config?.customers ?? []);
    if (config === null || configured.length === 0) return planOf(request.now, state, []);
    const { plan } = (await makePlan({ ...shared, config, customers: configured })).record;
    return request.redact ? redactPlan(plan, request.redact) : plan;
  };
  const [old, now] = await Promise.all([planFor(before), planFor(after)]);
  const pair = [planned(customers.before), planned(customers.after)] as const;
  const notes = [...dueNotes(...pair, state, request.now), ...(request.isRecorded ? movedNotes(...pair) : [])];
  return { replay: replayOf(old, now), notes };
}

/** Both configurations of the customers that both have. */
function pairsOf(before: readonly CustomerConfig[], after: readonly CustomerConfig[]) {
  const old = new Map(before.map((customer) => [customer.name, customer.directory]));
  return after.flatMap(({ name, directory }) => {
    const was = old.get(name);
    return was == null || directory === null ? [] : [{ name, was, is: directory }];
  });
}

/** The customers whose two configurations ask their directory for different things. */
function changedQuestions(
  before: readonly CustomerConfig[],
  after: readonly CustomerConfig[],
): ReadonlySet<CustomerId> {
  const asked = ({ connection, include: { publicFolders, sharedMailboxes, resources } }: DirectoryConfig) =>
    canonicalize({
      connection: digestibleConnection({ ...connection, url: '' } as DirectoryConnection),
      publicFolders,
      mailboxes: sharedMailboxes || resources,
    });
  const changed = pairsOf(before, after).filter(({ was, is }) => asked(was) !== asked(is));
  return new Set(changed.map(({ name }) => name));
}

/** A recording of one server stands for another: it may be the same directory by another name, and it may not. */
function movedNotes(before: readonly CustomerConfig[], after: readonly CustomerConfig[]): readonly string[] {
  return pairsOf(before, after).flatMap(({ name, was, is }) =>
    isLdap(was) && isLdap(is) && was.connection.url !== is.connection.url
      ? [
          `${name}: directory.url was ${was.connection.url} and is ${is.connection.url} now. A recording cannot tell whether both are the same directory: it stands for both.`,
        ]
      : [],
  );
}

/** Of these customers a recording must show what it was made with: else it would answer both questions alike. */
function fitting(source: DirectorySource, customers: ReadonlySet<CustomerId>): DirectorySource {
  return {
    read: (customer, options) =>
      source.read(customer, customers.has(customer.name) ? { ...options, mustFit: true } : options),
  };
}

/** What a reading follows from. Where it is the same, one reading serves both plans. */
function questionOf({ name, directory }: CustomerConfig): string {
  if (directory === null) return name;
  const { enabled, connection, include } = directory;
  return canonicalize({ name, enabled, connection, include });
}

/** Hands the same reading to whoever asks the same, and forgets it once both plans have it. */
function readingOnce(source: DirectorySource): DirectorySource {
  const readings = new Map<string, Promise<DirectoryReading>>();
  return {
    read(customer, options) {
      const question = questionOf(customer);
      const known = readings.get(question);
      if (known !== undefined) {
        readings.delete(question);
        return known;
      }
      const reading = source.read(customer, options);
      readings.set(question, reading);
      return reading;
    },
  };
}

function lookingOnce(source: ObservationSource): ObservationSource {
  const seen = new Map<string, Promise<DomainObservation | null>>();
  return {
    observe(customer, question, signal) {
      const key = canonicalize({ customer, question });
      const looking = seen.get(key) ?? source.observe(customer, question, signal);
      seen.set(key, looking);
      return looking;
    },
  };
}

/** A token is random: both plans must have the same one, or each new domain would seem to change. */
function sameTokens(): typeof newTokens {
  const made = new Map<string, string>();
  return (customer: CustomerConfig, state: State) =>
    new Map(
      [...newTokens(customer, state)].map(([domain, token]) => {
        const key = `${customer.name} ${domain}`;
        const known = made.get(key) ?? token;
        made.set(key, known);
        return [domain, known];
      }),
    );
}
