import { eq } from 'drizzle-orm';
import type { Transaction } from '../db/database.ts';
import { notifications, users } from '../db/tables/index.ts';
import type { NotificationKey } from './notification-key.ts';

/**
 * Notes down, in the transaction of what happened, that the ticket's user has to be told of it: by e-mail, and by SMS
 * where a phone is known. What was noted down before stays as it is.
 */
export async function addNotifications(
  tx: Transaction,
  { userId, id: ticketId }: { userId: string; id: string },
  event: NotificationKey['event'],
  now: Date,
): Promise<void> {
  const [user] = await tx.select({ phone: users.phone }).from(users).where(eq(users.id, userId));
  const channels = user?.phone?.trim() ? (['EMAIL', 'SMS'] as const) : (['EMAIL'] as const);
  await tx
    .insert(notifications)
    .values(
      channels.map((channel) => ({ userId, ticketId, event, channel, createdAt: now, nextAttemptAt: now })),
    )
    .onConflictDoNothing();
}
