import { sql } from 'drizzle-orm';
import type { Transaction } from '../platform/db/database.ts';
import { sqlStatement } from '../platform/db/statement.ts';
import { notifications, users } from '../platform/db/tables/index.ts';
import { type NotificationKey, subjectOf } from './notification-key.ts';

/** Statements for the two ways of naming a refund: each has a unique index of its own. */
const insertOf = (subject: 'ticket_id' | 'refund_id') =>
  sqlStatement(
    `note_down_notifications by ${subject}`,
    sql`
    insert into ${notifications} (user_id, ${sql.identifier(subject)}, event, channel, created_at, next_attempt_at)
    select id, ${sql.placeholder('subject')}, ${sql.placeholder('event')}::notification_event, channel,
      ${sql.placeholder('now')}::timestamptz, ${sql.placeholder('now')}::timestamptz
    from ${users}, unnest(enum_range(null::notification_channel)) as channel
    where id = ${sql.placeholder('userId')} and (channel <> 'SMS' or phone ~ '\\S')
    on conflict (user_id, ${sql.identifier(subject)}, event, channel) do update set
      occurrence = ${notifications.occurrence} + 1, status = 'PENDING', created_at = excluded.created_at,
      attempts = 0, next_attempt_at = excluded.next_attempt_at, lease = ${notifications.lease} + 1,
      lease_until = null, sent_at = null, provider_id = null, last_error = null
      where ${notifications.event} not in ('TICKET_CANCELLED', 'SEATS_CANCELLED')`,
  );

const insertOfTicket = insertOf('ticket_id');
const insertOfRefund = insertOf('refund_id');

/**
 * Adds the notifications of an event, in the transaction of that event: an e-mail, and an SMS if the user has a phone.
 * If the event has happened before, its notifications are due again (docs/decisions/062); a cancellation happens once.
 * The new lease ends the claim of a worker that is sending the earlier one.
 */
export async function addNotifications(
  tx: Transaction,
  refund: Parameters<typeof subjectOf>[0],
  event: NotificationKey['event'],
  now: Date,
): Promise<void> {
  const { userId, ticketId, refundId } = subjectOf(refund);
  const values = { userId, event, now: now.toISOString() };
  if (ticketId === null) await insertOfRefund(tx, { ...values, subject: refundId });
  else await insertOfTicket(tx, { ...values, subject: ticketId });
}
