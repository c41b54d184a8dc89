/** Whether all that passes one filter passes another, as far as their form shows it. */
import type { FilterTree } from './filter-tree.ts';

/**
 * True only where it is certain: what makes `narrow` true makes `wide` true. Filters that say the same in another form may not be
 * recognized.
 */
export function implies(narrow: FilterTree, wide: FilterTree): boolean {
  if (JSON.stringify(narrow) === JSON.stringify(wide)) return true;
  // Every object has one.
  if (wide.kind === 'present' && wide.attribute === 'objectclass') return true;
  if (wide.kind === 'and') return wide.parts.every((part) => implies(narrow, part));
  if (narrow.kind === 'or') return narrow.parts.every((part) => implies(part, wide));
  if (narrow.kind === 'and' && narrow.parts.some((part) => implies(part, wide))) return true;
  if (wide.kind === 'or') return wide.parts.some((part) => implies(narrow, part));
  return wide.kind === 'present' && comparesValue(narrow) && narrow.attribute === wide.attribute;
}

function comparesValue(filter: FilterTree): filter is Extract<FilterTree, { attribute: string }> {
  return filter.kind !== 'and' && filter.kind !== 'or' && filter.kind !== 'not' && filter.kind !== 'extensible';
}

/** What of a filter is still to be asked of objects that passed `passed`: the conditions that do not follow from that. */
export function remainder(filter: FilterTree, passed: FilterTree): FilterTree {
  const conditions = conditionsOf(filter).filter((condition) => !implies(passed, condition));
  return { kind: 'and', parts: conditions };
}

/** The conditions that must all hold. */
function conditionsOf(filter: FilterTree): readonly FilterTree[] {
  return filter.kind === 'and' ? filter.parts.flatMap(conditionsOf) : [filter];
}
