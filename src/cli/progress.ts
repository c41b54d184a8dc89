/** Shows on a terminal how far the reading of directories is. */
import type { Progress } from '../app/gather.ts';
import type { CustomerId } from '../domain/roster.ts';
import { count, grouped } from '../domain/words.ts';
import type { Terminal } from './terminal.ts';

export interface ShownProgress extends Progress {
  readonly end: () => void;
}

const SILENT: ShownProgress = { started: () => {}, read: () => {}, done: () => {}, end: () => {} };

/** One line that counts up: customers done, objects read, pages. Silent where nobody watches. */
export async function readingProgress(terminal: Terminal, customers: number): Promise<ShownProgress> {
  if (!terminal.watched) return SILENT;
  // Loaded only now: it takes longer to load than most plans to make.
  const { default: ora } = await import('ora');
  const read = new Map<CustomerId, { readonly pages: number; readonly entries: number }>();
  let done = 0;
  const spinner = ora({ stream: process.stderr, discardStdin: false }).start('Reading directories');
  const show = () => {
    const readings = [...read.values()];
    const entries = readings.reduce((sum, reading) => sum + reading.entries, 0);
    const pages = readings.reduce((sum, reading) => sum + reading.pages, 0);
    const finished = `${grouped(done)} of ${count(customers, 'customer')}`;
    const amount = read.size === 0 ? '' : `, ${count(entries, 'object')}, ${count(pages, 'page')}`;
    spinner.text = `Reading directories: ${finished}${amount}`;
  };
  return {
    started: show,
    read: (customer, progress) => {
      read.set(customer, progress);
      show();
    },
    done: () => {
      done += 1;
      show();
    },
    end: () => spinner.stop(),
  };
}
