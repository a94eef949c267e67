import { sql } from 'drizzle-orm';
import { expect, vi } from 'vitest';
import type { Database } from '../../src/platform/db/database.ts';
import { VERY_PATIENTLY } from './patiently.ts';

/**
 * Vacuums and analyzes all tables: else the plans of their statements would depend on whether autovacuum has come by. What
 * somebody looks at meanwhile, autovacuum's own analyze for one, is left out then, and is not read from indexes alone; so
 * it is done until nothing is.
 */
export async function settleStatistics(db: Database): Promise<void> {
  await vi.waitFor(async () => {
    // A few dead rows alone are not worth a look into the indexes, and would stay.
    await db.execute(sql`vacuum (analyze, index_cleanup on)`);
    const leftOut = await db.execute(sql`
      select relname from pg_class
      where relnamespace = 'public'::regnamespace and relkind = 'r' and relallvisible < relpages`);
    expect(leftOut).toEqual([]);
  }, VERY_PATIENTLY);
}
