/**
 * What programs that embed Rollcall need: the files of a workspace, checked and loaded; the stored state and recordings of directories; the pure
 * planner and the words it uses; and plans as documents. Only `writePlan` writes, and only the file that it is given. docs/library.md has examples.
 */
export type { Finding, FindingCode } from './config/finding.ts';
export type { Address, AddressKey, AddressResult, DomainName } from './domain/address.ts';
export { addressKey, parseAddress } from './domain/address.ts';
export type { ApprovalKey, ApprovalPolicy } from './domain/approval.ts';
export type {
  Action,
  Change,
  DomainChange,
  EntryChange,
  NonEmpty,
  Reason,
  RelayChange,
  Resource,
  SiteChange,
  Stored,
} from './domain/change.ts';
export { ACTIONS, addressOf, afterOf, beforeOf, isEntry } from './domain/change.ts';
export type {
  AdditionConfig,
  Config,
  ConfiguredUser,
  CustomerConfig,
  DecisionConfig,
  DirectoryConfig,
  DirectoryConnection,
  DnsConfig,
  DnsServer,
  DomainConfig,
  EntraCloud,
  EntraConnection,
  EntraCredential,
  ExceptionConfig,
  GatePolicy,
  IncludePolicy,
  LdapAttributes,
  LdapConnection,
  RelayConfig,
  RemovalLimit,
  SafetyPolicy,
  SiteConfig,
  SiteServer,
  Subject,
  WorkspaceConfig,
} from './domain/config.ts';
export { isEntra, isLdap } from './domain/config.ts';
export type { Diagnostic, Location, Problem, Severity } from './domain/diagnostic.ts';
export type { CompleteReading, DirectoryObject, DirectoryReading, MailboxKind, ReadProof } from './domain/directory.ts';
export type { DirectoryCopyHead, DirectoryCopyUpdate } from './domain/directory-copy.ts';
export type { DirectoryIdentity } from './domain/identity.ts';
export type { Instant } from './domain/instant.ts';
export { instantOf, parseInstant } from './domain/instant.ts';
export type {
  Answer,
  DomainObservation,
  MailExchange,
  MxObservation,
  NameServerAnswer,
  OwnershipObservation,
  SpfEvaluation,
  SpfObservation,
  SpfProposal,
  SpfResult,
} from './domain/observations.ts';
export type { Block, CustomerPlan, Plan, PlanSummary, ReadingSummary } from './domain/plan.ts';
export type {
  Attributes,
  CustomerId,
  Domain,
  Entry,
  Group,
  MailRules,
  ObjectId,
  Relay,
  Roster,
  Site,
  Source,
  State,
  Status,
  Tombstone,
  User,
} from './domain/roster.ts';
export { isBillable, isUser } from './domain/roster.ts';
export type { RuleId } from './domain/rule.ts';
export { RULES } from './domain/rule.ts';
export type { SecretReference } from './domain/secret-reference.ts';
export type {
  CustomerService,
  OwnershipFormat,
  ServicePorts,
  ServiceProfile,
  ServiceRegion,
  UploadColumn,
  UploadFormat,
  UploadValue,
} from './domain/service.ts';
export type {
  Command,
  CsvTargetConfig,
  MapType,
  PostfixTargetConfig,
  ScimTargetConfig,
  TargetConfig,
} from './domain/target-config.ts';
export type { NeededRecord } from './library/dns-records.ts';
export { readRecordings, readState } from './library/inputs.ts';
export type { Validation, Workspace } from './library/load-workspace.ts';
export { loadWorkspace, validate, WorkspaceNotValid } from './library/load-workspace.ts';
export type { SavedPlan } from './library/plans.ts';
export { configDigest, planDocument, readPlan, writePlan } from './library/plans.ts';
export type {
  CustomerDescription,
  DescribeOptions,
  FirewallNeeds,
  WorkspaceDescription,
} from './library/workspace.ts';
export { describeWorkspace } from './library/workspace.ts';
export type { Step } from './planner/advance.ts';
export { advance } from './planner/advance.ts';
export type { PlanRecord } from './planner/document.ts';
export type { Handover, Handovers, Holder, Observations } from './planner/domain-claims.ts';
export type { ExplainInputs, Explanation, ExplanationStep } from './planner/explain.ts';
export { explain } from './planner/explain.ts';
export type { Standing } from './planner/explain-words.ts';
export type { PlanInputs, Surroundings } from './planner/plan.ts';
export { plan, surroundingsIn } from './planner/plan.ts';
