/** A name on the command line that nothing has. */
import { ProblemError } from '../domain/diagnostic.ts';
import { listed } from '../domain/words.ts';

/** So many of the names that there are are shown. */
const SHOWN = 20;

/** A misspelt name must not look like something without changes. */
class NoSuchName extends ProblemError {
  override readonly name = 'NoSuchName';
}

/** `known` are the names that there are; `none` is what to do where there is none. The code is NO_SUCH_CUSTOMER, NO_SUCH_SITE or NO_SUCH_TARGET. */
export function noSuchName(
  kind: 'customer' | 'site' | 'target',
  name: string,
  known: readonly string[],
  none: string,
): NoSuchName {
  const rest = known.length - SHOWN;
  const names = rest > 0 ? [...known.slice(0, SHOWN), `${rest} more`] : known;
  return new NoSuchName({
    code: `NO_SUCH_${kind.toUpperCase()}`,
    message: `No ${kind} is named "${name}".`,
    hint: known.length === 0 ? none : `There ${known.length === 1 ? 'is' : 'are'} ${listed(names)}.`,
  });
}
