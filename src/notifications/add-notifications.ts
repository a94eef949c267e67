import { sql } from 'drizzle-orm';
import type { Transaction } from '../platform/db/database.ts';
import { sqlStatement } from '../platform/db/statement.ts';
import { notifications, users } from '../platform/db/tables/index.ts';
import type { NotificationKey } from './notification-key.ts';

const noteDown = sqlStatement(
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
 * Notes down, in the transaction of what happened, that the ticket's user has to be told of it: by e-mail, and by SMS
 * where a phone is known. What was noted down before stays as it is.
 */
export async function addNotifications(
  tx: Transaction,
  { userId, id: ticketId }: { userId: string; id: string },
  event: NotificationKey['event'],
  now: Date,
): Promise<void> {
  await noteDown(tx, { userId, ticketId, event, now: now.toISOString() });
}
