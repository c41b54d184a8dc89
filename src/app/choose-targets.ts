/** Which targets a command is about, and whom each of them serves. */
import picomatch from 'picomatch';
import type { Config, CustomerConfig } from '../domain/config.ts';
import type { TargetConfig } from '../domain/target-config.ts';
import { noSuchName } from './no-such-name.ts';

const NO_TARGETS = 'The workspace has no targets: describe them under "targets" in rollcall.yaml.';

/** Those of these names, in the order of the workspace; all without a name. Throws NoSuchName. */
export function chooseTargets({ workspace }: Config, names: readonly string[]): readonly TargetConfig[] {
  const { targets } = workspace;
  const unknown = names.find((name) => !targets.some((target) => target.name === name));
  if (unknown !== undefined) {
    const known = targets.map(({ name }) => name);
    throw noSuchName('target', unknown, known, NO_TARGETS);
  }
  return names.length === 0 ? targets : targets.filter(({ name }) => names.includes(name));
}

/** The customers that a target serves, in their order. */
export function servedBy(target: TargetConfig, customers: readonly CustomerConfig[]): readonly CustomerConfig[] {
  if (target.customers.length === 0) return customers;
  const matches = picomatch([...target.customers]);
  return customers.filter(({ name }) => matches(name));
}
