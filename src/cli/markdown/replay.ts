/** A replay as Markdown, for a comment in a pull request: what the change does, what it no longer does, and the change itself. */
import type { FileChange } from '../../app/config-changes.ts';
import { count } from '../../domain/words.ts';
import { planOfEffects, planOfPast } from '../replay-plans.ts';
import { baseNote, comingsAndGoings, released, sameNote } from '../replay-words.ts';
import type { ShownReplay } from '../shown-replay.ts';
import { code, htmlCode, prose } from './escape.ts';
import { fenced } from './fenced.ts';
import { headlineOf } from './headline.ts';
import { planSections } from './plan-sections.ts';
import { reviewed } from './reviewed.ts';
import { COMMENT_ROOM, cut, fitting, sizeOf } from './room.ts';

const ELSEWHERE = '`rollcall plan --against REVISION --all-changes` lists everything.';
/** What the files, the notes and the changes that are no longer planned may take at most; the rest is for what the change does. */
const FILES = 10_000;
const NOTES = 4_000;
const PAST = 12_000;
const LONGEST_NOTE = 500;

/** At most 65,000 characters, and octets. */
export function renderReplayMarkdown(shown: ShownReplay): string {
  const effects = reviewed(planOfEffects(shown.replay));
  const notes = notesOf(shown);
  const past = pastOf(shown);
  const nothing = past === '' ? 'no difference' : 'it does nothing more, and some things no longer';
  const heading = `## The change of the configuration: ${effects.plan.customers.length === 0 ? nothing : headlineOf(effects)}`;
  const files = filesOf(shown.files);
  const footer = footerOf(shown);
  const same = prose(sameNote(shown.replay) ?? '');
  const others = [heading, notes, past, same, files, footer].filter((part) => part !== '');
  const room = COMMENT_ROOM - sizeOf(others.join('\n\n')) - 5;
  const sections = effects.plan.customers.length === 0 ? '' : planSections(effects, { room, elsewhere: ELSEWHERE });
  return `${[heading, notes, sections, past, same, files, footer].filter((part) => part !== '').join('\n\n')}\n`;
}

function notesOf({ base, replay, notes }: ShownReplay): string {
  const said = [...[baseNote(base) ?? []].flat(), ...notes, ...comingsAndGoings(replay), ...released(replay)];
  const all = said.map((note) => `- ${prose(cut(note, LONGEST_NOTE))}`);
  const { lines } = fitting(all, NOTES - 100);
  const left = all.length - lines.length;
  return [...lines, ...(left === 0 ? [] : [`- … and ${count(left, 'more note')}`])].join('\n');
}

function pastOf({ replay }: ShownReplay): string {
  const past = reviewed(planOfPast(replay));
  if (past.plan.customers.length === 0) return '';
  const number = past.customers.reduce((sum, { plan }) => sum + plan.changes.length, 0);
  const sections = planSections(past, { room: PAST, elsewhere: ELSEWHERE });
  return `<details><summary>No longer planned: ${count(number, 'change')}</summary>\n\n${sections}\n\n</details>`;
}

function filesOf(files: readonly FileChange[]): string {
  if (files.length === 0) return '';
  let room = FILES;
  const shown: string[] = [];
  for (const file of files) {
    const text = fileText(file, Math.max(0, room - 300));
    if (sizeOf(text) + 2 > room) break;
    shown.push(text);
    room -= sizeOf(text) + 2;
  }
  const left = files.length - shown.length;
  const more = left === 0 ? [] : [`… and ${count(left, 'more file')} that differ.`];
  return [`### ${count(files.length, 'file')} changed`, ...shown, ...more].join('\n\n');
}

function fileText({ path, change, added, removed, patch, leftOut }: FileChange, room: number): string {
  const size = added === null ? 'too much differs to compare' : `+${added} −${removed ?? 0}`;
  const summary = `<summary>${htmlCode(cut(path, 200))} ${change}, ${size}</summary>`;
  const { lines } = fitting(patch, room);
  const left = patch.length - lines.length + leftOut;
  const more = left === 0 ? [] : [`${count(left, 'line')} of the diff left out.`];
  const diff = lines.length === 0 ? [] : [fenced(lines.join('\n'), 'diff').trimEnd()];
  return ['<details>', summary, '', [...diff, ...more].join('\n\n'), '', '</details>'].join('\n');
}

function footerOf({ base, replay }: ShownReplay): string {
  const redacted = replay.redacted ? ' Redacted: names, phones and notes are pseudonyms.' : '';
  return `Against ${code(base.revision)} (${code(base.commit.slice(0, 12))}), as of ${code(replay.at)}.${redacted}`;
}
