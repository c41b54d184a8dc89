/** `rollcall apply --repair`: shows how the targets differ from the state, asks, and puts them back. */
import { targetDrift } from '../app/drift.ts';
import { count } from '../domain/words.ts';
import { isAgreed } from './approval.ts';
import { type Context, chosen, clockOf, openStore, openWorkspace, Reported } from './context.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { openTargets } from './open-targets.ts';
import type { ApplyingOptions, ReadingOptions } from './options.ts';
import { putBack } from './put-back.ts';
import { renderTargetDrift, repairs } from './text/drift.ts';

interface RepairOptions extends ReadingOptions, ApplyingOptions {
  readonly target: readonly string[];
  readonly autoApprove?: boolean;
  readonly allChanges?: boolean;
}

/** Touches neither directories nor rosters. A target that cannot be read stops no other. */
export async function repair(file: string | undefined, options: RepairOptions, context: Context): Promise<ExitCode> {
  const { terminal, signal } = context;
  if (file !== undefined || options.snapshot !== undefined || options.full === true) {
    terminal.complain({
      code: 'USAGE',
      message: 'A repair brings targets in step with the state: neither a plan nor a directory has a part in it.',
      hint: 'Leave FILE, --snapshot and --full out.',
    });
    throw new Reported(EXIT.usage);
  }
  const { config } = await openWorkspace(context);
  const clock = clockOf(options);
  const customers = chosen(config, options.customer);
  const targets = await openTargets(config, options.target, context);
  await using store = await openStore(context, config, clock);
  const drifts = await targetDrift({ targets, customers, reader: store, signal });
  const hint = false;
  await terminal.print(renderTargetDrift(drifts, { colors: terminal.colors, full: options.allChanges === true, hint }));
  const number = repairs(drifts);
  const unread = drifts.filter(({ problem }) => problem !== null).length;
  if (number === 0) return unread > 0 ? EXIT.error : EXIT.done;
  const question = `Put ${count(number, 'difference')} right? Only "yes" does: `;
  if (options.autoApprove !== true && !(await isAgreed(question, context))) return EXIT.error;
  return await putBack({ targets, customers, store, clock, command: 'repair' }, options, context);
}
