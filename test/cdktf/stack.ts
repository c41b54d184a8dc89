/** Stacks of the Terraform CDK with a workspace in them, as the files that Terraform reads. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, LocalBackend, TerraformStack } from 'cdktf';
import { type ReadOptions, RollcallWorkspace } from '../../src/cdktf/index.ts';
import { findProgram } from '../support/requirements.ts';
import type { TestWorkspace } from '../support/workspace.ts';

/** Null where it cannot be found; the CDK itself asks its version when there is a terraform_data. */
export const TERRAFORM = findProgram('terraform');

/** A profile of a service with one region. */
export const SERVICE = `apiVersion: rollcall/v1
kind: ServiceProfile
name: harbour
displayName: Harbour Mail
ownership: {label: '', value: 'harbour={token}'}
regions:
  north:
    displayName: North
    ranges: [198.51.100.0/24, '2001:db8:25::/48']
    mx: [mx1.harbour.example, mx2.harbour.example]
    spfInclude: spf.harbour.example
`;

/** One `local-exec` of a resource. */
interface LocalExec {
  readonly command: string;
  readonly interpreter: readonly string[];
  readonly working_dir: string;
}

export interface ResourceJson {
  readonly triggers_replace?: Readonly<Record<string, string>>;
  readonly triggers?: Readonly<Record<string, string>>;
  readonly provisioner: readonly [{ readonly 'local-exec': LocalExec }];
}

export interface StackJson {
  readonly resource: Readonly<Record<string, Readonly<Record<string, ResourceJson>>>>;
  readonly output: Readonly<Record<string, { readonly value: unknown; readonly description: string }>>;
  readonly terraform: {
    readonly required_providers?: Readonly<Record<string, { readonly source: string; readonly version: string }>>;
  };
  readonly provider?: unknown;
}

export interface Synthesized {
  /** The folder that Terraform is run in. */
  readonly folder: string;
  /** The bytes of cdk.tf.json. */
  readonly text: string;
  readonly json: StackJson;
  /** The customers' resources by the customer's name. */
  readonly resources: Readonly<Record<string, ResourceJson>>;
  /** `PATH: MESSAGE`. */
  readonly warnings: readonly string[];
  readonly workspace: RollcallWorkspace;
}

/** What else is put into the stack. */
export interface Beside {
  readonly before?: (stack: TerraformStack) => void;
  readonly after?: (stack: TerraformStack, workspace: RollcallWorkspace) => void;
}

/** Synthesizes the stack `mail` into the folder `cdktf.out` of the workspace. */
export async function synthesized(
  made: TestWorkspace,
  options: Partial<ReadOptions> = {},
  beside: Beside = {},
): Promise<Synthesized> {
  const app = new App({ outdir: made.path('cdktf.out'), skipValidation: TERRAFORM === null });
  const stack = new TerraformStack(app, 'mail');
  new LocalBackend(stack, { path: made.path('mail.tfstate') });
  beside.before?.(stack);
  const workspace = await RollcallWorkspace.read(stack, 'rollcall', { folder: made.root, ...options });
  beside.after?.(stack, workspace);
  app.synth();
  const folder = made.path('cdktf.out', 'stacks', 'mail');
  const text = readFileSync(join(folder, 'cdk.tf.json'), 'utf8');
  const json: StackJson = JSON.parse(text);
  const { annotations } = JSON.parse(readFileSync(made.path('cdktf.out/manifest.json'), 'utf8')).stacks.mail;
  return {
    folder,
    text,
    json,
    resources: byCustomer(json),
    warnings: annotations.map(
      ({ constructPath, message }: Readonly<Record<string, string>>) => `${constructPath}: ${message}`,
    ),
    workspace,
  };
}

function byCustomer({ resource }: StackJson): Synthesized['resources'] {
  const resources = Object.values(resource).flatMap((ofKind) => Object.values(ofKind));
  return Object.fromEntries(
    resources.map((one) => {
      const { interpreter } = one.provisioner[0]['local-exec'];
      return [interpreter[interpreter.indexOf('--customer') + 1], one];
    }),
  );
}

/** The one output of this name; the stack has one customer. */
export function outputIn<T>(outputs: Readonly<Record<string, T>>, name: string): T {
  const [found, ...others] = Object.entries(outputs).filter(([id]) => new RegExp(`_${name}_[0-9A-F]{8}$`).test(id));
  if (found === undefined || others.length > 0) throw new Error(`Not one output ${name}: ${Object.keys(outputs)}`);
  return found[1];
}
