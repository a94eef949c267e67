import { LRUCache } from 'lru-cache';
import type { Database } from './database.ts';
import type { Statement } from './statement.ts';

interface KeepOptions {
  /** Most rows kept; those not asked for longest go first. */
  max: number;
  /** After so long a row is read again; 0 for rows that never change. Milliseconds. */
  forMs: number;
}

/**
 * Keeps rows that are read much and change rarely in the memory of the process, for each pool by itself. Nothing that is
 * somebody's may be kept so, and nothing that a cancellation decides by.
 *
 * @param read reads the rows with the given `ids`
 * @returns the rows by id; one that does not exist is not there
 */
export function keepRows<Row extends { id: string }>(read: Statement<Row[]>, { max, forMs }: KeepOptions) {
  const keptOf = new WeakMap<Database, LRUCache<string, Row>>();
  return async (db: Database, ids: Iterable<string>): Promise<ReadonlyMap<string, Row>> => {
    const kept = keptOf.get(db) ?? new LRUCache<string, Row>({ max, ttl: forMs });
    keptOf.set(db, kept);
    const rows = new Map<string, Row>();
    const unknown: string[] = [];
    for (const id of new Set(ids)) {
      const row = kept.get(id);
      if (row) rows.set(id, row);
      else unknown.push(id);
    }
    if (unknown.length > 0) {
      for (const row of await read(db, { ids: unknown })) {
        kept.set(row.id, row);
        rows.set(row.id, row);
      }
    }
    return rows;
  };
}
