/** Delta queries: a first round that lists all, then what has changed since; the rounds are in delta-round.ts. */
import type { Grant } from './access-token.ts';
import type { PageShape } from './listing.ts';
import { type Answer, Refusal, type WireRequest } from './wire.ts';
import type { World } from './world.ts';

export function deltaPage(
  _world: World,
  _grant: Grant,
  _request: WireRequest,
  _set: 'users' | 'groups',
  _shape: PageShape,
): Answer {
  throw new Refusal(501, 'NotImplemented', 'This operation target is not yet supported.');
}
