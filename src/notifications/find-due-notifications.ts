import { asc } from 'drizzle-orm';
import type { Clock } from '../platform/db/clock.ts';
import type { Database } from '../platform/db/database.ts';
import { isDue } from '../platform/db/lease.ts';
import { notifications } from '../platform/db/tables/index.ts';
import type { NotificationKey } from './notification-key.ts';

/** Notifications that a worker should send now, longest overdue first. Takes no locks. */
export function findDueNotifications(db: Database, clock: Clock, limit: number): Promise<NotificationKey[]> {
  const { userId, ticketId, event, channel } = notifications;
  return db
    .select({ userId, ticketId, event, channel })
    .from(notifications)
    .where(isDue(notifications, clock))
    .orderBy(asc(notifications.nextAttemptAt))
    .limit(limit);
}
