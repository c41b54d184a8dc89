/** Opens SQLite databases with better-sqlite3, in a way that Node.js 24 bears. */
import Sqlite from 'better-sqlite3';

/**
 * Compiled for Node.js 24.19 or later, an object of an addon ends the process with "Assertion failed: (env) != nullptr" when it is collected
 * while no JavaScript runs (ObjectWrap in node_object_wrap.h takes back a cleanup hook of an environment that it cannot find then). So none of
 * them is ever collected there: they stay until the process ends, some hundred octets each.
 */
const MUST_STAY = Number(process.versions.node.split('.')[0]) >= 24;

/** As `new Sqlite` opens it. `mustStay` is for tests. */
export function openDatabase(name: string, options: Sqlite.Options = {}, mustStay = MUST_STAY): Sqlite.Database {
  const database = new Sqlite(name, options);
  return mustStay ? staying(database) : database;
}

const kept = new Set<object>();

function keep<T extends object>(object: T): T {
  kept.add(object);
  return object;
}

/** The same database, with all that it makes kept: statements, those of pragmas among them, and the iterators of their rows. */
function staying(database: Sqlite.Database): Sqlite.Database {
  const prepare = database.prepare.bind(database);
  const preparedToStay = (text: string) => {
    const statement = keep(prepare<unknown[]>(text));
    const iterate = statement.iterate.bind(statement);
    return Object.assign(statement, { iterate: (...values: unknown[]) => keep(iterate(...values)) });
  };
  const pragma = (text: string, { simple = false }: Sqlite.PragmaOptions = {}) => {
    const statement = preparedToStay(`PRAGMA ${text}`);
    if (!statement.reader) return statement.run() && [];
    return simple ? statement.pluck().get() : statement.all();
  };
  return keep(Object.assign(database, { prepare: preparedToStay, pragma }) as Sqlite.Database);
}
