/** Checks over a directory of type entra: settings that undo each other. */
import { type CustomerConfig, isEntra } from '../domain/config.ts';
import { listed } from '../domain/words.ts';
import { type Finding, warning } from './finding.ts';

/** A filter for enabled accounts asks Graph for no others, so no switch can bring one in. */
export function filterAgainstSwitches({ directory }: CustomerConfig): readonly Finding[] {
  if (directory === null || !isEntra(directory) || directory.connection.filter === null) return [];
  const filter = withoutTexts(directory.connection.filter);
  const { include, locations } = directory;
  const useless = [
    ...(/\baccountEnabled eq true\b/i.test(filter) ? (['disabled', 'sharedMailboxes', 'resources'] as const) : []),
    ...(/\buserType eq ''/i.test(filter) && /\buserType eq 'Member'/i.test(directory.connection.filter)
      ? (['guests'] as const)
      : []),
  ].filter((name) => include[name]);
  // With an "or" the other side may let them through.
  if (useless.length === 0 || /\b(or|not)\b/i.test(filter)) return [];
  const names = listed(useless.map((name) => `include.${name}`));
  const message = `The filter keeps out whom ${names} would bring in. Take that part out of the filter, or the switch.`;
  return [warning('CONFIG_FILTER', locations.filter, message)];
}

/** The filter with every text in it emptied, so that only its own words are left. */
function withoutTexts(filter: string): string {
  return filter.replaceAll(/'(?:[^']|'')*'/g, "''");
}
