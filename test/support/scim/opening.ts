/** A SCIM target for tests: at a loopback address, and with a clock whose waits take no time. */
import { scimTarget } from '../../../src/adapters/targets/scim/target.ts';
import type { ScimTargetConfig } from '../../../src/domain/target-config.ts';
import type { Target } from '../../../src/ports/target.ts';
import { line } from '../builders.ts';
import { TOKEN } from './peer.ts';

export function scimConfig(url: string, parts: Partial<ScimTargetConfig> = {}): ScimTargetConfig {
  return {
    name: 'crm',
    type: 'scim',
    customers: [],
    location: line(1),
    url,
    token: { env: 'SCIM_TOKEN' },
    groups: true,
    ca: null,
    parallelism: 4,
    timeoutMs: 10_000,
    ...parts,
  };
}

export interface Opened {
  readonly target: Target;
  readonly lines: string[];
  /** What was waited, in milliseconds. */
  readonly waits: number[];
}

/** Time passes as soon as somebody sleeps. */
export function openScim(url: string, parts: Partial<ScimTargetConfig> = {}, token = TOKEN): Opened {
  const lines: string[] = [];
  const waits: number[] = [];
  let passed = 0;
  const opening = { resolveSecret: async () => token, log: (text: string) => void lines.push(text), service: null };
  const time = {
    monotonic: () => passed,
    now: () => passed,
    sleep: async (ms: number) => {
      waits.push(ms);
      passed += ms;
    },
  };
  return { target: scimTarget(scimConfig(url, parts), opening, time), lines, waits };
}
