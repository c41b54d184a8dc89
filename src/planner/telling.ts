/**
 * The sentences that tell something of people: names of directory objects, and what somebody wrote about a decision. Each is said by its
 * template here and nowhere else, so that these can be found again in any message, be it of a saved plan: redaction goes by that.
 */
import { type Parts, type Sentence, sentence } from './sentence.ts';

// An address may have spaces, but in quotes only (RFC 5321 4.1.2).
const ADDRESS = String.raw`(?:"(?:[^"\\]|\\.)*"|[^" ]+)@[^ ]+`;
/** As JSON writes it. */
const QUOTED = String.raw`"(?:[^"\\]|\\.)*"`;
const PLACE = '(?:(?!: ).)*?';
const SHORTEST = '.*?';

/** What there is to say of names (`name`, `other`) and of remarks (`remark`). */
export const TELL = {
  inDirectory: sentence('in the directory as <name>'),
  leftOut: sentence('found as <name>, and left out: <why>', { why: '(?:(?!, and left out: ).)*' }),
  boundTo: sentence('bound to <name>, which has this address'),
  rebound: sentence('the same address in the new directory: rebound to <name>'),
  madeAnew: sentence('made anew in the directory as <name>: rebound to its new object id'),
  supplied: sentence('the directory supplies the addition now, as <name>'),
  mistaken: sentence('taken over as a user, and <what> <name> in the directory: it goes on as that', {
    what: 'the group|an address of',
  }),
  manyPrimaries: sentence(
    '<name> has <count> primary addresses (<all>). <chosen> is taken, because <why>. Leave one "SMTP:" value in its proxyAddresses.',
    { count: String.raw`\d+`, all: SHORTEST, chosen: SHORTEST, why: SHORTEST },
  ),
  notAnAddress: sentence(
    'The <what> <text> of <name> is not valid: <problem>. It is left out; correct it in the directory.',
    { what: '[a-z ]+', text: QUOTED, problem: SHORTEST },
  ),
  heldElsewhere: sentence(
    '<address> of <name> is held by the customer <customer>. It is not taken over: remove it there first, and apply that.',
    { address: ADDRESS, customer: '[^ ]*' },
  ),
  lostTo: sentence(
    '<address> belongs to both <name> and <other>. <name> keeps it, because <why>; <other> <effect>. Give the address to one of them in the directory.',
    { address: ADDRESS, why: SHORTEST, effect: SHORTEST },
  ),
  idleException: sentence('The exception {<kind>: <text>} has no effect: <text> is <what> <name>. Name it as that.', {
    kind: '[a-z]+',
    text: SHORTEST,
    what: 'an alias of|the group|the user',
  }),
  decided: sentence('decided in <place>: <remark>', { place: PLACE }),
} as const;

const SENTENCES: readonly Pick<Sentence<string>, 'understand' | 'say'>[] = Object.values(TELL);

/** How to put each kind of what is told. */
export interface Retelling {
  readonly name: (name: string) => string;
  readonly remark: (remark: string) => string;
}

/** The message with other names and remarks in it; null where it is none of these sentences. */
export function retold(message: string, { name, remark }: Retelling): string | null {
  for (const { understand, say } of SENTENCES) {
    const parts = understand(message);
    if (parts === null) continue;
    const put: Record<string, string> = { ...parts };
    for (const place of ['name', 'other']) if (parts[place] !== undefined) put[place] = name(parts[place]);
    if (parts['remark'] !== undefined) put['remark'] = remark(parts['remark']);
    return say(put as Parts);
  }
  return null;
}
