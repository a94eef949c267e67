import { and, asc, eq } from 'drizzle-orm';
import type { Clock } from '../platform/db/clock.ts';
import type { Database } from '../platform/db/database.ts';
import { isDue } from '../platform/db/lease.ts';
import { notifications } from '../platform/db/tables/index.ts';
import type { NotificationKey } from './notification-key.ts';

/** Notifications that a worker should send now, of one channel or all, longest overdue first. Takes no locks. */
export function findDueNotifications(
  db: Database,
  clock: Clock,
  limit: number,
  only?: NotificationKey['channel'],
): Promise<NotificationKey[]> {
  const { userId, ticketId, refundId, event, channel } = notifications;
  return db
    .select({ userId, ticketId, refundId, event, channel })
    .from(notifications)
    .where(and(isDue(notifications, clock), only && eq(channel, only)))
    .orderBy(asc(notifications.nextAttemptAt))
    .limit(limit);
}
