/** Customers that the state holds and the configuration no longer names. */
import type { Config } from '../domain/config.ts';
import { listed } from '../domain/words.ts';
import type { StateReader } from '../ports/state.ts';
import type { Context } from './context.ts';

/** Says that nothing is done about them: a file that was lost must not remove a whole customer. */
export async function unconfiguredNote(
  config: Config,
  reader: StateReader,
  { terminal, quiet }: Context,
): Promise<void> {
  if (quiet) return;
  const configured = new Set(config.customers.map(({ name }) => name));
  const lost = (await reader.customers()).filter((customer) => !configured.has(customer));
  if (lost.length === 0) return;
  const names = lost.length > 10 ? `${lost.slice(0, 10).join(', ')} and ${lost.length - 10} more` : listed(lost);
  terminal.say(
    terminal.sayColors.yellow(
      `The state holds ${names}, which the configuration does not name: nothing is done about ${lost.length === 1 ? 'it' : 'them'}.`,
    ),
  );
}
