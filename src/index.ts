/** The library: the pure planner and the words it uses, and what the files of a workspace say. Nothing here writes. */
export type { Address, AddressKey, AddressResult, DomainName } from './domain/address.ts';
export { addressKey, parseAddress } from './domain/address.ts';
export type { Action, Change, NonEmpty, Reason, Resource } from './domain/change.ts';
export type { Config, CustomerConfig, DirectoryConfig } from './domain/config.ts';
export type { Diagnostic, Location, Problem, Severity } from './domain/diagnostic.ts';
export type { DirectoryObject, DirectoryReading, ReadProof } from './domain/directory.ts';
export type { DirectoryIdentity } from './domain/identity.ts';
export type { Instant } from './domain/instant.ts';
export { parseInstant } from './domain/instant.ts';
export type { DomainObservation } from './domain/observations.ts';
export type { Block, CustomerPlan, Plan, PlanSummary } from './domain/plan.ts';
export type {
  CustomerId,
  Domain,
  Entry,
  Group,
  ObjectId,
  Relay,
  Roster,
  Site,
  State,
  Status,
  Tombstone,
  User,
} from './domain/roster.ts';
export type { RuleId } from './domain/rule.ts';
export { RULES } from './domain/rule.ts';
export type { NeededRecord } from './library/dns-records.ts';
export type {
  CustomerDescription,
  DescribeOptions,
  FirewallNeeds,
  WorkspaceDescription,
} from './library/workspace.ts';
export { describeWorkspace, WorkspaceNotValid } from './library/workspace.ts';
export type { Step } from './planner/advance.ts';
export { advance } from './planner/advance.ts';
export type { Explanation, ExplanationStep } from './planner/explain.ts';
export { explain } from './planner/explain.ts';
export type { PlanInputs } from './planner/plan.ts';
export { plan } from './planner/plan.ts';
