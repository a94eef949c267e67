import { and, eq, sql } from 'drizzle-orm';
import type { Transaction } from '../../platform/db/database.ts';
import { statement } from '../../platform/db/statement.ts';
import { ticketSeats } from '../../platform/db/tables/index.ts';

const mark = statement((db) =>
  db
    .update(ticketSeats)
    .set({
      cancelledAt: sql`${sql.param(sql.placeholder('now'), ticketSeats.cancelledAt)}`,
      refundId: sql`${sql.placeholder('refundId')}`,
    })
    .where(
      and(
        eq(ticketSeats.userId, sql.placeholder('userId')),
        eq(ticketSeats.ticketId, sql.placeholder('ticketId')),
        sql`${ticketSeats.seatId} = any(${sql.placeholder('seatIds')}::text[])`,
      ),
    )
    .prepare('mark_seats_cancelled'),
);

/** Marks some of a ticket's seats as cancelled. The ticket must be locked. */
export async function markSeatsCancelled(
  tx: Transaction,
  { userId, ticketId, refundId, seats }: CancelledSeats,
  now: Date,
): Promise<void> {
  const seatIds = seats.map(({ seatId }) => seatId);
  await mark(tx, { userId, ticketId, refundId, seatIds, now });
}

/** Seats of a ticket, and the refund that returns their money. */
export interface CancelledSeats {
  userId: string;
  ticketId: string;
  refundId: string;
  seats: readonly { seatId: string }[];
}
