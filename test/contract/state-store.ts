/** What every store of the state must do, whatever it is made of. Each adapter's test runs this against its own. */
import { describe } from 'vitest';
import { describeCommits } from './state-store-commits.ts';
import { describeCopies } from './state-store-copies.ts';
import type { FreshState } from './state-store-fixture.ts';
import { describeJournal } from './state-store-journal.ts';
import { describeLocks } from './state-store-locks.ts';
import { describePush } from './state-store-push.ts';
import { describeTargets } from './state-store-targets.ts';

/** Runs the contract against the states that `fresh` makes, each of them new. */
export function describeStateStore(name: string, fresh: FreshState): void {
  describe(name, () => {
    describeCommits(fresh);
    describeJournal(fresh);
    describePush(fresh);
    describeLocks(fresh);
    describeCopies(fresh);
    describeTargets(fresh);
  });
}
