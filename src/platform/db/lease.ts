import { and, gt, isNull, lte, or, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Clock } from './clock.ts';

/**
 * A worker claims a due row by a lease before it calls a provider. A row whose worker was killed is due again when the
 * lease ends. The number of the lease fences workers: a result is recorded only while the row still has that number.
 */

/** Longer than the time-out of every provider, so two workers never call one for the same row. */
const LEASE_MS = 45_000;

/**
 * More than the longest back-off, which is an hour, and more than a lease. A row further ahead was written while a clock
 * was ahead; without this limit it would wait until that time.
 */
const BEYOND_ANY_DELAY = sql.raw("interval '65 minutes'");
const BEYOND_ANY_LEASE = sql.raw("interval '2 minutes'");

/** Whether a row's next attempt is later than any back-off can be. */
export function isTooFarAhead(nextAttemptAt: PgColumn, clock: Clock) {
  return gt(nextAttemptAt, sql`${clock.inTransaction} + ${BEYOND_ANY_DELAY}`);
}

/** Whether a lease has ended. One that ends later than any lease can was given by a clock that was ahead. */
export function hasEnded(leaseUntil: PgColumn, clock: Clock) {
  return or(
    isNull(leaseUntil),
    lte(leaseUntil, clock.inTransaction),
    gt(leaseUntil, sql`${clock.inTransaction} + ${BEYOND_ANY_LEASE}`),
  );
}

/** Whether a worker should take up a row: its next attempt is due, and no lease is running. */
export function isDue(
  { nextAttemptAt, leaseUntil }: { nextAttemptAt: PgColumn; leaseUntil: PgColumn },
  clock: Clock,
) {
  return and(
    or(lte(nextAttemptAt, clock.inTransaction), isTooFarAhead(nextAttemptAt, clock)),
    hasEnded(leaseUntil, clock),
  );
}

/** The columns to set when a worker claims a row, which it has locked. */
export function newLease({ lease, attempts }: { lease: number; attempts: number }, now: Date) {
  return { lease: lease + 1, attempts: attempts + 1, leaseUntil: new Date(now.getTime() + LEASE_MS) };
}
