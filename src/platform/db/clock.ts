import { type SQL, sql } from 'drizzle-orm';
import type { Database, Transaction } from './database.ts';

/** Where times come from; tests set it. */
export interface Clock {
  /** For reads: the process's time. */
  now(): Date;
  /**
   * For decisions in a transaction: an SQL expression of the database's time when the statement runs.
   * (now() would be the transaction's start, before it waited for a lock.)
   */
  inTransaction: SQL<string>;
}

/** Whole milliseconds, never rounded up: a time must not reach a deadline before it is there. */
export const systemClock: Clock = {
  now: () => new Date(),
  inTransaction: sql<string>`date_trunc('milliseconds', clock_timestamp())`,
};

/**
 * The time now; in a transaction, read when it has its locks. For what is written, too: an UPDATE that calls a clock is
 * refused where tables are distributed.
 */
export async function readClock(tx: Database | Transaction, clock: Clock): Promise<Date> {
  const [row] = await tx.execute<{ now: string }>(sql`select ${clock.inTransaction} as now`);
  return new Date(row?.now ?? Number.NaN);
}
