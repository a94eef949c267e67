import { sql } from 'drizzle-orm';
import { boolean, check, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

export const ENVIRONMENTS = ['development', 'production'] as const;

/**
 * What this database is for: one row, written by the first start. A copy of the database brings it along, so that a
 * copy of production is refused by a start for development, and the other way round.
 */
export const databaseEnvironment = pgTable(
  'database_environment',
  {
    /** Always true: a second row has no key. */
    isOnly: boolean('is_only').primaryKey().default(true),
    environment: text('environment', { enum: ENVIRONMENTS }).notNull(),
    setAt: instant('set_at').notNull().defaultNow(),
  },
  (row) => [
    check('database_environment_one_row', sql`${row.isOnly}`),
    check('database_environment_known', sql`${row.environment} in ('development', 'production')`),
  ],
);
