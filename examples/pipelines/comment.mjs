#!/usr/bin/env node
/**
 * Tells a text in one comment of a pull request, the same comment every time.
 *
 *     node comment.mjs --kind preview --file comment.md
 *
 * ROLLCALL_PULL_REQUEST is the number. On GitHub, in a run that another workflow's has started, ROLLCALL_HEAD_OWNER, ROLLCALL_HEAD_BRANCH
 * and ROLLCALL_HEAD_COMMIT say instead whose it was; a pull request that has moved on since is left alone.
 */
import { lstatSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { markerOf } from './forge/body.mjs';
import { Complaint, main, needed, numberOf, openForge } from './forge/forge.mjs';
import { tellComment } from './forge/told.mjs';

const LARGEST = 4_000_000;

await main(async () => {
  const { values } = parseArgs({ options: { kind: { type: 'string' }, file: { type: 'string' } }, strict: true });
  const { kind = '', file = '' } = values;
  const text = textOf(file);
  const forge = openForge();
  const number = await pullRequest(forge, process.env);
  if (number === null) {
    process.stderr.write('There is no open pull request with this head any more: nothing to tell.\n');
    return;
  }
  const marker = markerOf(kind, process.env.ROLLCALL_WORKSPACE || '.');
  const done = await tellComment(forge, { number, marker, text });
  process.stderr.write(`Comment on ${number}: ${done}.\n`);
});

/** The file may come out of an artifact that a fork's run has made. */
function textOf(file) {
  const found = lstatSync(file, { throwIfNoEntry: false });
  if (found === undefined) throw new Complaint(`There is no file ${file} to tell.`);
  if (!found.isFile() || found.size > LARGEST)
    throw new Complaint(`${file} is no plain file of ${LARGEST} bytes at most.`);
  return readFileSync(file, 'utf8');
}

async function pullRequest(forge, env) {
  if (env.ROLLCALL_PULL_REQUEST) return numberOf(env.ROLLCALL_PULL_REQUEST);
  const hint = 'Say which pull request it is about.';
  if (forge.pullRequestOf === undefined || !env.ROLLCALL_HEAD_COMMIT)
    return numberOf(needed(env, 'ROLLCALL_PULL_REQUEST', hint));
  const owner = needed(env, 'ROLLCALL_HEAD_OWNER', hint);
  const branch = needed(env, 'ROLLCALL_HEAD_BRANCH', hint);
  return await forge.pullRequestOf({ owner, branch, commit: env.ROLLCALL_HEAD_COMMIT });
}
