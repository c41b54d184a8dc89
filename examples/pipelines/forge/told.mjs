/** One comment in a pull request and one open issue: made where there is none, edited where there is one. */
import { setTimeout as wait } from 'node:timers/promises';
import { bodyOf, isMarked } from './body.mjs';

const ATTEMPTS = 4;

/** Tells it in the one comment that has this marker: 'created', 'edited' or 'unchanged'. */
export function tellComment(forge, { number, marker, text }) {
  const body = bodyOf(marker, text, forge.limit);
  return untilClear(async () => {
    const there = await firstMarked(forge.ownComments(number), marker);
    if (there === null) await forge.createComment(number, body);
    else if (there.body !== body) await forge.editComment(number, there.id, body);
    return outcome(there, there?.body === body);
  });
}

/** Tells it in the one open issue that has this marker: 'created', 'edited' or 'unchanged'. */
export function tellIssue(forge, { marker, title, text }) {
  const body = bodyOf(marker, text, forge.limit);
  return untilClear(async () => {
    const there = await firstMarked(forge.ownIssues(), marker);
    const same = there?.body === body && there.title === title;
    if (there === null) await forge.createIssue({ title, body });
    else if (!same) await forge.editIssue(there.id, { title, body });
    return outcome(there, same);
  });
}

/** Closes every open issue that has this marker, with a last word: how many there were. */
export async function closeIssues(forge, { marker, text }) {
  const open = [];
  for await (const one of forge.ownIssues()) if (isMarked(one.body, marker)) open.push(one.id);
  for (const id of open) {
    await forge.closeIssue(id);
    await forge.commentIssue(id, text);
  }
  return open.length;
}

function outcome(there, same) {
  if (there === null) return 'created';
  return same ? 'unchanged' : 'edited';
}

async function firstMarked(list, marker) {
  for await (const one of list) if (isMarked(one.body, marker)) return one;
  return null;
}

/** Where a server failed while it made something, it may be there: so look again before making it once more. */
async function untilClear(tell) {
  for (let tried = 1; ; tried += 1) {
    try {
      return await tell();
    } catch (error) {
      if (error.unclear !== true || tried === ATTEMPTS) throw error;
      await wait(1000 * tried);
    }
  }
}
