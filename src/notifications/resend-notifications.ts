import { and, eq, inArray, or } from 'drizzle-orm';
import { type Clock, readClock } from '../platform/db/clock.ts';
import type { Database } from '../platform/db/database.ts';
import { notifications, refunds, tickets } from '../platform/db/tables/index.ts';

/**
 * Makes the failed messages of a ticket due again, for an operator who has mended an address or the mail server. Those
 * that may have been sent stay as they are.
 *
 * @returns how many; null if there is no such ticket
 */
export async function resendNotifications(
  db: Database,
  clock: Clock,
  ticketId: string,
): Promise<number | null> {
  const owners = await db.select({ userId: tickets.userId }).from(tickets).where(eq(tickets.id, ticketId));
  if (owners.length === 0) return null;
  const refundsOfTicket = await db
    .select({ id: refunds.id })
    .from(refunds)
    .where(eq(refunds.ticketId, ticketId));
  const again = await db
    .update(notifications)
    .set({ status: 'PENDING', attempts: 0, nextAttemptAt: await readClock(db, clock), lastError: null })
    .where(
      and(
        inArray(
          notifications.userId,
          owners.map(({ userId }) => userId),
        ),
        or(
          eq(notifications.ticketId, ticketId),
          inArray(
            notifications.refundId,
            refundsOfTicket.map(({ id }) => id),
          ),
        ),
        eq(notifications.status, 'FAILED'),
      ),
    )
    .returning({ event: notifications.event });
  return again.length;
}
