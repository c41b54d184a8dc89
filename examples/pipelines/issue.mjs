#!/usr/bin/env node
/**
 * Tells a text in one open issue, or closes it.
 *
 *     node issue.mjs --kind drift --title TITLE --file drift.md
 *     node issue.mjs --kind drift --close "In step again."
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { markerOf } from './forge/body.mjs';
import { main, openForge } from './forge/forge.mjs';
import { closeIssues, tellIssue } from './forge/told.mjs';

await main(async () => {
  const text = { type: 'string' };
  const { values } = parseArgs({ options: { kind: text, title: text, file: text, close: text }, strict: true });
  const { kind = '', title = '', file = '', close } = values;
  const marker = markerOf(kind, process.env.ROLLCALL_WORKSPACE || '.');
  const forge = openForge();
  if (close === undefined) {
    const done = await tellIssue(forge, { marker, title, text: readFileSync(file, 'utf8') });
    process.stderr.write(`Issue: ${done}.\n`);
    return;
  }
  const closed = await closeIssues(forge, { marker, text: close });
  process.stderr.write(`Issues closed: ${closed}.\n`);
});
