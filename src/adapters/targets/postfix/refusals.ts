/** What cannot be put into the tables, each with the reason. */

import type { TargetFailure, TargetWrite } from '../../../domain/target.ts';
import type { MapType } from '../../../domain/target-config.ts';
import { grouped } from '../../../domain/words.ts';

/** What Postfix makes of one recipient at most, unless virtual_alias_expansion_limit says otherwise (postconf(5)). */
const MOST_MEMBERS = 1000;

/** Parts the changes that can be made from those that cannot. */
export function withoutRefused(
  changes: readonly TargetWrite[],
  maps: MapType,
): { readonly changes: readonly TargetWrite[]; readonly failures: readonly TargetFailure[] } {
  const failures: TargetFailure[] = [];
  const possible = changes.filter((change) => {
    const failure = change.action === 'remove' ? null : refusal(change, maps);
    if (failure !== null) failures.push(failure);
    return failure === null;
  });
  return { changes: possible, failures };
}

function refusal(
  { key, customer, expected }: Exclude<TargetWrite, { action: 'remove' }>,
  maps: MapType,
): TargetFailure | null {
  const at = key.indexOf(' ');
  const address = key.slice(at + 1);
  if (address.startsWith('#') && maps !== 'sqlite' && maps !== 'pgsql') {
    const message = `${address} cannot be written into a table of type ${maps}: a line that begins with "#" is a comment to Postfix (postmap(1)).`;
    const hint = 'Mail to it is refused until it has another address, or the tables are of type sqlite or pgsql.';
    return { customer, key, problem: { code: 'POSTFIX_KEY', message, hint } };
  }
  const members = key.startsWith('aliases ') ? String(expected).split(',').length : 0;
  if (members <= MOST_MEMBERS) return null;
  const message = `${address} has ${grouped(members)} members, and Postfix expands no list beyond ${grouped(MOST_MEMBERS)} (virtual_alias_expansion_limit).`;
  const hint =
    'Make smaller lists, leave this one out of the roster, or turn expandGroups off; mail to it goes where it went before.';
  return { customer, key, problem: { code: 'POSTFIX_LIST_TOO_LONG', message, hint } };
}
