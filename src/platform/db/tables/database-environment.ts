import { sql } from 'drizzle-orm';
import { boolean, check, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

export const ENVIRONMENTS = ['development', 'production'] as const;

/**
 * The environment of this database: one row, written by the first start. Copies of the database include it, so a
 * development process refuses a copy of production, and vice versa.
 */
export const databaseEnvironment = pgTable(
  'database_environment',
  {
    /** Always true, so there is at most one row. */
    isOnly: boolean('is_only').primaryKey().default(true),
    environment: text('environment', { enum: ENVIRONMENTS }).notNull(),
    setAt: instant('set_at').notNull().default(sql`now()`),
  },
  (row) => [
    check('database_environment_one_row', sql`${row.isOnly}`),
    check('database_environment_known', sql`${row.environment} in ('development', 'production')`),
  ],
);
