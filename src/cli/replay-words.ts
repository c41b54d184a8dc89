/** Sentences about a replay that every format says alike. */
import { grouped, listed } from '../domain/words.ts';
import type { CustomerReplay, Replay } from '../planner/replay.ts';
import { untouched } from './replay-plans.ts';
import type { Base } from './shown-replay.ts';

/** What is to be known of the configuration that is compared with; null where it could be planned. */
export function baseNote({ status, findings }: Base): string | null {
  switch (status) {
    case 'planned':
      return null;
    case 'absent':
      return 'There was no workspace then: all that is planned is new.';
    case 'broken': {
      const [first] = findings.filter(({ severity }) => severity === 'error');
      const which = first === undefined ? '' : ` (${first.location.file}:${first.location.line}: ${first.message})`;
      return `The files were not valid then${which}, so nothing could be planned by them: all that is planned is new.`;
    }
  }
}

/** Who is new, and who is left alone from now on; a sentence each. */
export function comingsAndGoings({ customers }: Replay): readonly string[] {
  return customers.flatMap(({ customer, before, after }) => {
    if (after === 'absent') return [`${customer} is not in the configuration any more, so it is left alone.`];
    return before === 'absent' ? [`${customer} is new in the configuration.`] : [];
  });
}

/** Who is not blocked any more, each in a sentence with what held it back. */
export function released({ customers }: Replay): readonly string[] {
  return customers.flatMap(({ customer, blocks }) =>
    blocks.went.map(({ rule, message }) => `${customer} is no longer held back by ${rule}: ${message}`),
  );
}

/** The customers that nothing is different for, in a sentence; null where there are none. */
export function sameNote(replay: Replay): string | null {
  const names = untouched(replay).map(({ customer }: CustomerReplay) => customer);
  if (names.length === 0) return null;
  const some =
    names.length <= 5 ? listed(names) : `${names.slice(0, 5).join(', ')} and ${grouped(names.length - 5)} more`;
  return `${some}: no difference.`;
}
