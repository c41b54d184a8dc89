/** The whole state as one JSON document, `rollcall.state/1` (schemas/state.schema.json): to look at, to keep, to put back. */
import { readFile } from 'node:fs/promises';
import { type AddressKey, addressKey } from '../../domain/address.ts';
import { isUser, type ObjectId, type Roster, type State } from '../../domain/roster.ts';
import { FileProblem, type StateFiles } from '../../ports/documents.ts';
import { schemaProblem } from './schema-problem.ts';

const FORMAT = 'rollcall.state/1';

export const stateFiles: StateFiles = { text: stateText, load: loadState };

/** A line for each entry. */
function* stateText({ lineage, redacted, rosters }: State): Generator<string> {
  yield `${JSON.stringify({ format: FORMAT, lineage, redacted }).slice(0, -1)},"rosters":[`;
  let first = true;
  for (const { entries, ...roster } of rosters.values()) {
    yield `${first ? '\n' : ',\n'}${JSON.stringify(roster).slice(0, -1)},"entries":[`;
    for (const [index, entry] of entries.entries()) yield `${index === 0 ? '\n' : ',\n'}${JSON.stringify(entry)}`;
    yield ']}';
    first = false;
  }
  yield ']}\n';
}

async function loadState(path: string): Promise<State> {
  try {
    const document = await validated(JSON.parse(await readFile(path, 'utf8')));
    // A state that was pulled before there were sites and relays says nothing of them.
    const rosters = document.rosters.map((roster) => ({
      ...roster,
      sites: roster.sites ?? [],
      relays: roster.relays ?? [],
    }));
    checkCustomers(rosters);
    for (const roster of rosters) {
      checkAddresses(roster);
      checkEntries(roster);
      checkNames(roster);
    }
    const { lineage, redacted } = document;
    return {
      lineage,
      ...(redacted === true ? { redacted } : {}),
      rosters: new Map(rosters.map((roster) => [roster.customer, roster])),
    };
  } catch (error) {
    throw new FileProblem(
      {
        code: 'STATE_FILE',
        message: `${path} is not a state that can be pushed: ${error instanceof Error ? error.message : error}.`,
        hint: 'Nothing was written. Start from what this prints: rollcall state pull',
      },
      { cause: error },
    );
  }
}

interface StateDocument {
  readonly lineage: string;
  readonly redacted?: true;
  readonly rosters: readonly (Omit<Roster, 'sites' | 'relays'> & Partial<Pick<Roster, 'sites' | 'relays'>>)[];
}

async function validated(document: unknown): Promise<StateDocument> {
  const { state } = await import('./document-validators.ts');
  if (!state(document)) throw new Error(`it does not fit the schema: ${schemaProblem(state)}`);
  return document as StateDocument;
}

function checkCustomers(rosters: readonly Pick<Roster, 'customer'>[]): void {
  const names = rosters.map(({ customer }) => customer);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`the roster of ${twice} is in it twice`);
}

/** An object is one entry (MRG-1), and who is flagged has been so since a moment (DEL-1). */
function checkEntries({ customer, entries }: Roster): void {
  const bound = new Set<ObjectId>();
  for (const entry of entries) {
    const { address, objectId } = entry;
    if (objectId !== null && bound.has(objectId)) {
      throw new Error(`${address} of ${customer} has the object id of another entry, ${objectId}`);
    }
    if (objectId !== null) bound.add(objectId);
    if (isUser(entry) && (entry.status === 'flagged') !== (entry.flaggedAt !== null)) {
      const has = entry.flaggedAt === null ? 'no "flaggedAt"' : 'a "flaggedAt"';
      throw new Error(`${address} of ${customer} is ${entry.status} and has ${has}`);
    }
  }
}

/** Every address is one, and is held once (ADR-1, ADR-3). */
function checkAddresses({ customer, entries }: Roster): void {
  const held = new Set<AddressKey>();
  for (const address of entries.flatMap((entry) => [entry.address, ...entry.aliases])) {
    const key = addressKey(address);
    if (key === null) throw new Error(`${JSON.stringify(address)} of ${customer} is not a mail address`);
    if (held.has(key)) throw new Error(`${address} of ${customer} is held twice`);
    held.add(key);
  }
}

/** Domains, sites and relays go by their names. */
function checkNames({ customer, domains, sites, relays }: Roster): void {
  for (const [what, things] of Object.entries({ domain: domains, site: sites, relay: relays })) {
    const names = things.map(({ name }) => name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) throw new Error(`the ${what} ${twice} of ${customer} is in it twice`);
  }
}
