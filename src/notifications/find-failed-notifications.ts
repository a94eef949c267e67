import { and, desc, eq, gt, isNull, ne, or, sql } from 'drizzle-orm';
import type { Database } from '../platform/db/database.ts';
import { notifications } from '../platform/db/tables/index.ts';

/** The error of an SMS where no provider is set up. Nothing is wrong with the message. */
export const NO_SMS_PROVIDER = 'no SMS provider is configured';

const MOST = 1_000;

/** Messages of the last ten days that were refused or given up, for an operator, newest first. */
export function findFailedNotifications(db: Database) {
  return db
    .select()
    .from(notifications)
    .where(
      and(
        eq(notifications.status, 'FAILED'),
        gt(notifications.createdAt, sql`clock_timestamp() - interval '10 days'`),
        or(isNull(notifications.lastError), ne(notifications.lastError, NO_SMS_PROVIDER)),
      ),
    )
    .orderBy(desc(notifications.createdAt))
    .limit(MOST);
}
