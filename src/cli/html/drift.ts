/** A drift as a page. */
import { type ConfigDrift, type Drift, hasDrifted, type TargetDrift } from '../../app/drift.ts';
import type { TargetChange, TargetFault } from '../../domain/target.ts';
import { count, grouped, listed } from '../../domain/words.ts';
import { targetChangeText } from '../text/target-change.ts';
import { problemBanner } from './notices.ts';
import { escaped, outside, page } from './page.ts';
import { moment, onlyList, planSections } from './plan.ts';
import { planData } from './plan-data.ts';

/** So many differences of a target are carried along; none of those that a repair would take away is left out. */
const MOST_SHOWN = 2000;
const ORDER = ['remove', 'add', 'change', 'foreign'] as const satisfies readonly TargetChange['action'][];

const PLAN_TITLE = '<h2 class="part">Directories, and what follows from the configuration</h2>\n';

/** The plan, where directories were read, and a table for each target. */
export function renderDriftHtml({ directory, config, targets }: Drift): Iterable<string> {
  const lists = directory === null ? null : onlyList(directory);
  return page({
    title: 'Drift',
    facts: directory === null ? [] : [['Looked at', moment(directory.at)]],
    body: [
      configSection(config),
      ...targets.map(targetSection),
      targets.some(hasDrifted) ? '<p>Put the targets back with: <code>rollcall apply --repair</code></p>\n' : '',
      ...(lists === null ? [] : [PLAN_TITLE, ...planSections(lists)]),
    ],
    ...(lists === null ? {} : { data: planData(lists) }),
  });
}

function configSection({ changed, files }: ConfigDrift): string {
  const paths = files.length === 0 ? '' : `: ${listed(files.map(outside))}`;
  const text = changed ? `Changed since it was last applied${paths}.` : 'As it was last applied.';
  return `<section><h2>Configuration</h2><p>${text}</p></section>\n`;
}

function targetSection(drift: TargetDrift): string {
  const { target, groups, faults, problem } = drift;
  if (problem !== null) return problemBanner(`${escaped(target)} is not read`, problem);
  const entries = groups.flatMap((group) => group.entries);
  const rows = [...faults.map(faultRow), ...sorted(entries).map(entryRow)];
  if (rows.length === 0) {
    return `<section><h2>${escaped(target)}</h2><p>In step with the state.</p></section>\n`;
  }
  const more = entries.length - sorted(entries).length;
  const rest = more === 0 ? '' : `<p class="quiet">${grouped(more)} more in <code>--format json</code>.</p>`;
  const head = ['Customer', 'What', 'Key', 'Difference'].map((name) => `<th scope="col">${name}</th>`).join('');
  return `<section><h2>${escaped(target)}</h2><p class="quiet">${summary(entries, faults)}</p>
<div class="scroll"><table class="plain"><thead><tr>${head}</tr></thead><tbody>
${rows.join('')}</tbody></table></div>${rest}</section>
`;
}

function sorted(entries: readonly TargetChange[]): readonly TargetChange[] {
  const removals = entries.filter(({ action }) => action === 'remove');
  const others = ORDER.slice(1).flatMap((action) => entries.filter((entry) => entry.action === action));
  return [...removals, ...others.slice(0, Math.max(0, MOST_SHOWN - removals.length))];
}

function summary(entries: readonly TargetChange[], faults: readonly TargetFault[]): string {
  const parts = ORDER.flatMap((action) => {
    const number = entries.filter((entry) => entry.action === action).length;
    if (number === 0) return [];
    return [action === 'foreign' ? `${count(number, 'entry', 'entries')} not ours` : `${grouped(number)} to ${action}`];
  });
  return [...parts, ...(faults.length === 0 ? [] : [count(faults.length, 'fault')])].join(', ');
}

function entryRow(entry: TargetChange): string {
  const { action, customer, key } = entry;
  return tableRow([
    customer === null ? '' : escaped(customer),
    `<span class="tag ${action}">${action === 'foreign' ? 'not ours' : action}</span>`,
    outside(key),
    outside(targetChangeText(entry)),
  ]);
}

function faultRow({ key, expected, found }: TargetFault): string {
  return tableRow([
    '',
    '<span class="tag change">mend</span>',
    outside(key),
    `${outside(found)}; it should be: ${outside(expected)}`,
  ]);
}

function tableRow(cells: readonly string[]): string {
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>\n`;
}
