/**
 * Run as a process: `DIR ROSTER CALLS` brings the upload files of a folder in step with a roster (JSON), and kills itself before so many calls
 * that write, rename or remove something have been made.
 */
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

const [dir = '', roster = '', calls = ''] = process.argv.slice(2);
let left = Number(calls);

function counted<A extends readonly unknown[], R>(call: (...args: A) => R): (...args: A) => R {
  return (...args) => {
    if (left === 0) process.kill(process.pid, 'SIGKILL');
    left -= 1;
    return call(...args);
  };
}

fs.open = counted(fs.open);
fs.rename = counted(fs.rename);
fs.rm = counted(fs.rm);
syncBuiltinESMExports();

const { putInStep } = await import('./csv-folder.ts');
const { failures } = await putInStep({ dir, flavour: 'changes' }, JSON.parse(roster));
if (failures.length > 0) throw new Error(JSON.stringify(failures));
