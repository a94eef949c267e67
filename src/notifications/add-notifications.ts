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
    on conflict do nothing`,
);

/**
 * Adds the notifications of an event, in the transaction of that event: an e-mail, and an SMS if the user has a phone.
 * Notifications that exist already do not change.
 */
export async function addNotifications(
  tx: Transaction,
  { userId, id: ticketId }: { userId: string; id: string },
  event: NotificationKey['event'],
  now: Date,
): Promise<void> {
  await insertNotifications(tx, { userId, ticketId, event, now: now.toISOString() });
}
