import { and, eq, lte } from 'drizzle-orm';
import { type Clock, readClock } from '../platform/db/clock.ts';
import type { Database, Transaction } from '../platform/db/database.ts';
import { inTransaction } from '../platform/db/in-transaction.ts';
import { tickets } from '../platform/db/tables/index.ts';
import { lockFreeTicket, type TicketKey } from './lock-ticket.ts';
import { freeSeats, lockHeldSeats } from './seats/release-seats.ts';
import { addTicketEvent } from './timeline/add-ticket-event.ts';

/**
 * Returns expired holds, oldest first. It takes no locks: `expireHold` checks again after locking the ticket.
 *
 * @param offset how many of the oldest to leave out
 */
export function findExpiredHolds(
  db: Database,
  clock: Clock,
  limit: number,
  offset = 0,
): Promise<TicketKey[]> {
  return db
    .select({ userId: tickets.userId, ticketId: tickets.id })
    .from(tickets)
    .where(and(eq(tickets.status, 'PENDING_PAYMENT'), lte(tickets.holdExpiresAt, clock.inTransaction)))
    .orderBy(tickets.holdExpiresAt)
    .limit(limit)
    .offset(offset);
}

/**
 * Expires a hold, unless it was paid in the meantime. A ticket that another transaction has locked is left for later: it
 * may be being paid.
 *
 * @returns false if it was left for later
 */
export function expireHold(db: Database, clock: Clock, key: TicketKey): Promise<boolean> {
  return inTransaction(db, async (tx) => {
    const ticket = await lockFreeTicket(tx, key);
    if (!ticket) return false;
    const now = await readClock(tx, clock);
    const isExpired = ticket.holdExpiresAt !== null && ticket.holdExpiresAt <= now;
    if (ticket.status === 'PENDING_PAYMENT' && isExpired) await endHold(tx, ticket, now);
    return true;
  });
}

/** Marks a locked hold as EXPIRED and releases the seats that it still holds. */
export async function endHold(tx: Transaction, hold: typeof tickets.$inferSelect, now: Date): Promise<void> {
  const { userId, id: ticketId } = hold;
  await tx
    .update(tickets)
    .set({ status: 'EXPIRED' })
    .where(and(eq(tickets.userId, userId), eq(tickets.id, ticketId)));
  const held = await lockHeldSeats(tx, { userId, ticketId, showId: hold.showId });
  await freeSeats(tx, hold.showId, held);
  await addTicketEvent(tx, {
    userId,
    ticketId,
    type: 'EXPIRED',
    actor: 'SYSTEM',
    at: now,
    facts: { seatsReleased: held.length },
  });
}
