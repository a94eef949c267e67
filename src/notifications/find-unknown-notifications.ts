import { and, asc, eq, isNull, lt, or, sql } from 'drizzle-orm';
import type { Database } from '../platform/db/database.ts';
import { notifications } from '../platform/db/tables/index.ts';

/** SMS that may or may not have been sent, for an operator, oldest first. Excludes those that are being sent now. */
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
