import DataLoader from 'dataloader';
import { sql } from 'drizzle-orm';
import type { Database } from '../../platform/db/database.ts';
import { loadEach, oneOfEach } from '../../platform/db/rows-by-key.ts';
import { sharedCache } from '../../platform/db/shared-cache.ts';
import { statement } from '../../platform/db/statement.ts';
import { cancellationPolicies } from '../../platform/db/tables/index.ts';

type PolicyRow = typeof cancellationPolicies.$inferSelect;

const policiesById = statement((db) =>
  db
    .select()
    .from(cancellationPolicies)
    .where(sql`${cancellationPolicies.id} = any(${sql.placeholder('ids')})`)
    .prepare('policies_by_id'),
);

const policyCache = sharedCache<PolicyRow>({ max: 1_000, ttl: 0 });

/** Returns policies by id; null for a missing one. Rows never change (docs/writers.md), so they are cached for ever. */
export function readPolicies(db: Database, ids: readonly string[]): Promise<Map<string, PolicyRow | null>> {
  const loader = new DataLoader<string, PolicyRow | null>(
    async (missing) => oneOfEach(missing, await policiesById(db, { ids: missing }), ({ id }) => id),
    { cacheMap: policyCache(db) },
  );
  return loadEach(ids, loader);
}
