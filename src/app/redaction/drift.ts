/** Drift without personal data: each target says which of its fields hold some. */
import { onlyOnce, type Pseudonym } from '../../domain/pseudonym.ts';
import type { TargetChange, TargetField, TargetValue } from '../../domain/target.ts';
import type { Personal } from '../../ports/target.ts';
import type { Drift, TargetDrift } from '../drift.ts';
import { redactedCalled, redactedProblem } from './names.ts';
import { redactPlan } from './plan.ts';

/** The drift with pseudonyms in the place of names, phones and notes. `personalOf` is what the target of that name says of what it holds. */
export function redactDrift(
  { directory, config, targets }: Drift,
  personalOf: (target: string) => Personal,
  pseudonym: Pseudonym,
): Drift {
  const once = onlyOnce(pseudonym);
  return {
    directory: directory === null ? null : redactPlan(directory, once),
    config,
    targets: targets.map((target) => redactedTarget(target, personalOf(target.target), once)),
  };
}

function redactedTarget(drift: TargetDrift, personal: Personal, pseudonym: Pseudonym): TargetDrift {
  return {
    ...drift,
    groups: drift.groups.map(({ customer, entries }) => ({
      customer,
      entries: entries.map((entry) => redactedChange(entry, personal, pseudonym)),
    })),
    problem: drift.problem === null ? null : redactedProblem(drift.problem, pseudonym),
  };
}

function redactedChange(change: TargetChange, personal: Personal, pseudonym: Pseudonym): TargetChange {
  const key = redactedKey(change.key, personal, pseudonym);
  const value = <V extends TargetValue | null>(held: V) => redactedValue(held, personal, pseudonym);
  switch (change.action) {
    case 'add':
      return { ...change, key, expected: value(change.expected) };
    case 'remove':
      return { ...change, key, found: value(change.found) };
    case 'change':
      return { ...change, key, expected: value(change.expected), found: value(change.found) };
    case 'foreign':
      return { ...change, key, expected: value(change.expected), found: value(change.found) };
  }
}

function redactedKey(key: string, { calledInKeys }: Personal, pseudonym: Pseudonym): string {
  const space = key.indexOf(' ') + 1;
  return calledInKeys ? key.slice(0, space) + redactedCalled(key.slice(space), pseudonym) : key;
}

function redactedValue<V extends TargetValue | null>(value: V, { field }: Personal, pseudonym: Pseudonym): V {
  if (value === null || typeof value === 'string') return value;
  const redact = (text: string, kind: ReturnType<Personal['field']>): string => {
    if (kind === null) return text;
    return kind === 'called' ? redactedCalled(text, pseudonym) : pseudonym(kind, text);
  };
  const fields = Object.entries(value).map(([name, held]): [string, TargetField] => {
    const kind = field(name);
    if (typeof held === 'string') return [name, redact(held, kind)];
    return [name, Array.isArray(held) ? held.map((text: string) => redact(text, kind)) : held];
  });
  return Object.fromEntries(fields) as V;
}
