import { sql } from 'drizzle-orm';
import type { Transaction } from '../db/database.ts';
import { ticketEvents } from '../db/tables/index.ts';

type EventRow = typeof ticketEvents.$inferSelect;

/** Appends to a ticket's timeline in the transaction of the change that it records. The ticket must be locked. */
export async function addTicketEvent(
  tx: Transaction,
  {
    userId,
    ticketId,
    type,
    actor,
    at,
    facts = {},
  }: Omit<EventRow, 'seq' | 'facts'> & { facts?: EventRow['facts'] },
): Promise<void> {
  await tx.execute(sql`
    insert into ${ticketEvents} (user_id, ticket_id, seq, type, actor, at, facts)
    select ${userId}, ${ticketId}, coalesce(max(seq), 0) + 1, ${type}::ticket_event_type, ${actor}::event_actor,
      ${at.toISOString()}::timestamptz, ${JSON.stringify(facts)}::jsonb
    from ${ticketEvents} where user_id = ${userId} and ticket_id = ${ticketId}`);
}
