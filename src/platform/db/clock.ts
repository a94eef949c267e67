import { type SQL, sql } from 'drizzle-orm';
import { readInstant } from '../time/read-instant.ts';
import type { Database, Transaction } from './database.ts';

/** The source of time; tests replace it. */
export interface Clock {
  /** The time of the process, for reads. */
  now(): Date;
  /**
   * An SQL expression for the database's time when the statement runs, for decisions in a transaction. now() would be
   * the start of the transaction, before it waited for locks.
   */
  inTransaction: SQL<string>;
}

/** Truncated to milliseconds: a rounded time could reach a deadline too early. */
export const systemClock: Clock = {
  now: () => new Date(),
  inTransaction: sql<string>`date_trunc('milliseconds', clock_timestamp())`,
};

/**
 * Reads the database's time. In a transaction, call it after the locks are taken. Values to write use it too: Citus
 * refuses an UPDATE that calls a clock.
 */
export async function readClock(tx: Database | Transaction, clock: Clock): Promise<Date> {
  const [row] = await tx.execute<{ now: string }>(sql`select ${clock.inTransaction} as now`);
  return readInstant(row?.now ?? '');
}
