import { getTableName, is, sql } from 'drizzle-orm';
import { PgTable } from 'drizzle-orm/pg-core';
import type { Database } from '../../../src/platform/db/database.ts';
import * as tables from '../../../src/platform/db/tables/index.ts';

/** A digest of every row of every table, but for the policies, which the migrations write. */
export async function tableDigests(db: Database): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  for (const table of Object.values(tables)) {
    if (!is(table, PgTable) || table === tables.cancellationPolicies) continue;
    const rows = await db.execute<{ digest: string }>(
      sql`select md5(string_agg(row::text, ';' order by row::text collate "C")) as digest from ${table} row`,
    );
    digests[getTableName(table)] = rows[0]?.digest ?? '';
  }
  return digests;
}
