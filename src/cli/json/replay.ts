/** A replay as JSON, `rollcall.replay/1` (schemas/replay.schema.json). */
import { changeDocument } from '../../planner/document.ts';
import type { CustomerReplay } from '../../planner/replay.ts';
import type { ShownReplay } from '../shown-replay.ts';

export const REPLAY_FORMAT = 'rollcall.replay/1';

/** The text of the document, a line for each customer and file. */
export function* replayDocument({ base, replay, files, notes }: ShownReplay): Generator<string> {
  const { at, lineage, redacted, customers } = replay;
  const head = { format: REPLAY_FORMAT, at, lineage, redacted: redacted || undefined, against: base, notes };
  yield `${JSON.stringify(head).slice(0, -1)},\n"files":[`;
  yield* separated(files);
  yield '],\n"customers":[';
  yield* separated(customers.map(customerDocument));
  yield ']}\n';
}

function* separated(items: readonly object[]): Generator<string> {
  for (const [index, item] of items.entries()) yield `${index === 0 ? '\n' : ',\n'}${JSON.stringify(item)}`;
}

function customerDocument(replay: CustomerReplay): object {
  const { customer, before, after, does, noLonger, blocks, diagnostics, problems, summary } = replay;
  return {
    customer,
    before,
    after,
    does: does.map(({ change, instead }) => ({
      change: changeDocument(change),
      instead: instead === null ? null : changeDocument(instead),
    })),
    noLonger: noLonger.map(changeDocument),
    blocked: blocks,
    diagnostics,
    errors: problems,
    summary,
  };
}
