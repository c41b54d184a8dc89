/**
 * Run as a process with the target's configuration as JSON: `once NUMBER SIZE` brings it in step with a numbered roster and prints what failed;
 * `loop SIZE` goes through them until it is killed, and prints each number when it is done.
 */
import { writeSync } from 'node:fs';
import { postfixTarget } from '../../../src/adapters/targets/postfix/target.ts';
import type { PostfixTargetConfig } from '../../../src/domain/target-config.ts';
import { TargetProblem } from '../../../src/ports/target.ts';
import { convergeWith } from '../converge-target.ts';
import { numberedRoster } from './numbered-roster.ts';

const [json = '', work = '', ...words] = process.argv.slice(2);
const config: PostfixTargetConfig = JSON.parse(json);
const target = postfixTarget(config, { resolveSecret: async () => '', log: () => {}, service: null });

/** At once, so that a kill right after it does not swallow it. */
function say(text: string): void {
  writeSync(1, `${text}\n`);
}

async function once(number: number, size: number): Promise<void> {
  try {
    const { failures } = await convergeWith(target, numberedRoster(number, size));
    say(JSON.stringify({ failures, problem: null }));
  } catch (error) {
    if (!(error instanceof TargetProblem)) throw error;
    const { code, message, hint } = error;
    say(JSON.stringify({ failures: [], problem: { code, message, hint } }));
  }
}

async function loop(size: number): Promise<void> {
  for (let number = 0; ; number += 1) {
    await convergeWith(target, numberedRoster(number, size));
    say(String(number));
  }
}

if (work === 'once') await once(Number(words[0]), Number(words[1]));
else await loop(Number(words[0]));
