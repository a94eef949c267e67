/** Ends the demo user's holds whose time ran out, so that starts leave none behind. */
import { and, eq, lte } from 'drizzle-orm';
import type { Transaction } from '../db/database.ts';
import { tickets } from '../db/tables/index.ts';
import { releaseSeats } from '../seats/release-seats.ts';
import { addTicketEvent } from '../timeline/add-ticket-event.ts';
import { DEMO_USER } from './users.ts';

export async function expireHolds(tx: Transaction, now: Date): Promise<void> {
  const itself = eq(tickets.userId, DEMO_USER.id);
  const isOver = and(itself, eq(tickets.status, 'PENDING_PAYMENT'), lte(tickets.holdExpiresAt, now));
  const expired = await tx.update(tickets).set({ status: 'EXPIRED' }).where(isOver).returning();
  for (const hold of expired) {
    const seatsReleased = await releaseSeats(tx, hold);
    const { userId, id: ticketId } = hold;
    await addTicketEvent(tx, {
      userId,
      ticketId,
      type: 'EXPIRED',
      actor: 'SYSTEM',
      at: now,
      facts: { seatsReleased },
    });
  }
}
