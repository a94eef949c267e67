import { and, asc, eq, sql } from 'drizzle-orm';
import type { Transaction } from '../db/database.ts';
import { showSeats } from '../db/tables/index.ts';

/**
 * Makes the show seats that a ticket still holds AVAILABLE. One that was blocked or given to somebody else meanwhile
 * stays as it is. The ticket must be locked before: everybody locks the ticket first, then its seats by id.
 *
 * @returns how many were released
 */
export async function releaseSeats(
  tx: Transaction,
  { userId, id, showId }: { userId: string; id: string; showId: string },
): Promise<number> {
  const held = await tx
    .select({ seatId: showSeats.seatId })
    .from(showSeats)
    .where(and(eq(showSeats.showId, showId), eq(showSeats.userId, userId), eq(showSeats.ticketId, id)))
    .orderBy(asc(showSeats.seatId))
    .for('update');
  if (held.length === 0) return 0;
  await tx
    .update(showSeats)
    .set({ status: 'AVAILABLE', userId: null, ticketId: null, lockedAt: null, lockedBy: null })
    .where(
      and(
        eq(showSeats.showId, showId),
        sql`${showSeats.seatId} = any(${sql.param(held.map((seat) => seat.seatId))})`,
      ),
    );
  return held.length;
}
