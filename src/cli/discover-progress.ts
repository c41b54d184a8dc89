/** Shows on a terminal how far the asking of mail servers is. */
import type { DiscoverProgress } from '../app/discover.ts';
import { inert } from '../domain/inert.ts';
import { count, grouped } from '../domain/words.ts';
import type { Terminal } from './terminal.ts';

export interface ShownDiscovery {
  readonly update: (progress: DiscoverProgress) => void;
  readonly end: () => void;
}

/** One line that counts up. Silent where nobody watches. */
export async function discoverProgress(terminal: Terminal, total: number): Promise<ShownDiscovery> {
  if (!terminal.watched) return { update: () => {}, end: () => {} };
  const { default: ora } = await import('ora');
  const spinner = ora({ stream: process.stderr, discardStdin: false }).start('Asking mail servers');
  return {
    update: ({ server, asked, found }) => {
      spinner.text = `Asking ${inert(server)}: ${grouped(asked)} of ${count(total, 'address', 'addresses')}, ${grouped(found)} found`;
    },
    end: () => spinner.stop(),
  };
}
