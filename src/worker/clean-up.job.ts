import { type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { readClock } from '../platform/db/clock.ts';
import type { Database } from '../platform/db/database.ts';
import { inTransaction } from '../platform/db/in-transaction.ts';
import { cancellationAttempts, idempotencyKeys, webhookEvents } from '../platform/db/tables/index.ts';
import { defineScheduledJob } from './define-job.ts';
import type { WorkerServices } from './worker-services.ts';

/** Removes what no decision looks at any more, every night at 03:30 Indian time. */
export const cleanUpJob = defineScheduledJob('clean-up', '0 22 * * *', (services) => cleanUp(services));

/** Each has an index that begins with the time. */
const KEPT: readonly [time: PgColumn, days: number][] = [
  [cancellationAttempts.attemptedAt, 1],
  [idempotencyKeys.createdAt, 30],
  [webhookEvents.receivedAt, 90],
];

/** A million rows of each table in a night; what is left waits for the next. */
const LIMITS = {
  /** Rows that one statement removes: far fewer than it has the time for. */
  rows: 5_000,
  /** Statements for each table. */
  statements: 200,
};

export async function cleanUp(
  { db, clock }: Pick<WorkerServices, 'db' | 'clock'>,
  { rows, statements } = LIMITS,
): Promise<void> {
  // Read once: compared with a clock that goes on, no row could be found by an index.
  const now = await inTransaction(db, (tx) => readClock(tx, clock));
  for (const [time, days] of KEPT) {
    const isOld = sql`${time} < ${new Date(now.getTime() - days * 86_400_000).toISOString()}::timestamptz`;
    for (let n = 0; n < statements; n += 1) if ((await removeSome(db, time, isOld, rows)) < rows) break;
  }
}

/** Removes the oldest, so many and those as old as the last of them, and says how many. */
async function removeSome(db: Database, time: PgColumn, isOld: SQL, most: number): Promise<number> {
  const { table } = time;
  // Not by ctid, nor by keys in a subquery: both are refused for tables that are distributed.
  const [oldest] = await db.execute<{ until: string | null }>(sql`
    select max(at) as until
    from (select ${time} as at from ${table} where ${isOld} order by ${time} limit ${most}) as oldest`);
  if (!oldest?.until) return 0;
  const removed = await db.execute(sql`delete from ${table} where ${time} <= ${oldest.until}::timestamptz`);
  return removed.count;
}
