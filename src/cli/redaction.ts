/** `--redact`: what makes the pseudonyms of this run. */
import { type Command, Option } from 'commander';
import type { ServedTarget } from '../app/compare-target.ts';
import type { Config } from '../domain/config.ts';
import type { Pseudonym } from '../domain/pseudonym.ts';
import type { Personal } from '../ports/target.ts';
import type { Context } from './context.ts';

export interface RedactOptions {
  readonly redact?: boolean;
}

export function addRedactOption(command: Command): Command {
  return command.addOption(new Option('--redact', 'show pseudonyms in the place of names, phones and notes'));
}

/** What makes pseudonyms, with the key that the workspace names, or else one that nobody will have again; null without `--redact`. */
export async function pseudonymsFor(
  { redact }: RedactOptions,
  config: Config | null,
  { adapters }: Pick<Context, 'adapters'>,
): Promise<Pseudonym | null> {
  return redact === true ? adapters.pseudonyms(config?.workspace.redactionKey ?? null) : null;
}

/** The pseudonyms that redacted recordings and states of this workspace have; null where each has its own. */
export function lastingOf(pseudonym: Pseudonym | null, { workspace }: Config): Pseudonym | null {
  return workspace.redactionKey === null ? null : pseudonym;
}

/** Says that what was just written goes with nothing else, where it is meant to. */
export function notePassing({ redact }: RedactOptions, { workspace }: Config, { terminal, quiet }: Context): void {
  if (redact !== true || workspace.redactionKey !== null || quiet) return;
  terminal.say(
    'These pseudonyms hold for this output only: the next ones will be others. To have the same in all, name a key in rollcall.yaml: redaction: {key: {env: ROLLCALL_REDACTION_KEY}}',
  );
}

/** What is personal in each of these targets, by name. */
export function personalIn(targets: readonly ServedTarget[]): (target: string) => Personal {
  const known = new Map(targets.map(({ target }) => [target.name, target.personal]));
  return (target) => known.get(target) ?? { field: () => 'notes', calledInKeys: true };
}
