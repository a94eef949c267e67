import { sql } from 'drizzle-orm';
import { check, foreignKey, index, integer, pgEnum, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { id, instant } from './columns.ts';
import { tickets } from './tickets.ts';

export const notificationEvent = pgEnum('notification_event', [
  'TICKET_CANCELLED',
  'REFUND_PROCESSED',
  'REFUND_FAILED',
]);
export const notificationChannel = pgEnum('notification_channel', ['EMAIL', 'SMS']);
export const notificationStatus = pgEnum('notification_status', ['PENDING', 'SENT', 'FAILED', 'UNKNOWN']);

/**
 * A message to a user, one row for each event of a ticket and channel. Its text is written when it is sent. If the event
 * happens again, the row is due again.
 */
export const notifications = pgTable(
  'notifications',
  {
    userId: id('user_id').notNull(),
    ticketId: id('ticket_id').notNull(),
    event: notificationEvent('event').notNull(),
    channel: notificationChannel('channel').notNull(),
    /** How often the event has happened. */
    occurrence: integer('occurrence').notNull().default(1),
    status: notificationStatus('status').notNull().default('PENDING'),
    createdAt: instant('created_at').notNull(),
    attempts: integer('attempts').notNull().default(0),
    /** When a worker should send it; null when the status is final. */
    nextAttemptAt: instant('next_attempt_at'),
    /** The fencing number, as for refunds. */
    lease: integer('lease').notNull().default(0),
    leaseUntil: instant('lease_until'),
    sentAt: instant('sent_at'),
    /** The provider's id of the message. */
    providerId: text('provider_id'),
    lastError: text('last_error'),
  },
  (message) => [
    primaryKey({ columns: [message.userId, message.ticketId, message.event, message.channel] }),
    foreignKey({ columns: [message.userId, message.ticketId], foreignColumns: [tickets.userId, tickets.id] }),
    index('notifications_due').on(message.nextAttemptAt).where(sql`${message.nextAttemptAt} is not null`),
    check(
      'notifications_due_while_pending',
      sql`(${message.status} = 'PENDING') = (${message.nextAttemptAt} is not null)`,
    ),
    check('notifications_sent', sql`(${message.status} = 'SENT') = (${message.sentAt} is not null)`),
  ],
);
