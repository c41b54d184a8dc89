/** Files of users that discovery writes and people review: added to, never written over. */
import { mkdir, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Document, isMap, isSeq, parseDocument, Scalar, type YAMLSeq } from 'yaml';
import { importsOf, normalizeUsers } from '../../config/normalize.ts';
import { parseCustomer, parseUsers } from '../../config/parse.ts';
import { type AddressKey, addressKey, keyOf } from '../../domain/address.ts';
import type { ImportedUser } from '../../domain/imported-user.ts';
import { FileProblem } from '../../ports/documents.ts';
import type { UsersFiles } from '../../ports/users-files.ts';
import { writeAtomically } from '../atomic-file.ts';
import { readImports } from './workspace-imports.ts';
import { readText } from './workspace-text.ts';

export const usersFiles: UsersFiles = { addresses, add, text: textOf, isImported };

const EMPTY = 'apiVersion: rollcall/v1\nkind: Users\nusers: []\n';

const ASKED = `\
# Found by asking the mail servers (rollcall discover). Review it: every user here counts as one, and an alias
# of somebody is found like a mailbox of its own. Whoever should be no user is taken out, or made an alias.
${EMPTY}`;

const TAKEN_OVER = `\
# Taken over from what a target holds (rollcall import target). Review it: every user here counts as one, and where
# the target does not tell, an alias of somebody is a user of its own. Whoever should be no user is taken out, or made an alias.
${EMPTY}`;

/** An address that was found by asking, or somebody of whom more may be known. */
type NewUser = AddressKey | ImportedUser;

/** The core schema takes what looks like this for text, whatever stands around it. */
const PLAIN = /^[a-z\d][a-z\d._+-]*@[a-z\d.-]+$/;
async function addresses(path: string): Promise<ReadonlySet<AddressKey>> {
  return (await open(path, [])).held;
}

async function add(path: string, found: readonly NewUser[]): Promise<readonly AddressKey[]> {
  // Read again: people may have edited it while the servers were asked.
  const { text, held, mode } = await open(path, found);
  const added = newAmong(found, held);
  if (added.length === 0) return [];
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeAtomically(path, [withUsers(text, added)], mode);
  } catch (error) {
    const message = `${path} could not be written: ${error instanceof Error ? error.message : error}.`;
    const hint = 'Give -o a file in a folder that you may write to, and that has room; or "-" for stdout.';
    throw new FileProblem({ code: 'USERS_NOT_WRITTEN', message, hint }, { cause: error });
  }
  return added.map(({ key }) => key);
}

function textOf(found: readonly NewUser[]): string {
  return withUsers(headOf(found), newAmong(found, new Set()));
}

function headOf(found: readonly NewUser[]): string {
  return found.some((user) => typeof user !== 'string') ? TAKEN_OVER : ASKED;
}

interface Addition {
  readonly key: AddressKey;
  readonly user: NewUser;
}

/** Sorted, each address once. */
function newAmong(found: readonly NewUser[], held: ReadonlySet<AddressKey>): readonly Addition[] {
  const added = new Map<AddressKey, NewUser>();
  for (const user of found) {
    const key = typeof user === 'string' ? user : keyOf(user.address);
    if (!held.has(key)) added.set(key, typeof user === 'string' ? user : withoutHeld(user, held));
  }
  return [...added].map(([key, user]) => ({ key, user })).toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

function withoutHeld(user: ImportedUser, held: ReadonlySet<AddressKey>): ImportedUser {
  return { ...user, aliases: user.aliases.filter((alias) => !held.has(keyOf(alias))) };
}

async function isImported(path: string, customerFile: string): Promise<boolean> {
  const read = await readText(customerFile);
  if (!read.ok) return false;
  const { files } = await readImports(customerFile, importsOf(parseCustomer(read.text, customerFile)), (file) => file);
  const real = await realPath(path);
  return (await Promise.all(files.map(realPath))).includes(real);
}

function realPath(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

interface OpenedFile {
  readonly text: string;
  readonly held: ReadonlySet<AddressKey>;
  /** To write it with. */
  readonly mode: number;
}

/** What is there, or the beginning of a new file for these. */
async function open(path: string, found: readonly NewUser[]): Promise<OpenedFile> {
  const there = await stat(path).catch(() => null);
  if (there === null) return { text: headOf(found), held: new Set(), mode: 0o666 };
  const read = await readText(path);
  if (!read.ok) throw notUsable(path, read.problem);
  const parsed = parseUsers(read.text, path);
  const { value, findings } = normalizeUsers(parsed);
  const wrong = [...parsed.findings, ...findings].find(({ severity }) => severity === 'error');
  if (wrong !== undefined) throw notUsable(path, `line ${wrong.location.line}: ${wrong.message}`);
  const held = new Set(value.flatMap(({ address, aliases }) => [address, ...aliases].map(keyOf)));
  return { text: read.text, held, mode: there.mode & 0o777 };
}

function notUsable(path: string, why: string): FileProblem {
  return new FileProblem({
    code: 'USERS_UNREADABLE',
    message: `${path} is no file of users that could be added to: ${why}`,
    hint: 'Correct it, or name another file with -o.',
  });
}

/** `added` is sorted. What is there keeps its order; each new one comes before the first that stands behind it in the alphabet. */
function withUsers(text: string, added: readonly Addition[]): string {
  const document = parseDocument(text, { schema: 'core', version: '1.2' });
  const users = listIn(document);
  const before = users.items;
  // An empty list stands in brackets, and people like to see theirs in lines.
  if (before.length === 0) users.flow = false;
  else keepComment(users);
  const items: unknown[] = [];
  let next = 0;
  for (const item of before) {
    const key = keyIn(item);
    for (let one = added[next]; one !== undefined && key !== null && one.key < key; one = added[next]) {
      items.push(userNode(document, one.user));
      next += 1;
    }
    items.push(item);
  }
  users.items = [...items, ...added.slice(next).map(({ user }) => userNode(document, user))];
  // Nothing is folded, and brackets are as they were.
  return document.toString({ lineWidth: 0, flowCollectionPadding: /[[{] /.test(text) });
}

/** The parser takes a comment above the first user for one on the list, and somebody else may come first now. */
function keepComment(users: YAMLSeq): void {
  const [first] = users.items;
  if (!isMap(first) || users.commentBefore == null) return;
  first.commentBefore = [users.commentBefore, first.commentBefore].filter((text) => text != null).join('\n');
  users.commentBefore = null;
}

function listIn(document: Document): YAMLSeq {
  const users = document.get('users');
  if (isSeq(users)) return users;
  const list = document.createNode([]) as YAMLSeq;
  document.set('users', list);
  return list;
}

function keyIn(item: unknown): AddressKey | null {
  return isMap(item) ? addressKey(String(item.get('address'))) : null;
}

/** Strangers chose the part before the "@", and what a target says of people: whatever is not quite plain stands in quotes. */
function userNode(document: Document, user: NewUser): unknown {
  const fields = typeof user === 'string' ? { address: user, source: 'smtp' } : fieldsOf(user);
  const node = document.createNode({});
  if (!isMap(node)) return node;
  for (const [name, value] of Object.entries(fields)) {
    const scalars = [value].flat().map(scalarOf);
    node.items.push(document.createPair(name, Array.isArray(value) ? document.createNode(scalars) : scalars[0]));
  }
  return node;
}

function fieldsOf({
  address,
  aliases,
  attributes,
}: ImportedUser): Readonly<Record<string, string | readonly string[]>> {
  return { address, ...attributes, ...(aliases.length === 0 ? {} : { aliases }) };
}

function scalarOf(text: string): Scalar {
  const scalar = new Scalar(text);
  if (text !== 'smtp' && !PLAIN.test(text)) scalar.type = 'QUOTE_DOUBLE';
  return scalar;
}
