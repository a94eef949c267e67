import { getTableColumns } from 'drizzle-orm';
import type { PgInsertValue, PgTable } from 'drizzle-orm/pg-core';
import type { Transaction } from '../../platform/db/database.ts';

/** PostgreSQL counts a statement's parameters in 16 bits. */
const MOST_PARAMETERS = 65_535;

/** Adds any number of rows, none included. */
export async function insertRows<Table extends PgTable>(
  tx: Transaction,
  table: Table,
  rows: PgInsertValue<Table>[],
): Promise<void> {
  const chunk = Math.floor(MOST_PARAMETERS / Object.keys(getTableColumns(table)).length);
  for (let start = 0; start < rows.length; start += chunk) {
    await tx.insert(table).values(rows.slice(start, start + chunk));
  }
}
