/** Drift as JSON: `directory`, `config` and `targets`, each the answer to one question. */
import type { ConfigDrift, TargetDrift } from '../../app/drift.ts';

/** The text of the document, piece by piece. `plan` is the text of the plan's own document, or null where no directory was looked at. */
export function* driftDocument(
  plan: Iterable<string> | null,
  config: ConfigDrift,
  targets: readonly TargetDrift[],
): Generator<string> {
  yield '{\n"directory": ';
  if (plan === null) yield 'null';
  else yield* plan;
  yield `,\n"config": ${JSON.stringify(config)},\n`;
  yield `"targets": ${JSON.stringify(targets.flatMap(groupsOf), null, 2)}\n}\n`;
}

/** A member for each customer with differences; what concerns no customer has null for one, and so has a target that could not be read. */
function groupsOf({ target, groups, faults, problem }: TargetDrift) {
  if (problem !== null) return [{ target, customer: null, entries: [], error: problem }];
  const general = faults.map((fault) => ({ action: 'change', ...fault }));
  const own = groups.map(({ customer, entries }) => ({
    target,
    customer,
    entries: entries.map((entry) => ({
      action: entry.action,
      key: entry.key,
      expected: 'expected' in entry ? entry.expected : null,
      found: 'found' in entry ? entry.found : null,
    })),
  }));
  return general.length === 0 ? own : [{ target, customer: null, entries: general }, ...own];
}
