/** The resource that stands for a customer: it is replaced when the customer's digest changes, and runs an apply when it is made. */
import { createRequire } from 'node:module';
import { relative, resolve, sep } from 'node:path';
import type * as nullProvider from '@cdktf/provider-null/lib/provider/index.js';
import type * as nullResource from '@cdktf/provider-null/lib/resource/index.js';
import { App, DataResource, type LocalExecProvisioner, type TerraformResource, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { provisionerOf } from './provisioner.ts';

/** `terraform_data` is built into Terraform; `null_resource` takes the null provider, and the package `@cdktf/provider-null`. */
export type ResourceKind = 'terraform_data' | 'null_resource';

/** How a customer is applied. */
export interface ApplyOptions {
  /** By default `terraform_data`. */
  readonly resource?: ResourceKind;
  /** The program that is Rollcall, and its first arguments; by default `rollcall`, as it is found on PATH where Terraform runs. */
  readonly command?: readonly string[];
  /** Further options of `rollcall apply`. */
  readonly applyOptions?: readonly string[];
  /** The folder to run in; by default the workspace's, relative to the folder of the stack, where Terraform is run. */
  readonly workingDirectory?: string;
}

/** What is applied: the customer of this name in the workspace in `root`, an absolute path. */
export interface Applied {
  readonly customer: string;
  readonly digest: string;
  readonly root: string;
}

/** Makes the resource. Throws TypeError for a command that has an empty word, and an Error that says what to install for a kind that is not there. */
export function applyResource(
  scope: Construct,
  id: string,
  applied: Applied,
  options: ApplyOptions,
): TerraformResource {
  const [program = '', ...first] = options.command ?? ['rollcall'];
  const provisioner = provisionerOf(
    [
      program,
      ...first,
      'apply',
      '--customer',
      applied.customer,
      '--auto-approve',
      ...(options.applyOptions ?? []),
      '-q',
    ],
    options.workingDirectory ?? fromStack(scope, applied.root),
  );
  return MAKERS[options.resource ?? 'terraform_data'](scope, id, { digest: applied.digest }, provisioner);
}

type Maker = (
  scope: Construct,
  id: string,
  triggers: Readonly<Record<string, string>>,
  provisioner: LocalExecProvisioner,
) => TerraformResource;

const MAKERS: Readonly<Record<ResourceKind, Maker>> = {
  terraform_data: (scope, id, triggersReplace, provisioner) =>
    new DataResource(scope, id, { triggersReplace, provisioners: [provisioner] }),
  null_resource: (scope, id, triggers, provisioner) => {
    const { provider, resource } = nullPackage();
    const stack = TerraformStack.of(scope);
    if (!hasNullProvider(stack)) new provider.NullProvider(stack, 'null');
    return new resource.Resource(scope, id, { triggers, provisioners: [provisioner] });
  },
};

/** Whether somebody has set it up in this stack already; a second one without an alias would be an error. */
function hasNullProvider(stack: TerraformStack): boolean {
  return stack
    .allProviders()
    .some(({ terraformResourceType, alias }) => terraformResourceType === 'null' && alias === undefined);
}

interface NullPackage {
  readonly provider: typeof nullProvider;
  readonly resource: typeof nullResource;
}

/** Constructs are made at once and cannot wait for an import; and the package need not be there. */
function nullPackage(): NullPackage {
  const require = createRequire(import.meta.url);
  try {
    return {
      provider: require('@cdktf/provider-null/lib/provider/index.js'),
      resource: require('@cdktf/provider-null/lib/resource/index.js'),
    };
  } catch (cause) {
    const message = 'A null_resource takes the package @cdktf/provider-null, which could not be loaded.';
    throw new Error(`${message} Run npm install @cdktf/provider-null, or leave resource at terraform_data.`, { cause });
  }
}

/** Without absolute paths, so that the same bytes come out wherever the repository is. */
function fromStack(scope: Construct, root: string): string {
  const stack = TerraformStack.of(scope);
  const app = App.of(stack);
  const folder = resolve(app.outdir, app.manifest.forStack(stack).workingDirectory);
  return relative(folder, root).split(sep).join('/') || '.';
}
