/** One source for customers whose directories are of different types. */
import type { DirectoryConnection } from '../../domain/config.ts';
import type { DirectorySource } from '../../ports/directory.ts';

/** A source for each type of directory; each is loaded when the first customer needs it. */
export type SourcesByType = Readonly<Record<DirectoryConnection['type'], () => Promise<DirectorySource>>>;

export function sourceByType(sources: SourcesByType): DirectorySource {
  return {
    async read(customer, options) {
      const { directory } = customer;
      if (directory === null || !directory.enabled) return { status: 'none' };
      const source = await sources[directory.connection.type]();
      return source.read(customer, options);
    },
  };
}
