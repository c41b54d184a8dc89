/** The SCIM target: users and groups of a service that speaks SCIM 2.0 (RFC 7643, RFC 7644). */
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ScimTargetConfig } from '../../../domain/target-config.ts';
import type { Target } from '../../../ports/target.ts';
import type { Time } from '../../patience.ts';
import type { TargetOpening } from '../opening.ts';
import { type ScimClient, scimClient } from './client.ts';
import { discover, type Service } from './discovery.ts';
import { exchangeOf } from './exchange.ts';
import { type Holdings, readHoldings, readingOf } from './holdings.ts';
import { usersIn } from './import.ts';
import { matches } from './matches.ts';
import { patienceOf } from './patience.ts';
import { PERSONAL } from './personal.ts';
import { stop } from './problems.ts';
import { project } from './project.ts';
import { writeChanges } from './write.ts';

const REAL_TIME: Time = {
  monotonic: () => performance.now(),
  now: Date.now,
  sleep: (ms, signal) => sleep(ms, undefined, { signal }),
};

/** Connects to nothing until it reads. Writing takes up what the reading before it has found. */
export function scimTarget(config: ScimTargetConfig, opening: TargetOpening, time: Time = REAL_TIME): Target {
  const { log } = opening;
  const exchange = exchangeOf(config);
  const token = tokenOf(config, opening);
  const clientFor = (signal: AbortSignal): ScimClient => {
    // As many listen to it as there are requests under way.
    setMaxListeners(0, signal);
    const patience = patienceOf(time, signal);
    return scimClient({ url: config.url, token, exchange, patience, log, signal });
  };
  let service: Service | null = null;
  let last: Holdings | null = null;
  const hold = async (client: ScimClient): Promise<Holdings> => {
    service ??= await discover(client, log);
    return readHoldings({ client, service, groups: config.groups, log });
  };
  return {
    name: config.name,
    personal: PERSONAL,
    project: (roster) => project(roster, config),
    people: usersIn,
    matches,
    async read(_customers, signal) {
      last = null;
      last = await hold(clientFor(signal));
      return readingOf(last);
    },
    async write({ changes, desired }, signal) {
      const client = clientFor(signal);
      const holdings = last ?? (await hold(client));
      // What it holds is another thing from now on.
      last = null;
      return writeChanges({ client, holdings, changes, desired, parallelism: config.parallelism, log });
    },
  };
}

/** The token, fetched once and only when it is needed. */
function tokenOf({ name, token }: ScimTargetConfig, { resolveSecret }: TargetOpening): () => Promise<string> {
  let fetched: Promise<string> | null = null;
  const fetchToken = async () => {
    const text = await resolveSecret(token).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : 'It could not be had.';
      throw stop(
        'SCIM_TOKEN',
        `The token of ${name} could not be had: ${reason}`,
        'Correct token of the target, or put the token where it points to.',
      );
    });
    if (/^[\x21-\x7e]+$/.test(text)) return text;
    throw stop(
      'SCIM_TOKEN',
      `The token of ${name} has characters in it that no token has.`,
      'Store the token alone: without quotes, spaces or line ends.',
    );
  };
  return () => {
    fetched ??= fetchToken();
    return fetched;
  };
}
