import { sql } from 'drizzle-orm';
import { expect, vi } from 'vitest';
import type { Database } from '../../src/platform/db/database.ts';
import { VERY_PATIENTLY } from './patiently.ts';

/**
 * Vacuums and analyzes all tables, so that plans do not depend on autovacuum. VACUUM skips pages that another session
 * uses, such as autovacuum's ANALYZE, and these prevent index-only scans. It is repeated until no page is skipped.
 */
export async function settleStatistics(db: Database): Promise<void> {
  await vi.waitFor(async () => {
    // By default VACUUM skips the indexes for a few dead rows.
    await db.execute(sql`vacuum (analyze, index_cleanup on)`);
    const leftOut = await db.execute(sql`
      select relname from pg_class
      where relnamespace = 'public'::regnamespace and relkind = 'r' and relallvisible < relpages`);
    expect(leftOut).toEqual([]);
  }, VERY_PATIENTLY);
}
