/** Rollcall for the Terraform CDK: a workspace and its customers as constructs. `cdktf` and `constructs` are optional peers of the package. */
export type { ApplyOptions, ResourceKind } from './apply-resource.ts';
export { RollcallCustomer, type RollcallCustomerProps } from './customer.ts';
export type { DnsRecord, DnsRecordSet } from './dns-output.ts';
export { type ReadOptions, RollcallWorkspace, type RollcallWorkspaceProps } from './workspace.ts';
