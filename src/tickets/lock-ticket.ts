import { and, eq, sql } from 'drizzle-orm';
import type { Transaction } from '../platform/db/database.ts';
import { statement } from '../platform/db/statement.ts';
import { tickets } from '../platform/db/tables/index.ts';

export interface TicketKey {
  userId: string;
  ticketId: string;
}

const lock = statement((db) =>
  db
    .select()
    .from(tickets)
    .where(and(eq(tickets.userId, sql.placeholder('userId')), eq(tickets.id, sql.placeholder('ticketId'))))
    .for('update')
    .prepare('lock_ticket'),
);

const lockFree = statement((db) =>
  db
    .select()
    .from(tickets)
    .where(and(eq(tickets.userId, sql.placeholder('userId')), eq(tickets.id, sql.placeholder('ticketId'))))
    .for('update', { skipLocked: true })
    .prepare('lock_free_ticket'),
);

/** Like `lockTicket`, but returns null immediately if another transaction has locked the ticket. */
export async function lockFreeTicket(tx: Transaction, { userId, ticketId }: TicketKey) {
  const [ticket] = await lockFree(tx, { userId, ticketId });
  return ticket ?? null;
}

/**
 * Locks a ticket. Every transaction takes this lock before it changes the ticket's payment, refund, events or seats.
 *
 * @returns the locked ticket; null if it does not exist
 */
export async function lockTicket(tx: Transaction, { userId, ticketId }: TicketKey) {
  const [ticket] = await lock(tx, { userId, ticketId });
  return ticket ?? null;
}
