import { sql } from 'drizzle-orm';
import { check, foreignKey, index, integer, pgEnum, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { id, instant } from './columns.ts';
import { refunds } from './payments.ts';
import { tickets } from './tickets.ts';

export const notificationEvent = pgEnum('notification_event', [
  'TICKET_CANCELLED',
  'REFUND_PROCESSED',
  'REFUND_FAILED',
  'SEATS_CANCELLED',
]);
export const notificationChannel = pgEnum('notification_channel', ['EMAIL', 'SMS']);
export const notificationStatus = pgEnum('notification_status', ['PENDING', 'SENT', 'FAILED', 'UNKNOWN']);

/**
 * A message to a user about a refund, one row for each event and channel. Its text is written when it is sent. If the
 * event happens again, the row is due again. The ticket names its first refund; a later one is named by its own id
 * (docs/decisions/080).
 */
export const notifications = pgTable(
  'notifications',
  {
    userId: id('user_id').notNull(),
    ticketId: id('ticket_id'),
    refundId: id('refund_id'),
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
    uniqueIndex('notifications_of_ticket').on(
      message.userId,
      message.ticketId,
      message.event,
      message.channel,
    ),
    uniqueIndex('notifications_of_refund').on(
      message.userId,
      message.refundId,
      message.event,
      message.channel,
    ),
    check('notifications_subject', sql`num_nonnulls(${message.ticketId}, ${message.refundId}) = 1`),
    foreignKey({ columns: [message.userId, message.ticketId], foreignColumns: [tickets.userId, tickets.id] }),
    foreignKey({ columns: [message.userId, message.refundId], foreignColumns: [refunds.userId, refunds.id] }),
    index('notifications_due').on(message.nextAttemptAt).where(sql`${message.nextAttemptAt} is not null`),
    check(
      'notifications_due_while_pending',
      sql`(${message.status} = 'PENDING') = (${message.nextAttemptAt} is not null)`,
    ),
    check('notifications_sent', sql`(${message.status} = 'SENT') = (${message.sentAt} is not null)`),
  ],
);
