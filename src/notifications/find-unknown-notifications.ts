import { and, asc, eq } from 'drizzle-orm';
import { systemClock } from '../platform/db/clock.ts';
import type { Database } from '../platform/db/database.ts';
import { hasEnded } from '../platform/db/lease.ts';
import { notifications } from '../platform/db/tables/index.ts';

/** SMS that may or may not have been sent, for an operator, oldest first. Excludes those that are being sent now. */
export function findUnknownNotifications(db: Database) {
  return db
    .select()
    .from(notifications)
    .where(and(eq(notifications.status, 'UNKNOWN'), hasEnded(notifications.leaseUntil, systemClock)))
    .orderBy(asc(notifications.createdAt));
}
