/** Stacks of the Terraform CDK with a workspace in them, as the files that Terraform reads. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, LocalBackend, TerraformStack } from 'cdktf';
import { type ReadOptions, RollcallWorkspace } from '../../src/cdktf/index.ts';
import type { TestWorkspace } from '../support/workspace.ts';

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

/** Synthesizes the stack `mail` into the folder `cdktf.out` of the workspace. */
export async function synthesized(made: TestWorkspace, options: Partial<ReadOptions> = {}): Promise<Synthesized> {
  const app = new App({ outdir: made.path('cdktf.out') });
  const stack = new TerraformStack(app, 'mail');
  new LocalBackend(stack, { path: made.path('mail.tfstate') });
  const workspace = await RollcallWorkspace.read(stack, 'rollcall', { folder: made.root, ...options });
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
