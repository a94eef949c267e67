import { sql } from 'drizzle-orm';
import type { Transaction } from '../../platform/db/database.ts';
import { sqlStatement } from '../../platform/db/statement.ts';
import { ticketEvents } from '../../platform/db/tables/index.ts';

type EventRow = typeof ticketEvents.$inferSelect;

const [userId, ticketId] = [sql.placeholder('userId'), sql.placeholder('ticketId')];

const appendEvent = sqlStatement(
  'append_ticket_event',
  sql`
    insert into ${ticketEvents} (user_id, ticket_id, seq, type, actor, at, facts)
    select ${userId}, ${ticketId}, coalesce(max(seq), 0) + 1, ${sql.placeholder('type')}::ticket_event_type,
      ${sql.placeholder('actor')}::event_actor, ${sql.placeholder('at')}::timestamptz, ${sql.placeholder('facts')}::text::jsonb
    from ${ticketEvents} where user_id = ${userId} and ticket_id = ${ticketId}`,
);

/** Appends an event to a ticket's timeline. Call it in the transaction of the change; the ticket must be locked. */
export async function addTicketEvent(
  tx: Transaction,
  { at, facts = {}, ...event }: Omit<EventRow, 'seq' | 'facts'> & { facts?: EventRow['facts'] },
): Promise<void> {
  await appendEvent(tx, { ...event, at: at.toISOString(), facts: JSON.stringify(facts) });
}
