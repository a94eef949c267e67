import { and, eq } from 'drizzle-orm';
import type { Transaction } from '../db/database.ts';
import { tickets } from '../db/tables/index.ts';

export interface TicketKey {
  userId: string;
  ticketId: string;
}

/**
 * Everybody's first lock on anything of a ticket: its payment, refund, events and seats change only under it.
 *
 * @returns the ticket as it is under the lock; null when there is none
 */
export async function lockTicket(tx: Transaction, { userId, ticketId }: TicketKey) {
  const [ticket] = await tx
    .select()
    .from(tickets)
    .where(and(eq(tickets.userId, userId), eq(tickets.id, ticketId)))
    .for('update');
  return ticket ?? null;
}
