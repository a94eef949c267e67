import { sql } from 'drizzle-orm';
import { keepRows } from '../../platform/db/keep-rows.ts';
import { statement } from '../../platform/db/statement.ts';
import { cancellationPolicies } from '../../platform/db/tables/index.ts';

/** The policies that tickets were sold under, by id. Their rows never change (docs/writers.md), so they are kept. */
export const readPolicies = keepRows(
  statement((db) =>
    db
      .select()
      .from(cancellationPolicies)
      .where(sql`${cancellationPolicies.id} = any(${sql.placeholder('ids')})`)
      .prepare('policies_by_id'),
  ),
  { max: 1_000, forMs: 0 },
);
