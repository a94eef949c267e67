/** Ends the demo user's holds whose time ran out, so that starts leave none behind. */
import { and, eq, lte, sql } from 'drizzle-orm';
import type { Transaction } from '../db/database.ts';
import { ticketEvents, tickets } from '../db/tables/index.ts';
import { releaseSeats } from '../seats/release-seats.ts';
import { DEMO_USER } from './users.ts';

export async function expireHolds(tx: Transaction, now: Date): Promise<void> {
  const expired = await tx
    .update(tickets)
    .set({ status: 'EXPIRED' })
    .where(
      and(
        eq(tickets.userId, DEMO_USER.id),
        eq(tickets.status, 'PENDING_PAYMENT'),
        lte(tickets.holdExpiresAt, now),
      ),
    )
    .returning({ userId: tickets.userId, id: tickets.id, showId: tickets.showId });
  for (const hold of expired) {
    await releaseSeats(tx, hold);
    const { userId, id: ticketId } = hold;
    const seq = sql`(select coalesce(max(seq), 0) + 1 from ${ticketEvents} where user_id = ${userId} and ticket_id = ${ticketId})`;
    await tx
      .insert(ticketEvents)
      .values({ userId, ticketId, seq, type: 'EXPIRED', actor: 'SYSTEM', at: now });
  }
}
