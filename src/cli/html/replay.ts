/** A replay as a page: a tab for what the change of the configuration does and one for what it no longer does, beside the change itself. */
import type { FileChange } from '../../app/config-changes.ts';
import { count } from '../../domain/words.ts';
import { planOfEffects, planOfPast } from '../replay-plans.ts';
import { baseNote, comingsAndGoings, released, sameNote } from '../replay-words.ts';
import type { ShownReplay } from '../shown-replay.ts';
import type { ConfigFileDifference } from './config-files.ts';
import { escaped, outside } from './page.ts';
import { moment, planPage } from './plan.ts';

/** The page, in pieces. */
export function renderReplayHtml(shown: ShownReplay): Iterable<string> {
  const { base, replay, files } = shown;
  const [effects, past] = [planOfEffects(replay), planOfPast(replay)];
  const none = effects.customers.length === 0;
  return planPage({
    title: 'What the change of the configuration does',
    facts: [
      ['Against', `${outside(base.revision)} <code>${escaped(base.commit.slice(0, 12))}</code>`],
      ['Planned', moment(replay.at)],
    ],
    verdict: none ? 'The change of the configuration makes no difference.' : null,
    intro: introOf(shown),
    files: files.map(differenceOf),
    lists: [
      { title: 'Does', note: 'Only the configuration as it is does this.', plan: effects },
      { title: 'No longer', note: 'Only the configuration as it was did this.', plan: past },
    ],
  });
}

function* introOf({ base, replay, notes }: ShownReplay): Generator<string> {
  const said = [baseNote(base), ...notes, ...comingsAndGoings(replay), ...released(replay), sameNote(replay)];
  const items = said.filter((note) => note !== null).map((note) => `<li>${outside(note)}</li>\n`);
  if (items.length > 0) yield `<ul class="quiet">\n${items.join('')}</ul>\n`;
}

function differenceOf({ path, change, patch, leftOut, added }: FileChange): ConfigFileDifference {
  const lines = patch.map((line) => {
    const kind = KINDS[line[0] ?? ''] ?? 'leftOut';
    return { change: kind, text: kind === 'leftOut' ? line : line.slice(1) };
  });
  const rest = added === null ? 'too much differs to compare' : `${count(leftOut, 'more line')} of the diff`;
  const more = leftOut > 0 || added === null ? [{ change: 'leftOut', text: rest } as const] : [];
  return { path: change === 'changed' ? path : `${path} (${change})`, lines: [...lines, ...more] };
}

const KINDS: Readonly<Record<string, ConfigFileDifference['lines'][number]['change']>> = {
  '+': 'added',
  '-': 'removed',
  ' ': 'kept',
};
