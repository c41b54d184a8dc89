/** Files of users that discovery writes and people review: added to, never written over. */
import { mkdir, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Document, isMap, isSeq, parseDocument, Scalar, type YAMLSeq } from 'yaml';
import { importsOf, normalizeUsers } from '../../config/normalize.ts';
import { parseCustomer, parseUsers } from '../../config/parse.ts';
import { type AddressKey, addressKey, keyOf } from '../../domain/address.ts';
import { FileProblem, type UsersFiles } from '../../ports.ts';
import { writeAtomically } from '../atomic-file.ts';
import { readImports } from './workspace-imports.ts';
import { readText } from './workspace-text.ts';

export const usersFiles: UsersFiles = { addresses, add, text: textOf, isImported };

const HEAD = `\
# Found by asking the mail servers (rollcall discover). Review it: every user here counts as one, and an alias
# of somebody is found like a mailbox of its own. Whoever should be no user is taken out, or made an alias.
apiVersion: rollcall/v1
kind: Users
users: []
`;

/** The core schema takes what looks like this for text, whatever stands around it. */
const PLAIN = /^[a-z\d][a-z\d._+-]*@[a-z\d.-]+$/;
async function addresses(path: string): Promise<ReadonlySet<AddressKey>> {
  return (await open(path)).held;
}

async function add(path: string, found: readonly AddressKey[]): Promise<readonly AddressKey[]> {
  // Read again: people may have edited it while the servers were asked.
  const { text, held, mode } = await open(path);
  const added = [...new Set(found)].filter((key) => !held.has(key)).toSorted();
  if (added.length === 0) return added;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeAtomically(path, [withUsers(text, added)], mode);
  } catch (error) {
    const message = `${path} could not be written: ${error instanceof Error ? error.message : error}.`;
    const hint = 'Give -o a file in a folder that you may write to, and that has room; or "-" for stdout.';
    throw new FileProblem({ code: 'USERS_NOT_WRITTEN', message, hint }, { cause: error });
  }
  return added;
}

function textOf(found: readonly AddressKey[]): string {
  return withUsers(HEAD, [...new Set(found)].toSorted());
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

/** What is there, or the beginning of a new file. */
async function open(path: string): Promise<OpenedFile> {
  const there = await stat(path).catch(() => null);
  if (there === null) return { text: HEAD, held: new Set(), mode: 0o666 };
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
function withUsers(text: string, added: readonly AddressKey[]): string {
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
    for (; next < added.length && key !== null && (added[next] ?? '') < key; next += 1) {
      items.push(userNode(document, added[next] ?? ''));
    }
    items.push(item);
  }
  users.items = [...items, ...added.slice(next).map((key) => userNode(document, key))];
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

/** Strangers chose the part before the "@": whatever is not quite plain stands in quotes. */
function userNode(document: Document, address: string): unknown {
  const scalar = new Scalar(address);
  if (!PLAIN.test(address)) scalar.type = 'QUOTE_DOUBLE';
  const node = document.createNode({ source: 'smtp' });
  if (isMap(node)) node.items.unshift(document.createPair('address', scalar));
  return node;
}
