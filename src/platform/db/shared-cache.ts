import type DataLoader from 'dataloader';
import { LRUCache } from 'lru-cache';
import type { Database } from './database.ts';

/** The `cacheMap` of a loader of rows by id. */
type CacheMap<Row> = DataLoader.CacheMap<string, Promise<Row | null>>;

interface CacheOptions {
  /** The most rows; the least recently used ones go first. */
  max: number;
  /** Milliseconds until a row is read again; 0 for rows that never change. */
  ttl: number;
}

/**
 * Makes the `cacheMap` that the loaders of all requests share, one for each pool. Only rows of the catalogue may be in
 * it: nothing that belongs to a user, nothing that a cancellation decides by.
 */
export function sharedCache<Row extends object>(options: CacheOptions): (db: Database) => CacheMap<Row> {
  const caches = new WeakMap<Database, CacheMap<Row>>();
  return (db) => {
    const cache = caches.get(db) ?? cacheOfRows<Row>(options);
    caches.set(db, cache);
    return cache;
  };
}

// It shares rows, not promises. A shared promise would make all requests wait for one hung connection,
// and it would keep an error or a missing row.
function cacheOfRows<Row extends object>(options: CacheOptions): CacheMap<Row> {
  const rows = new LRUCache<string, Row>(options);
  return {
    get: (id) => {
      const row = rows.get(id);
      return row && Promise.resolve(row);
    },
    set: (id, reading) => {
      const keep = (row: Row | null) => row && rows.set(id, row);
      // The caller of `load` gets the error.
      reading.then(keep, () => {});
    },
    delete: (id) => rows.delete(id),
    clear: () => rows.clear(),
  };
}
