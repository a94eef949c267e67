import { and, asc, eq, sql } from 'drizzle-orm';
import type { Transaction } from '../db/database.ts';
import { statement } from '../db/statement.ts';
import { showSeats } from '../db/tables/index.ts';
import type { TicketKey } from '../tickets/lock-ticket.ts';

/** A ticket, and the show whose seats it may hold. */
export interface SeatHolder extends TicketKey {
  showId: string;
}

const lockHeld = statement((db) =>
  db
    .select({ seatId: showSeats.seatId })
    .from(showSeats)
    .where(
      and(
        eq(showSeats.showId, sql.placeholder('showId')),
        eq(showSeats.userId, sql.placeholder('userId')),
        eq(showSeats.ticketId, sql.placeholder('ticketId')),
      ),
    )
    .orderBy(asc(showSeats.seatId))
    .for('update')
    .prepare('lock_held_seats'),
);

const free = statement((db) =>
  db
    .update(showSeats)
    .set({ status: 'AVAILABLE', userId: null, ticketId: null, lockedAt: null, lockedBy: null })
    .where(
      and(
        eq(showSeats.showId, sql.placeholder('showId')),
        sql`${showSeats.seatId} = any(${sql.placeholder('seatIds')})`,
      ),
    )
    .prepare('free_seats'),
);

/**
 * Makes the show seats that a ticket still holds AVAILABLE. One that was blocked or given to somebody else meanwhile
 * stays as it is. The ticket must be locked before: everybody locks the ticket first, then its seats by id.
 *
 * @returns how many were released
 */
export async function releaseSeats(
  tx: Transaction,
  { userId, ticketId, showId }: SeatHolder,
): Promise<number> {
  const held = await lockHeld(tx, { userId, ticketId, showId });
  if (held.length === 0) return 0;
  await free(tx, { showId, seatIds: held.map(({ seatId }) => seatId) });
  return held.length;
}
