/** `rollcall approve` */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { approvePlan } from '../../app/approve.ts';
import { durationMs } from '../../config/duration.ts';
import { inert } from '../../domain/inert.ts';
import type { Instant } from '../../domain/instant.ts';
import type { SecretReference } from '../../domain/secret-reference.ts';
import { type Context, clockOf, Reported } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { addAtOption, personName } from '../options.ts';
import { renderPlan } from '../text/plan.ts';
import type { Perform } from './perform.ts';

interface ApproveOptions {
  readonly as: string;
  readonly key?: string;
  readonly keyEnv?: string;
  readonly validFor: number;
  readonly approvals?: string;
  readonly at?: Instant;
}

/** Where the approvals of a plan are, unless something else is said. */
export function approvalsBeside(plan: string): string {
  return `${plan}.approvals`;
}

export function addApproveCommand(program: Command, perform: Perform): void {
  addAtOption(program.command('approve'))
    .argument('<file>', 'a saved plan')
    .description('sign an approval of exactly this plan, for: rollcall apply FILE --require-approval')
    .requiredOption('--as <name>', 'who approves: a name under approvals.keys of the workspace', personName)
    .addOption(new Option('--key <file>', 'the private Ed25519 key as PEM').conflicts('keyEnv'))
    .option('--key-env <variable>', 'the environment variable that holds the private key')
    .addOption(
      new Option('--valid-for <duration>', 'how long the approval counts: 30m, 24h, 3d')
        .default(24 * 3_600_000, '24h')
        .argParser(lifetime),
    )
    .option('--approvals <file>', 'the file that the approval is added to (default: FILE.approvals)')
    .addHelpText(
      'after',
      `
Examples:
  rollcall show plan.json && rollcall approve plan.json --as ann --key ~/.keys/ann.pem
  rollcall apply plan.json --require-approval`,
    )
    .action((file: string, options: ApproveOptions, command: Command) =>
      perform(command, (context) => approve(file, options, context)),
    );
}

function lifetime(text: string): number {
  if (!/^[1-9]\d{0,4}[mhd]$/.test(text)) throw new InvalidArgumentError('Give a duration such as 30m, 24h or 3d.');
  return durationMs(text);
}

async function approve(file: string, options: ApproveOptions, context: Context): Promise<ExitCode> {
  const { adapters, terminal } = context;
  const saved = await adapters.planFiles.load(context.file(file));
  const approvals = await adapters.approvals();
  const path = options.approvals ?? approvalsBeside(file);
  const { approver, expires } = await approvePlan({
    saved,
    approver: options.as,
    key: keyOf(options, context),
    validMs: options.validFor,
    now: clockOf(options)(),
    path: context.file(path),
    approvals,
  });
  // The last line: what was approved, in numbers.
  const totals = [...renderPlan(saved.plan, { colors: terminal.colors, full: false, verbose: false })].at(-1) ?? '';
  await terminal.print(totals);
  await terminal.print(`Approved by ${inert(approver)} until ${expires}: ${saved.digest}\n`);
  if (!context.quiet) terminal.say(`Saved to ${path}. It counts for: rollcall apply ${file} --require-approval`);
  return EXIT.done;
}

function keyOf({ key, keyEnv }: ApproveOptions, context: Context): SecretReference {
  if (key !== undefined) return { file: context.file(key) };
  if (keyEnv !== undefined) return { env: keyEnv };
  context.terminal.complain({
    code: 'USAGE',
    message: 'Whoever approves signs with a key of their own.',
    hint: 'Give --key FILE or --key-env VARIABLE.',
  });
  throw new Reported(EXIT.usage);
}
