import { sql } from 'drizzle-orm';
import type { Database } from '../database.ts';
import { sqlStatement } from '../statement.ts';

const hasCitus = sqlStatement(
  'has_citus',
  sql`select to_regclass('pg_catalog.pg_dist_partition') is not null as "hasCitus"`,
);

/** Whether the tables may be distributed over several nodes. A statement about several users then queries all nodes. */
export async function isDistributed(db: Database): Promise<boolean> {
  const [row] = (await hasCitus(db)) as [{ hasCitus: boolean }];
  return row.hasCitus;
}
