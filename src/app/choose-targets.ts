/** Which targets a command is about, and whom each of them serves. */
import picomatch from 'picomatch';
import type { Config, CustomerConfig } from '../domain/config.ts';
import type { Problem } from '../domain/diagnostic.ts';
import type { TargetConfig } from '../domain/target-config.ts';
import { listed } from '../domain/words.ts';

/** `--target` named none. */
class NoSuchTarget extends Error implements Problem {
  override readonly name = 'NoSuchTarget';
  readonly code = 'NO_SUCH_TARGET';
  readonly hint: string;
  constructor(name: string, known: readonly string[]) {
    super(`No target is named "${name}".`);
    this.hint =
      known.length === 0
        ? 'The workspace has no targets: describe them under "targets" in rollcall.yaml.'
        : `There ${known.length === 1 ? 'is' : 'are'} ${listed(known)}.`;
  }
}

/** Those of these names, in the order of the workspace; all without a name. Throws NoSuchTarget. */
export function chooseTargets({ workspace }: Config, names: readonly string[]): readonly TargetConfig[] {
  const { targets } = workspace;
  const unknown = names.find((name) => !targets.some((target) => target.name === name));
  if (unknown !== undefined) {
    throw new NoSuchTarget(
      unknown,
      targets.map(({ name }) => name),
    );
  }
  return names.length === 0 ? targets : targets.filter(({ name }) => names.includes(name));
}

/** The customers that a target serves, in their order. */
export function servedBy(target: TargetConfig, customers: readonly CustomerConfig[]): readonly CustomerConfig[] {
  if (target.customers.length === 0) return customers;
  const matches = picomatch([...target.customers]);
  return customers.filter(({ name }) => matches(name));
}
