import { type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { readClock } from '../platform/db/clock.ts';
import type { Database } from '../platform/db/database.ts';
import { inTransaction } from '../platform/db/in-transaction.ts';
import { cancellationAttempts, idempotencyKeys, webhookEvents } from '../platform/db/tables/index.ts';
import { defineScheduledJob } from './define-job.ts';
import type { WorkerServices } from './worker-services.ts';

/** Removes rows that no decision needs any longer, every night at 03:30 Indian time. */
export const cleanUpJob = defineScheduledJob('clean-up', '0 22 * * *', (services) => cleanUp(services));

/** The age at which rows are removed. Each table has an index on that time. */
const KEPT: readonly [time: PgColumn, days: number][] = [
  [cancellationAttempts.attemptedAt, 1],
  [idempotencyKeys.createdAt, 30],
  [webhookEvents.receivedAt, 90],
];

/** At most a million rows of each table a night. */
const LIMITS = {
  /** Rows that one statement removes, far fewer than its time-out allows. */
  rows: 5_000,
  /** Statements for each table. */
  statements: 200,
};

export async function cleanUp(
  { db, clock }: Pick<WorkerServices, 'db' | 'clock'>,
  { rows, statements } = LIMITS,
): Promise<void> {
  // Read once: an index cannot serve a comparison with a volatile function.
  const now = await inTransaction(db, (tx) => readClock(tx, clock));
  for (const [time, days] of KEPT) {
    const isOld = sql`${time} < ${new Date(now.getTime() - days * 86_400_000).toISOString()}::timestamptz`;
    for (let n = 0; n < statements; n += 1) if ((await removeSome(db, time, isOld, rows)) < rows) break;
  }
}

/**
 * Removes the oldest rows, `most` of them and any with the same time as the last one.
 *
 * @returns how many rows it removed
 */
async function removeSome(db: Database, time: PgColumn, isOld: SQL, most: number): Promise<number> {
  const { table } = time;
  // Citus refuses a DELETE by ctid or by a subquery with a limit.
  const [oldest] = await db.execute<{ until: string | null }>(sql`
    select max(at) as until
    from (select ${time} as at from ${table} where ${isOld} order by ${time} limit ${most}) as oldest`);
  if (!oldest?.until) return 0;
  const removed = await db.execute(sql`delete from ${table} where ${time} <= ${oldest.until}::timestamptz`);
  return removed.count;
}
