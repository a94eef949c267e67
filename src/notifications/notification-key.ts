import { createHash } from 'node:crypto';
import { and, eq, type SQL } from 'drizzle-orm';
import { notifications } from '../platform/db/tables/index.ts';

type Row = typeof notifications.$inferSelect;

/** The primary key of a notification. */
export type NotificationKey = Pick<Row, 'userId' | 'ticketId' | 'event' | 'channel'>;

/** The condition that selects a notification by its key. */
export function isNotification({ userId, ticketId, event, channel }: NotificationKey): SQL | undefined {
  return and(
    eq(notifications.userId, userId),
    eq(notifications.ticketId, ticketId),
    eq(notifications.event, event),
    eq(notifications.channel, channel),
  );
}

/**
 * The Message-ID of a mail. It depends only on the key, on how often the event has happened and on the sender's domain,
 * so mail programs recognise a mail that was sent twice, and show a new one.
 */
export function messageIdOf(
  { userId, ticketId, event }: NotificationKey,
  occurrence: number,
  sender: string,
): string {
  const domain = sender.slice(sender.lastIndexOf('@') + 1);
  const digest = createHash('sha256')
    .update(JSON.stringify([userId, ticketId, event, ...(occurrence > 1 ? [occurrence] : [])]))
    .digest('hex');
  return `<${event.toLowerCase().replaceAll('_', '-')}.${ticketId}.${digest.slice(0, 16)}@${domain}>`;
}
