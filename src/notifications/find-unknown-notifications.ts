import { and, asc, eq, isNull, lt, or, sql } from 'drizzle-orm';
import type { Database } from '../platform/db/database.ts';
import { notifications } from '../platform/db/tables/index.ts';

/** SMS of which nobody knows whether they were sent, for an operator; those being sent at this moment are not among them. */
export function findUnknownNotifications(db: Database) {
  return db
    .select()
    .from(notifications)
    .where(
      and(
        eq(notifications.status, 'UNKNOWN'),
        or(isNull(notifications.leaseUntil), lt(notifications.leaseUntil, sql`clock_timestamp()`)),
      ),
    )
    .orderBy(asc(notifications.createdAt));
}
