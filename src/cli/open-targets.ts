/** Opens the targets of the workspace, and what is remembered when they are written. */
import { appliedConfigOf } from '../app/applied-config.ts';
import { chooseTargets, servedBy } from '../app/choose-targets.ts';
import type { ServedTarget } from '../app/compare-target.ts';
import type { Config } from '../domain/config.ts';
import type { CustomerId } from '../domain/roster.ts';
import type { AppliedConfig } from '../ports/run.ts';
import type { Context, Workspace } from './context.ts';

/** The targets of these names, or all, each with whom it serves. */
export async function openTargets(
  config: Config,
  names: readonly string[],
  { adapters, terminal }: Pick<Context, 'adapters' | 'terminal'>,
): Promise<readonly ServedTarget[]> {
  const chosen = chooseTargets(config, names);
  return Promise.all(
    chosen.map(async (target) => ({
      target: await adapters.target(target, config.workspace.service, (line) => terminal.detail(line)),
      serves: servedBy(target, config.customers),
    })),
  );
}

/** Looks the files of the workspace over, so that drift can tell later whether they have changed. */
export async function appliedConfigIn(
  { config, root, files }: Workspace,
  { adapters }: Pick<Context, 'adapters'>,
): Promise<(customer: CustomerId) => AppliedConfig> {
  const digests = await adapters.fileDigests(root, files);
  return (customer) => appliedConfigOf(config, customer, digests);
}
