/** What directory sources want kept for their next readings. A cache beside the rosters: no serial and no journal knows of it. */
import type { DirectoryCopy, DirectoryCopyHead, DirectoryCopyUpdate } from '../../domain/directory-copy.ts';
import { type Instant, parseInstant } from '../../domain/instant.ts';
import type { CustomerId } from '../../domain/roster.ts';
import type { Sql, Values } from './database.ts';

const HEAD = `SELECT directory_type, directory_id, question, position, full_at, objects
  FROM directory_copy WHERE customer = ?`;
const UPSERT_HEAD = `INSERT INTO directory_copy
    (customer, directory_type, directory_id, question, position, full_at, objects) VALUES (?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (customer) DO UPDATE SET directory_type = excluded.directory_type, directory_id = excluded.directory_id,
    question = excluded.question, position = excluded.position, full_at = excluded.full_at, objects = excluded.objects`;
const OBJECTS = 'SELECT object_key, content FROM directory_copy_object WHERE customer = ? ORDER BY object_key';
const COUNT = 'SELECT count(*) FROM directory_copy_object WHERE customer = ?';
const UPSERT_OBJECT = `INSERT INTO directory_copy_object (customer, object_key, content) VALUES (?, ?, ?)
  ON CONFLICT (customer, object_key) DO UPDATE SET content = excluded.content`;
const DELETE_OBJECT = 'DELETE FROM directory_copy_object WHERE customer = ? AND object_key = ?';
const DELETE_OBJECTS = 'DELETE FROM directory_copy_object WHERE customer = ?';

/** Null where there is none, and for one that cannot be what was kept: then all is read anew. */
export async function readCopy(sql: Sql, customer: CustomerId): Promise<DirectoryCopy | null> {
  const [row] = await sql.rows(HEAD, [customer]);
  const head = row === undefined ? null : headOf(row);
  if (row === undefined || head === null) return null;
  const objects = new Map<string, string>();
  await sql.each(OBJECTS, [customer], ([key, text]) => {
    objects.set(String(key), String(text));
  });
  // An object that was lost here would look like one that has left the directory.
  return objects.size === row[5] ? { ...head, objects } : null;
}

/** Called inside one transaction. Writes nothing if the update builds on another copy than the stored one. */
export async function writeCopy(sql: Sql, customer: CustomerId, update: DirectoryCopyUpdate): Promise<void> {
  const { identity, question, position, fullAt, from, changed, removed } = update;
  const [stored] = await sql.rows(HEAD, [customer]);
  if (from === null) await sql.run(DELETE_OBJECTS, [customer]);
  else if (stored?.[3] !== from) return;
  else
    await sql.runMany(
      DELETE_OBJECT,
      rowsOf(
        customer,
        removed.map((key) => [key]),
      ),
    );
  await sql.runMany(UPSERT_OBJECT, rowsOf(customer, changed));
  const isSame = from !== null && changed.length === 0 && removed.length === 0;
  const objects = isSame ? (stored?.[5] ?? 0) : await countObjects(sql, customer);
  await sql.run(UPSERT_HEAD, [customer, identity.type, identity.id, question, position, fullAt, objects]);
}

function headOf([type, id, question, position, fullAt]: Values): DirectoryCopyHead | null {
  const isKnown = type === 'ldap' || type === 'entra';
  if (!isKnown || parseInstant(String(fullAt)) !== fullAt) return null;
  return {
    identity: { type, id: String(id) },
    question: String(question),
    position: String(position),
    fullAt: fullAt as Instant,
  };
}

function rowsOf(customer: CustomerId, rows: readonly Values[]): readonly Values[] {
  return rows.map((row) => [customer, ...row]);
}

async function countObjects(sql: Sql, customer: CustomerId): Promise<number> {
  const [row] = await sql.rows(COUNT, [customer]);
  return Number(row?.[0] ?? 0);
}
