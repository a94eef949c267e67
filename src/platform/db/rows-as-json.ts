import { type Column, type SQL, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';

/**
 * A subquery for columns of another table's rows as one JSON value, so that one statement reads rows with what belongs
 * to them. The values travel as text, which JSON cannot round, and are decoded by their columns. Columns of type boolean are not
 * supported. The rows are unordered.
 */
export function rowsAsJson<Table extends PgTable, Name extends keyof Table['$inferSelect'] & string>(
  table: Table,
  names: readonly Name[],
  condition: SQL,
): SQL<Pick<Table['$inferSelect'], Name>[]> {
  const columns = names.map((name) => ({ name, column: (table as unknown as Record<Name, Column>)[name] }));
  const texts = sql.join(
    columns.map(({ column }) => sql`${column}::text`),
    sql`, `,
  );
  const decode = (values: (string | null)[]) => {
    const row: Record<string, unknown> = {};
    for (const [index, { name, column }] of columns.entries()) {
      const value = values[index] ?? null;
      row[name] = value === null ? null : column.mapFromDriverValue(value);
    }
    return row as Pick<Table['$inferSelect'], Name>;
  };
  return sql`(select coalesce(json_agg(json_build_array(${texts})), '[]') from ${table} where ${condition})`.mapWith(
    (rows: (string | null)[][]) => rows.map(decode),
  );
}
