/** A workspace in a stack: a construct for each of its customers. */
import { Annotations } from 'cdktf';
import { Construct } from 'constructs';
import { type DescribeOptions, describeWorkspace, type WorkspaceDescription } from '../index.ts';
import type { ApplyOptions } from './apply-resource.ts';
import { RollcallCustomer } from './customer.ts';

export interface RollcallWorkspaceProps extends ApplyOptions {
  /** What `describeWorkspace` gives. */
  readonly workspace: WorkspaceDescription;
  /** Of the DNS records, in seconds; by default an hour. */
  readonly ttl?: number;
}

/** Which workspace is read, and how. */
export type ReadOptions = Omit<RollcallWorkspaceProps, 'workspace'> & DescribeOptions & { readonly folder: string };

/** A workspace, with a construct for each of its customers. */
export class RollcallWorkspace extends Construct {
  /** Sorted by name. */
  readonly customers: readonly RollcallCustomer[];

  /** Of a workspace that has been read already; warnings about its files are warnings at the construct. */
  constructor(scope: Construct, id: string, { workspace, ...props }: RollcallWorkspaceProps) {
    super(scope, id);
    for (const warning of workspace.warnings) Annotations.of(this).addWarning(warning);
    this.customers = workspace.customers.map(
      (customer) => new RollcallCustomer(this, customer.name, { ...props, customer, root: workspace.root }),
    );
  }

  /**
   * Reads the workspace that a folder is in, and its state as far as there is one. Rejects with WorkspaceNotValid, which names file, line and
   * column of all that is wrong, and as `describeWorkspace` does: the synth ends there.
   */
  static async read(
    scope: Construct,
    id: string,
    { folder, customers, spfRecords, ...props }: ReadOptions,
  ): Promise<RollcallWorkspace> {
    const options = { ...(customers && { customers }), ...(spfRecords && { spfRecords }) };
    return new RollcallWorkspace(scope, id, { ...props, workspace: await describeWorkspace(folder, options) });
  }

  /** The customer of this name. Throws RangeError if it is not in this construct. */
  customer(name: string): RollcallCustomer {
    const found = this.customers.find(({ customer }) => customer.name === name);
    if (found !== undefined) return found;
    const known = this.customers.map(({ customer }) => customer.name).join(', ');
    throw new RangeError(
      `There is no customer "${name}" in ${this.node.path}. There ${known === '' ? 'is none' : `are ${known}`}.`,
    );
  }
}
