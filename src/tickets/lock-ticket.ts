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

/**
 * Everybody's first lock on anything of a ticket: its payment, refund, events and seats change only under it.
 *
 * @returns the ticket as it is under the lock; null when there is none
 */
export async function lockTicket(tx: Transaction, { userId, ticketId }: TicketKey) {
  const [ticket] = await lock(tx, { userId, ticketId });
  return ticket ?? null;
}
