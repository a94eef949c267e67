import { and, eq, lte } from 'drizzle-orm';
import { type Clock, readClock } from '../db/clock.ts';
import type { Database } from '../db/database.ts';
import { inTransaction } from '../db/in-transaction.ts';
import { tickets } from '../db/tables/index.ts';
import { releaseSeats } from '../seats/release-seats.ts';
import { addTicketEvent } from '../timeline/add-ticket-event.ts';

export interface TicketKey {
  userId: string;
  ticketId: string;
}

/** Holds whose time is over, oldest first, read without any lock: expireHold looks again under the ticket's. */
export function findExpiredHolds(db: Database, clock: Clock, limit: number): Promise<TicketKey[]> {
  return db
    .select({ userId: tickets.userId, ticketId: tickets.id })
    .from(tickets)
    .where(and(eq(tickets.status, 'PENDING_PAYMENT'), lte(tickets.holdExpiresAt, clock.inTransaction)))
    .orderBy(tickets.holdExpiresAt)
    .limit(limit);
}

/** Ends a hold that was not paid in time and releases the seats it still has; one that was paid meanwhile stays. */
export function expireHold(db: Database, clock: Clock, { userId, ticketId }: TicketKey): Promise<void> {
  return inTransaction(db, async (tx) => {
    const itself = and(eq(tickets.userId, userId), eq(tickets.id, ticketId));
    const [ticket] = await tx.select().from(tickets).where(itself).for('update');
    const now = await readClock(tx, clock);
    if (ticket?.status !== 'PENDING_PAYMENT' || !ticket.holdExpiresAt || ticket.holdExpiresAt > now) return;
    await tx.update(tickets).set({ status: 'EXPIRED' }).where(itself);
    const seatsReleased = await releaseSeats(tx, ticket);
    await addTicketEvent(tx, {
      userId,
      ticketId,
      type: 'EXPIRED',
      actor: 'SYSTEM',
      at: now,
      facts: { seatsReleased },
    });
  });
}
