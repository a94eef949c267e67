import { and, asc, eq, sql } from 'drizzle-orm';
import type { Transaction } from '../../platform/db/database.ts';
import { statement } from '../../platform/db/statement.ts';
import { showSeats } from '../../platform/db/tables/index.ts';

/** A ticket and its show. */
export interface SeatHolder {
  userId: string;
  ticketId: string;
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
        // The subquery hides the length of the array from the planner, so that it can keep a generic plan.
        sql`${showSeats.seatId} = any((select ${sql.placeholder('seatIds')}::text[])::text[])`,
      ),
    )
    .prepare('free_seats'),
);

/**
 * Locks the show seats that a ticket still holds. The lock order is the ticket first, then its seats by id: the ticket
 * must be locked already.
 *
 * @returns the ids of the seats
 */
export async function lockHeldSeats(
  tx: Transaction,
  { userId, ticketId, showId }: SeatHolder,
): Promise<string[]> {
  const held = await lockHeld(tx, { userId, ticketId, showId });
  return held.map(({ seatId }) => seatId);
}

/** Makes locked seats AVAILABLE. Pass the ids from `lockHeldSeats`, which omits seats that were blocked or resold. */
export async function freeSeats(tx: Transaction, showId: string, seatIds: string[]): Promise<void> {
  if (seatIds.length > 0) await free(tx, { showId, seatIds });
}
