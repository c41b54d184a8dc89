#!/usr/bin/env node
/** Where the program begins and ends. */
import { run } from './run.ts';

process.exit(await run(process.argv.slice(2)));
