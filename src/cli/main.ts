#!/usr/bin/env node
/** Where the program begins and ends. */

const [command, ...rest] = process.argv.slice(2);
// Each key that asks for a completion waits for this: it loads as little as it can.
if (command === '__complete') process.exit(await (await import('./complete.ts')).complete(rest));
process.exit(await (await import('./run.ts')).run(process.argv.slice(2)));
