import type { Database } from './database.ts';

/**
 * A query that is built once for each pool and run with the values of its placeholders. Building one anew costs a
 * request more than the database does.
 */
export function preparedQuery<Query>(build: (db: Database) => Query): (db: Database) => Query {
  const built = new WeakMap<Database, Query>();
  return (db) => {
    const known = built.get(db) ?? build(db);
    built.set(db, known);
    return known;
  };
}
