import { and, isNull, lte, or } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Clock } from './clock.ts';

/**
 * A worker claims a due row by a lease before it calls a provider. A row whose worker was killed is due again when the
 * lease ends. The number of the lease fences workers: a result is recorded only while the row still has that number.
 */

/** Longer than the time-out of every provider, so two workers never call one for the same row. */
const LEASE_MS = 45_000;

/** Whether a worker should take up a row: its next attempt is due, and no lease is running. */
export function isDue(
  { nextAttemptAt, leaseUntil }: { nextAttemptAt: PgColumn; leaseUntil: PgColumn },
  clock: Clock,
) {
  return and(
    lte(nextAttemptAt, clock.inTransaction),
    or(isNull(leaseUntil), lte(leaseUntil, clock.inTransaction)),
  );
}

/** The columns to set when a worker claims a row, which it has locked. */
export function newLease({ lease, attempts }: { lease: number; attempts: number }, now: Date) {
  return { lease: lease + 1, attempts: attempts + 1, leaseUntil: new Date(now.getTime() + LEASE_MS) };
}
