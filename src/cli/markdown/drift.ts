/** Drift as Markdown, for the text of an issue. */
import { type ConfigDrift, type Drift, hasDrifted, isInStep, type TargetDrift } from '../../app/drift.ts';
import { isWrite, type TargetChange } from '../../domain/target.ts';
import { count, grouped, listed } from '../../domain/words.ts';
import { repairs } from '../text/drift.ts';
import { targetChangeText } from '../text/target-change.ts';
import { code, htmlCode, prose } from './escape.ts';
import { headlineOf } from './headline.ts';
import { planSections } from './plan-sections.ts';
import { problemText } from './problems.ts';
import { reviewed } from './reviewed.ts';
import { COMMENT_ROOM, fitting, sizeOf } from './room.ts';

const ELSEWHERE = '`rollcall drift --all-changes` lists everything.';

/** At most 65,000 characters, and octets: a headline, the configuration, what an apply would do, and the targets. */
export function renderDriftMarkdown(drift: Drift): string {
  const { config, directory, targets } = drift;
  const planned = directory === null ? null : reviewed(directory);
  const head = [`## ${headline(drift)}`, `### Configuration\n\n${configText(config)}`].join('\n\n');
  const room = COMMENT_ROOM - sizeOf(head) - 200;
  const shown = targetsText(targets, planned === null ? room : room / 2);
  const sections =
    planned === null
      ? []
      : [
          `### Directories, and what follows from the configuration\n\n${headlineOf(planned)}.`,
          planSections(planned, { room: room - sizeOf(shown) - sizeOf(headlineOf(planned)), elsewhere: ELSEWHERE }),
        ];
  return `${[head, ...sections, shown].filter((part) => part !== '').join('\n\n')}\n`;
}

function headline(drift: Drift): string {
  const { config, directory, targets } = drift;
  const unread = targets.filter(({ problem }) => problem !== null).length;
  const differences = repairs(targets);
  const planned = directory?.customers.some((one) => one.status === 'failed' || one.changes.length > 0) ?? false;
  const parts = [
    ...(config.changed ? ['the configuration has changed'] : []),
    ...(planned ? ['the rosters would change'] : []),
    ...(differences === 0 ? [] : [`${count(differences, 'difference')} in the targets`]),
    ...(unread === 0 ? [] : [`${count(unread, 'target')} could not be read`]),
  ];
  return isInStep(drift) && parts.length === 0 ? 'Nothing has drifted' : `Drift: ${listed(parts)}`;
}

/** So many files are named. */
const MOST_FILES = 20;

function configText({ changed, files }: ConfigDrift): string {
  if (!changed) return 'As it was last applied.';
  if (files.length === 0) return 'Changed since it was last applied.';
  const shown = files.slice(0, MOST_FILES).map((file) => `\n- ${code(file)}`);
  const more = files.length - shown.length;
  return `Changed since it was last applied:\n${shown.join('')}${more === 0 ? '' : `\n- … and ${count(more, 'more file')}`}`;
}

function targetsText(targets: readonly TargetDrift[], room: number): string {
  if (targets.length === 0) return '';
  let rest = room - 300;
  const texts = targets.map((drift, index) => {
    const text = targetText(drift, Math.floor(rest / (targets.length - index)));
    rest -= sizeOf(text) + 2;
    return text;
  });
  const repair = targets.some(hasDrifted) ? ['`rollcall apply --repair` puts the targets back.'] : [];
  return ['### Targets', ...texts, ...repair].join('\n\n');
}

function targetText({ target, groups, faults, problem }: TargetDrift, room: number): string {
  const name = `**${code(target)}**`;
  if (problem !== null) return `${name} could not be read: ${problemText(problem)}`;
  if (groups.length === 0 && faults.length === 0) return `${name} is in step with the state.`;
  const entries = groups.flatMap((group) => group.entries);
  const removals = entries.filter(({ action }) => action === 'remove');
  const others = entries.filter(({ action }) => action !== 'remove');
  const first = [
    ...faults.map((fault) => `- ${code(fault.key)}: ${prose(fault.found)}; it should be: ${prose(fault.expected)}`),
    ...removals.map(changeLine),
  ];
  const { lines, size } = fitting(first, room - 700);
  const left = first.length - lines.length;
  const notice = `**${count(left, 'removal or fault is', 'removals and faults are')} not listed here, for there is no room for them.** ${ELSEWHERE}`;
  return [
    `${name}: ${summary(entries, faults.length)}`,
    ...(left === 0 ? [] : [notice]),
    ...(lines.length === 0 ? [] : [lines.join('\n')]),
    ...(others.length === 0 ? [] : [folded(target, others, room - 400 - size)]),
  ].join('\n\n');
}

function summary(entries: readonly TargetChange[], faults: number): string {
  const of = (action: TargetChange['action']) => entries.filter((entry) => entry.action === action).length;
  const parts = (['remove', 'add', 'change'] as const).flatMap((action) => {
    const number = of(action);
    return number === 0 ? [] : [`${action === 'remove' ? `**${grouped(number)}**` : grouped(number)} to ${action}`];
  });
  const foreign = of('foreign');
  return [
    ...parts,
    ...(faults === 0 ? [] : [count(faults, 'fault')]),
    ...(foreign === 0 ? [] : [`${count(foreign, 'entry', 'entries')} not ours`]),
  ].join(', ');
}

function folded(target: string, entries: readonly TargetChange[], room: number): string {
  const sorted = [...entries.filter(isWrite), ...entries.filter((entry) => !isWrite(entry))];
  const { lines } = fitting(sorted.map(changeLine), room);
  const left = entries.length - lines.length;
  const more = left === 0 ? [] : [`- … and ${grouped(left)} more. ${ELSEWHERE}`];
  const title = `${htmlCode(target)}: ${count(entries.length, 'entry', 'entries')}`;
  return `<details><summary>${title}</summary>\n\n${[...lines, ...more].join('\n')}\n\n</details>`;
}

/** `- remove domain acme.example of acme: not in the state: …`. */
function changeLine(change: TargetChange): string {
  const whose = change.customer === null ? '' : ` of ${code(change.customer)}`;
  const action = change.action === 'remove' ? '**remove**' : change.action;
  return `- ${action} ${code(change.key)}${whose}: ${prose(targetChangeText(change))}`;
}
