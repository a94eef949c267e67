import { sql } from 'drizzle-orm';
import type { Transaction } from '../platform/db/database.ts';
import { sqlStatement } from '../platform/db/statement.ts';
import { notifications, users } from '../platform/db/tables/index.ts';
import type { NotificationKey } from './notification-key.ts';

const insertNotifications = sqlStatement(
  'note_down_notifications',
  sql`
    insert into ${notifications} (user_id, ticket_id, event, channel, created_at, next_attempt_at)
    select id, ${sql.placeholder('ticketId')}, ${sql.placeholder('event')}::notification_event, channel,
      ${sql.placeholder('now')}::timestamptz, ${sql.placeholder('now')}::timestamptz
    from ${users}, unnest(enum_range(null::notification_channel)) as channel
    where id = ${sql.placeholder('userId')} and (channel <> 'SMS' or phone ~ '\\S')
    on conflict (user_id, ticket_id, event, channel) do update set
      occurrence = ${notifications.occurrence} + 1, status = 'PENDING', created_at = excluded.created_at,
      attempts = 0, next_attempt_at = excluded.next_attempt_at, lease = ${notifications.lease} + 1,
      lease_until = null, sent_at = null, provider_id = null, last_error = null
      where ${notifications.event} <> 'TICKET_CANCELLED'`,
);

/**
 * Adds the notifications of an event, in the transaction of that event: an e-mail, and an SMS if the user has a phone.
 * If the event has happened before, its notifications are due again (docs/decisions/062); a ticket is cancelled once. The new lease ends the claim of
 * a worker that is sending the earlier one.
 */
export async function addNotifications(
  tx: Transaction,
  { userId, id: ticketId }: { userId: string; id: string },
  event: NotificationKey['event'],
  now: Date,
): Promise<void> {
  await insertNotifications(tx, { userId, ticketId, event, now: now.toISOString() });
}
